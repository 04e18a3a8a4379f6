"""CodeContests (Li et al., 2022): the 20 problems of a public sample, solved by scripts that read and write text."""

from __future__ import annotations

import json
from typing import Any

from pytest_codeeval.benchmarks.evoeval import labels_of
from pytest_codeeval.benchmarks.instructions import write_program
from pytest_codeeval.benchmarks.source import Row, lacking, local_file, rows_from_file, unique
from pytest_codeeval.core.errors import DataAbsent, DatasetError
from pytest_codeeval.core.inputoutput import InputOutput
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.suite import Suite

_FILES = (
    "sandboxfusion_samples/code_eval_code_contests.jsonl",
    "sandboxfusion_samples/code_eval_code_contests.jsonl.gz",
)
_NOTE = "an answer has to be the one on record, though some problems have several"
_TOLERANCE = 1e-5


def load(request: DataRequest) -> Dataset:
    """Load the sample from the data folder.

    Raises DataAbsent where it is not there, DatasetError where a row is malformed.
    """
    path = local_file(request.data_dir, *_FILES)
    if path is None:
        raise DataAbsent(lacking("CodeContests' sample", "code-contests", request.data_dir, _FILES[0]))
    rows = rows_from_file(path)
    problems = tuple(map(_problem, rows.rows))
    unique((problem.task_id, row) for problem, row in zip(problems, rows.rows, strict=True))
    return Dataset(problems, rows.sha256, rows.source)


def _problem(row: Row) -> Problem:
    number = row.fields.get("id")
    if not isinstance(number, int | str) or isinstance(number, bool):
        raise DatasetError(f"{row.where}: field 'id' is no number")
    labels = labels_of(row)
    tests = InputOutput(_cases(row), tolerance=_TOLERANCE)
    about = {"name": str(labels.get("name", "")), "difficulty": str(labels.get("difficulty", ""))}
    return Problem(f"CodeContests/{number}", row.text("content"), tests.test, extra={**tests.extra, **about})


def _cases(row: Row) -> tuple[tuple[str, str], ...]:
    """Return what is given, and what is wanted."""
    found = row.fields.get("test")
    try:
        cases: Any = json.loads(found) if isinstance(found, str) else found
        pairs = tuple((case["input"]["stdin"], case["output"]["stdout"]) for case in cases)
        if pairs and all(isinstance(text, str) for pair in pairs for text in pair):
            return pairs
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass
    raise DatasetError(f"{row.where}: field 'test' is no list of inputs and outputs")


CODE_CONTESTS = Suite("code-contests", load, write_program, timeout=10.0, note=_NOTE)
