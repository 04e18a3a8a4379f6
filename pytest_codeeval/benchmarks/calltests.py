"""CallTests: what a function is called with and what it returns, as data, made into the tests of a problem."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from math import isfinite
from typing import Any

from pytest_codeeval.benchmarks.source import Row
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.pythontree import tree_of

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_DEEPEST = 50
_CLOSE = "rel_tol=1e-6, abs_tol=1e-6"
_ALIKE = f"""    def alike(got, said):
        if isinstance(said, float):
            return isinstance(got, (int, float)) and math.isclose(got, said, {_CLOSE})
        if isinstance(said, list):
            return isinstance(got, (list, tuple)) and len(got) == len(said) and all(map(alike, got, said))
        if isinstance(said, dict):
            return isinstance(got, dict) and got.keys() == said.keys() and all(alike(got[k], said[k]) for k in said)
        return got == said

"""


@dataclass(frozen=True, slots=True)
class Calls:
    """Lists of arguments, and what each call of the `function` returns.

    `wrapped`: what a call returns may stand in a list of its own, as in APPS.
    """

    inputs: Any
    outputs: Any
    function: str = ""
    wrapped: bool = False


def called_by(row: Row, name: str) -> Calls:
    """Read a field `input_output` as APPS and LiveCodeBench write it: an object, or that as a text in JSON.

    LiveCodeBench's inputs are texts with an argument in JSON on each line, and its outputs are JSON.
    Raises DatasetError where it is none.
    """
    value = row.fields[name]
    try:
        said = json.loads(value) if isinstance(value, str) else value
        inputs, outputs, function = said["inputs"], said["outputs"], said.get("fn_name") or ""
    except (ValueError, RecursionError, TypeError, LookupError, AttributeError):
        raise DatasetError(f"{row.where}: field {name!r} is not an object with 'inputs' and 'outputs'") from None
    if not isinstance(function, str):
        raise DatasetError(f"{row.where}: field {name!r} has an 'fn_name' that is not a text")
    if function and _is_texts(inputs) and _is_texts(outputs):
        arguments = [[_value(row, name, line) for line in text.split("\n") if line.strip()] for text in inputs]
        return Calls(arguments, [_value(row, name, text) for text in outputs], function)
    return Calls(inputs, outputs, function, wrapped=True)


def call_tests(row: Row, name: str, calls: Calls, entry_point: str) -> str:
    """Return tests that call the entry point with each list of arguments, and compare what comes back.

    JSON knows no tuple: a list may be one. Of numbers with a fraction a millionth is of no matter, wherever they stand.
    Raises DatasetError where it is not certain what is to be called, or compared.
    """
    inputs, outputs = calls.inputs, calls.outputs
    if not isinstance(inputs, list) or not isinstance(outputs, list) or len(inputs) != len(outputs) or not inputs:
        raise DatasetError(f"{row.where}: field {name!r} needs 'inputs' and 'outputs' that are lists of one length")
    function = _function(row, entry_point)
    if isinstance(function, ast.AsyncFunctionDef):
        raise DatasetError(f"{row.where}: field {name!r}: {entry_point} is to be awaited; write its tests in 'test'")
    takes = None if function is None else _taken(function, bound="()." in entry_point)
    lines = []
    for number, (arguments, expected) in enumerate(zip(inputs, outputs, strict=True), 1):
        if not isinstance(arguments, list):
            raise DatasetError(
                f'{row.where}: field {name!r}, input {number}: not a list of arguments, as in [[1, 2], "b"]'
            )
        if takes is not None and not takes[0] <= len(arguments) <= takes[1]:
            raise DatasetError(
                f"{row.where}: field {name!r}, input {number}: {len(arguments)} arguments, and {entry_point} takes "
                f"others; an input is the list of all arguments, as in [[1, 2]] for one that is a list"
            )
        for value in (arguments, expected):
            if fault := _unclear(value):
                raise DatasetError(f"{row.where}: field {name!r}, call {number}: {fault}")
        call = f"candidate({', '.join(map(repr, arguments))})"
        lines += [f"    {line}" for line in _compared(call, expected, calls.wrapped)]
    inner = _ALIKE if any(_has_fraction(expected) and not isinstance(expected, float) for expected in outputs) else ""
    head = "import math\n\n\n" if any(map(_has_fraction, outputs)) else ""
    return f"{head}def check(candidate):\n{inner}" + "\n".join(lines) + "\n"


def _compared(call: str, expected: Any, wrapped: bool) -> list[str]:
    """Return the lines that compare what a call returns."""
    alone = wrapped and isinstance(expected, list) and len(expected) == 1
    if isinstance(expected, float):
        return [f"assert math.isclose({call}, {expected!r}, {_CLOSE})"]
    if _has_fraction(expected):
        other = f" or alike(got, {expected[0]!r})" if alone else ""
        return [f"got = {call}", f"assert alike(got, {expected!r}){other}"]
    allowed = list(dict.fromkeys(_readings(expected)))
    if alone:
        allowed += [text for text in dict.fromkeys(_readings(expected[0])) if text not in allowed]
    return [f"assert {call} == {allowed[0]}" if len(allowed) == 1 else f"assert {call} in ({', '.join(allowed)})"]


def _has_fraction(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return isinstance(value, float) or any(map(_has_fraction, inner))


def _readings(expected: Any) -> list[str]:
    """Return what a value of JSON may stand for in Python: a list for a list or a tuple, outermost and inner ones."""
    if not isinstance(expected, list):
        return [repr(expected)]
    return [repr(outer(_as(value, inner) for value in expected)) for inner in (list, tuple) for outer in (list, tuple)]


def _as(value: Any, kind: type) -> Any:
    if isinstance(value, list):
        return kind(_as(item, kind) for item in value)
    return {key: _as(item, kind) for key, item in value.items()} if isinstance(value, dict) else value


def _unclear(value: Any) -> str:
    """Return why nobody can tell from a value what is meant, if that is so."""
    todo = [(value, 0)]
    while todo:
        part, depth = todo.pop()
        if depth > _DEEPEST:
            return f"more than {_DEEPEST} lists or objects within each other"
        if isinstance(part, dict):
            if any(not isinstance(key, str) for key in part):
                return "an object with a key that is not a text"
            if part and all(key.lstrip("-").isdecimal() for key in part):
                return "an object whose keys are numbers as texts; write such tests as Python, in 'test'"
            todo += [(item, depth + 1) for item in part.values()]
        elif isinstance(part, list):
            todo += [(item, depth + 1) for item in part]
        elif isinstance(part, float) and not isfinite(part):
            return "a number that is not finite; write such tests as Python, in 'test'"
        elif not isinstance(part, str | int | float | bool | None):
            return f"a value that is not JSON ({type(part).__name__})"
    return ""


def _function(row: Row, entry_point: str) -> _Function | None:
    """Return the entry point as the right solution or the prompt defines it."""
    base, _, method = entry_point.partition("().")
    for name in ("canonical_solution", "prompt", "starter_code"):
        for tail in ("", "    pass\n", "        pass\n"):
            try:
                body = tree_of(str(row.fields.get(name) or "") + tail).body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
            found = [node for node in body if isinstance(node, _Function | ast.ClassDef) and node.name == base]
            if method and found and isinstance(found[-1], ast.ClassDef):
                found = [node for node in found[-1].body if isinstance(node, _Function) and node.name == method]
            if found and isinstance(found[-1], _Function):
                return found[-1]
    return None


def _taken(function: _Function, *, bound: bool) -> tuple[int, float] | None:
    """Return how few and how many arguments a function takes, as far as that can be told."""
    if function.decorator_list:
        return None  # who knows
    arguments = function.args
    most = len(arguments.posonlyargs) + len(arguments.args) - bound
    return most - len(arguments.defaults), float("inf") if arguments.vararg else most


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)


def _value(row: Row, name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise DatasetError(
            f"{row.where}: field {name!r} has {text[:40]!r} for an argument or answer, which is not JSON"
        ) from None
