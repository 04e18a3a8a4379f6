"""CRUXEval (Gu et al., 2024): 800 short Python functions, of which a call or its value is to be told."""

from __future__ import annotations

import ast
from functools import partial

from pytest_codeeval.benchmarks.source import Row, Rows, published_rows, unique
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.pythontree import tree_of
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.scoring.prediction.scorer import PredictionScorer

INPUT, OUTPUT = "input", "output"
_FILES = ("cruxeval/cruxeval.jsonl", "cruxeval/cruxeval.jsonl.gz")
_GAP = "????"
_NOTE = "published: by the benchmark's own rule, for which an answer is the expression alone"

_EXAMPLES = (
    ("def f(words, n):\n    return [w for w in words if len(w) > n]", "['oak', 'birch', 'elm'], 3", "['birch']"),
    (
        "def f(text):\n    seen = {}\n    for c in text:\n        seen[c] = seen.get(c, 0) + 1\n    return seen",
        "'noon'",
        "{'n': 2, 'o': 2}",
    ),
    ("def f(a, b):\n    while b:\n        a, b = b, a % b\n    return str(a) + '!'", "12, 18", "'6!'"),
)


def load(request: DataRequest, mode: str) -> Dataset:
    """Load CRUXEval from the data folder, else from the hub; `mode` says what is asked for.

    Raises DataAbsent where neither has it, DatasetError where a row is malformed.
    """
    rows = _rows(request)
    problems = tuple(problem_of(row, mode) for row in rows.rows)
    unique((problem.task_id, row) for problem, row in zip(problems, rows.rows, strict=True))
    return Dataset(problems, rows.sha256, rows.source)


def _rows(request: DataRequest) -> Rows:
    return published_rows(request.data_dir, _FILES, ("cruxeval-org/cruxeval", None, "test"), "CRUXEval", "cruxeval")


def problem_of(row: Row, mode: str, name: str = "id") -> Problem:
    """Return the problem of a row, whose field `name` has its id.

    Raises DatasetError where the row is malformed.
    """
    code, given, value = row.text("code"), row.text("input", required=False), row.text("output")
    for field, text in (("code", code), ("input", f"f({given})"), ("output", value)):
        _demand_python(row, field, text)
    shown = f"f({_GAP}) == {value}" if mode == INPUT else f"f({given}) == {_GAP}"
    return Problem(
        task_id=row.text(name),
        prompt=f"{code}\n\nassert {shown}",
        test=f"def check(candidate):\n    assert candidate() == {value}\n",
        entry_point="answer",
        extra={"code": code, "input": given, "output": value, "mode": mode},
        target=f"f({given})" if mode == INPUT else value,
    )


def _demand_python(row: Row, name: str, text: str) -> None:
    try:
        body = tree_of(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        body = []
    if name == "code":
        fits = any(isinstance(one, ast.FunctionDef) and one.name == "f" for one in body)
    else:
        fits = len(body) == 1 and isinstance(body[0], ast.Expr)
    if not fits:
        wanted = "a Python function f" if name == "code" else "Python's source of what it names"
        raise DatasetError(f"{row.where}: field {name!r} is not {wanted}")


def prompt(problem: Problem, mode: str) -> Prompt:
    """Show the function and an assertion with a gap; a base model is shown three that are filled in before."""
    what = (
        "a call of f that makes it true, of which there may be many"
        if mode == INPUT
        else "the value that makes it true, as a literal"
    )
    filled = "the whole call, as in `ANSWER: f(1, 'a')`" if mode == INPUT else "that value, as in `ANSWER: [1, 'a']`"
    asked = (
        f"Here is a Python function, and an assertion with a gap in the place of {_GAP}.\n\n"
        f"```python\n{problem.prompt}\n```\n\n"
        f"Find {what}. Follow step by step what the function does. End your answer with one line `ANSWER: ` and "
        f"{filled}. Write it out in Python, as values alone.\n"
    )
    shown = "".join(f"{_continued(*example, mode)} {_filled(*example, mode)}\n\n" for example in _EXAMPLES)
    about = problem.extra
    return Prompt(
        turns=(asked,),
        text=f"{shown}{_continued(about['code'], about['input'], about['output'], mode)}",
        stop=("\n",),
        sampling={"temperature": 0.2},
    )


def _continued(code: str, given: str, value: str, mode: str) -> str:
    if mode == INPUT:
        return f"{code}\n\nassert {value} =="
    return f"{code}\n\nassert f({given}) =="


def _filled(code: str, given: str, value: str, mode: str) -> str:  # noqa: ARG001 - as its neighbour
    return f"f({given})" if mode == INPUT else value


def _suite(mode: str) -> Suite:
    return Suite(
        f"cruxeval-{mode}",
        partial(load, mode=mode),
        partial(prompt, mode=mode),
        aliases=(f"cruxeval_{mode}",),
        splits=("test",),
        scorer=PredictionScorer(),
        note=_NOTE,
    )


CRUXEVAL_INPUT = _suite(INPUT)
CRUXEVAL_OUTPUT = _suite(OUTPUT)
