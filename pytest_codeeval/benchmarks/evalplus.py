"""EvalPlus (Liu et al., 2023): HumanEval and MBPP with eighty and thirty-five times as many inputs.

Its own files have the inputs, and no outputs: these are what the canonical solution returns. A problem is judged by the
inputs of the benchmark (`base`) and then by those that EvalPlus adds (`plus`).
"""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pytest_codeeval.benchmarks import evalplus_mbpp, source
from pytest_codeeval.benchmarks.evalplus_mbpp import RULES, arguments_of
from pytest_codeeval.benchmarks.evalplus_protocol import AFTER_DOCSTRING, AFTER_FUNCTION, evalplus
from pytest_codeeval.benchmarks.instructions import AFTER_PROGRAM, complete_function, describe_function
from pytest_codeeval.benchmarks.keptproblems import kept_problems
from pytest_codeeval.benchmarks.source import Row, lacking, local_file, rows_from_file, unique
from pytest_codeeval.core import jsonl
from pytest_codeeval.core.errors import DataAbsent, DatasetError
from pytest_codeeval.core.metric import PASS_AT, PassAtOf
from pytest_codeeval.core.problem import CASES, DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.execution.attempts import cases
from pytest_codeeval.execution.attempts.cases import input_text
from pytest_codeeval.execution.grading import codec

BASE, PLUS = "base", "plus"
_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_MARK = os.urandom(16).hex()  # in no text of a dataset
_READERS = [__file__, *(str(module.__file__) for module in (source, jsonl, cases, codec, evalplus_mbpp))]
_FULL = "full"
# The name of a part in that of its file.
_PARTS = {_FULL: "", "mini": "-Mini", "noextreme": "-NoExtreme"}
_SECONDS = 61.0
_NOTE = "pass@k by base and plus inputs, base pass@k by the former alone"
_ELSEWHERE = "raise NotImplementedError('it is judged by its inputs, and not by tests that are run')\n"
_HUMANEVAL_RULES = {"HumanEval/32": "root"}
_SEEN_ONLY = "of its answers EvalPlus compares only whether there are any"
_FAULTS = {
    "HumanEval/47": ("    15.0\n", "an example in the prompt says 15.0 where the tests say 8.0"),
    "HumanEval/116": ("== [1, 2, 3, 4, 5]", "the examples in the prompt sort by value, the tests by the count of ones"),
}


def load_humaneval(request: DataRequest) -> Dataset:
    """Load HumanEval+ from the data folder; `request.split` chooses fewer inputs.

    Raises DataAbsent if it is not there, DatasetError where a row is malformed.
    """
    return _load(request, "HumanEval+", "humaneval-plus", "humanevalplus/HumanEvalPlus", _humaneval)


def load_mbpp(request: DataRequest) -> Dataset:
    """Load MBPP+ likewise."""
    return _load(request, "MBPP+", "mbpp-plus", "mbppplus/MbppPlus", _mbpp)


def _load(request: DataRequest, title: str, benchmark: str, name: str, read: Any) -> Dataset:
    part = request.split or _FULL
    files = [f"{name}{_PARTS[part]}.jsonl{packed}" for packed in (".gz", "")]
    path = local_file(request.data_dir, *files)
    variant = "" if part == _FULL else part
    if path is None:
        fetched = f"{benchmark}-{variant}" if variant else benchmark
        raise DataAbsent(f"{lacking(title, fetched, request.data_dir, files[0])}.")
    sha256, problems = kept_problems(path, benchmark, _READERS, lambda: _read(path, read))
    faults = {problem.task_id: reason for problem in problems if (reason := _fault(problem))}
    return Dataset(problems, sha256, str(path), variant, faults)


def _read(path: Path, read: Callable[[Row], Problem]) -> tuple[str, tuple[Problem, ...]]:
    with _uncollected():
        rows = rows_from_file(path)
        problems = tuple(read(row) for row in rows.rows)
    unique((problem.task_id, row) for problem, row in zip(problems, rows.rows, strict=True))
    return rows.sha256, problems


