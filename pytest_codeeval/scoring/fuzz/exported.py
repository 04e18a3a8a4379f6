"""Exported: saved inputs as a module of pytest tests."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pytest_codeeval.scoring.fuzz.finding import assertion
from pytest_codeeval.scoring.fuzz.values import value_in

_HEAD = '''"""Inputs on which programs that passed their tests differed from the canonical solutions."""

import re
import runpy
from pathlib import Path

import pytest

SOLUTIONS = Path(__file__).parent / "solutions"
"""Where the programs to be tested are, one file a task: HumanEval_88.py for HumanEval/88."""


def solution(task_id, name):
    """Return the function of a task's program, or the method of an object of its class."""
    path = SOLUTIONS / (re.sub(r"\\W+", "_", task_id) + ".py")
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    first, _, method = name.partition("().")
    found = runpy.run_path(str(path))[first]
    return getattr(found(), method) if method else found
'''
_NAME = re.compile(r"[^\W\d]\w*(\(\)\.[^\W\d]\w*)?")


def assertion_of(row: Mapping[str, Any]) -> str:
    """Return a saved input in a line, as far as it can be read."""
    try:
        expected = value_in(str(row["expected"]))
        return assertion(str(row["entry_point"]), tuple(value_in(str(row["input"]))), expected, str(row.get("rule")))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return "an input that cannot be read"


def module_of(rows: Sequence[Mapping[str, Any]]) -> tuple[str, int, int]:
    """Return the text of a module, how many tests it has, and how many inputs had to be left out."""
    made = [test for number, row in enumerate(rows) if (test := _test(number, row))]
    return "\n\n".join([_HEAD, *made]), len(made), len(rows) - len(made)


def _test(number: int, row: Mapping[str, Any]) -> str:
    """Return one test, empty if it cannot be written."""
    task_id, name, rule = (str(row.get(field)) for field in ("task_id", "entry_point", "rule"))
    try:
        arguments, expected = value_in(str(row["input"])), value_in(str(row["expected"]))
        call = f"solution({task_id!r}, {name!r})({', '.join(map(_literal, arguments))})"
        condition = _condition(rule, call, expected, float(row.get("atol") or 0.0))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, SyntaxError):
        return ""
    if not _NAME.fullmatch(name):
        return ""
    return f"def test_{re.sub(r'[^0-9A-Za-z]+', '_', task_id)}_{number}():\n    assert {condition}\n"


def _condition(rule: str, call: str, expected: Any, tolerance: float) -> str:
    if rule == "truth":
        return call if expected else f"not {call}"
    literal = _literal(expected)
    if rule in ("distinct", "set"):  # as it was named before
        return f"set({call}) == set({literal})"
    if rule == "unordered" and isinstance(expected, list | tuple | set | frozenset):
        return f"sorted({call}, key=repr) == sorted({literal}, key=repr)"
    if rule == "sequence" and isinstance(expected, list | tuple):
        return f"list({call}) == list({literal})"
    is_flat = isinstance(expected, float) or (
        isinstance(expected, list | tuple) and any(isinstance(item, float) for item in expected)
    )
    if is_flat and all(isinstance(item, int | float) for item in (expected if not isinstance(expected, float) else ())):
        return f"{call} == pytest.approx({literal}, rel={max(tolerance, 1e-6)}, abs={max(tolerance, 1e-6)})"
    return f"{call} == {literal}"


def _literal(value: Any) -> str:
    """Return a value as a literal. Raises ValueError for one that has none."""
    text = repr(value)
    if value == set() and isinstance(value, set):
        return "set()"
    if type(ast.literal_eval(text)) is not type(value) or ast.literal_eval(text) != value:
        raise ValueError("no literal")
    return text