@contextmanager
def _uncollected() -> Iterator[None]:
    """Have no garbage looked for meanwhile: a file has a million lists, and none of them in a circle."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _humaneval(row: Row) -> Problem:
    task_id = row.text("task_id")
    return _problem(row, _HUMANEVAL_RULES.get(task_id, "equal"), _as_given, {})


def _as_given(found: list[Any]) -> list[Any]:
    return found


def _mbpp(row: Row) -> Problem:
    task_id = row.text("task_id")
    *words, shown = row.text("prompt").strip().strip('"').strip().split("\n")
    extra = {"words": "\n".join(words), "shown_tests": [shown]}
    return _problem(row, RULES.get(task_id, "equal"), lambda found: arguments_of(task_id, found), extra)


def _problem(row: Row, rule: str, arguments: Any, extra: dict[str, Any]) -> Problem:
    atol = row.fields.get("atol")
    if not isinstance(atol, int | float):
        raise DatasetError(f"{row.where}: field 'atol' is not a number")
    parts = {part: _inputs(row, f"{part}_input", arguments) for part in (BASE, PLUS)}
    contract = {"contract": said} if (said := row.text("contract", required=False)) else {}
    return Problem(
        task_id=row.text("task_id"),
        prompt=row.text("prompt"),
        test=_ELSEWHERE,
        entry_point=row.text("entry_point"),
        canonical_solution=row.text("canonical_solution"),
        extra=extra | {CASES: {"parts": parts, "rule": rule, "atol": float(atol)}} | contract,
    )


def _inputs(row: Row, name: str, arguments: Any) -> str:
    """Return the inputs of a field in lines. A task that has none has an empty object there."""
    found = row.fields.get(name)
    if found == {}:
        found = []
    if not isinstance(found, list) or not set(map(type, found)) <= {list}:
        raise DatasetError(f"{row.where}: field {name!r} is not a list of lists of arguments")
    try:
        lines = _json_lines(found)
        if not found or ("{" not in lines and arguments is _as_given):
            return lines
        return "\n".join(_line(text, one, arguments(one)) for text, one in zip(lines.split("\n"), found, strict=True))
    except (ValueError, TypeError, LookupError, AttributeError):
        raise DatasetError(f"{row.where}: field {name!r} has an input that is not of the form of its task") from None


def _json_lines(found: list[Any]) -> str:
    """Return the JSON of each item in a line: all are written at once, with marks between them."""
    marked = [each for one in found for each in (one, _MARK)][:-1]
    return _dumps(marked)[1:-1].replace(f',"{_MARK}",', "\n")


def _line(text: str, given: list[Any], arguments: list[Any]) -> str:
    """Return arguments in the codec's terms, which are JSON's own for all but objects; most are such, and many."""
    return text if arguments is given and "{" not in text else input_text(arguments)


def _fault(problem: Problem) -> str:
    mark, reason = _FAULTS.get(problem.task_id, ("", ""))
    if problem.extra[CASES]["rule"] in ("any", "not none"):
        return _SEEN_ONLY
    return reason if mark and mark in problem.prompt else ""


def describe(problem: Problem) -> Prompt:
    """Put a problem of MBPP+ as one of MBPP is put; a base model is given EvalPlus' own text."""
    return Prompt((describe_function(problem),), text=problem.prompt, stop=AFTER_PROGRAM)


HUMANEVAL_PLUS = Suite(
    "humaneval-plus",
    load_humaneval,
    complete_function,
    timeout=_SECONDS,
    aliases=("python",),
    splits=tuple(_PARTS),
    metrics=(PASS_AT, PassAtOf(BASE)),
    note=_NOTE,
    protocols={"evalplus": evalplus(AFTER_FUNCTION, None)},
)
MBPP_PLUS = Suite(
    "mbpp-plus",
    load_mbpp,
    describe,
    timeout=_SECONDS,
    aliases=("mbpp", ""),
    splits=tuple(part for part in _PARTS if part != "mini"),
    metrics=(PASS_AT, PassAtOf(BASE)),
    note=_NOTE,
    protocols={"evalplus": evalplus(AFTER_DOCSTRING, None)},
)
