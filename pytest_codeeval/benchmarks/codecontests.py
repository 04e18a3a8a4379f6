"""CodeContests (Li et al., 2022): the 20 problems of a public sample, solved by scripts that read and write text."""

from __future__ import annotations

import json
import re
from typing import Any

from pytest_codeeval.benchmarks.evoeval import labels_of
from pytest_codeeval.benchmarks.instructions import AFTER_WHOLE, in_comments
from pytest_codeeval.benchmarks.source import Row, lacking, local_file, rows_from_file, unique
from pytest_codeeval.core.errors import DataAbsent, DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.execution.scripts import READS_INPUT, RUN

_FILES = (
    "sandboxfusion_samples/code_eval_code_contests.jsonl",
    "sandboxfusion_samples/code_eval_code_contests.jsonl.gz",
)
_NOTE = "an answer has to be the one on record, though some problems have several"
_DECIMAL = re.compile(r"[-+]?\d*\.\d+(?:[eE][-+]?\d+)?")
_CLOSE = '''\
import math


def alike(found, wanted):
    """Whether outputs agree word by word, numbers with a decimal point within a hundred-thousandth."""
    return len(found) == len(wanted) and all(map(_alike, found, wanted))


def _alike(found, wanted):
    try:
        return found == wanted or math.isclose(float(found), wanted, rel_tol=1e-5, abs_tol=1e-6)
    except (TypeError, ValueError):  # a word is wanted, or was written
        return False


'''


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
    return Problem(
        task_id=f"CodeContests/{number}",
        prompt=row.text("content"),
        test=_test(_cases(row)),
        extra={READS_INPUT: True, "name": str(labels.get("name", "")), "difficulty": str(labels.get("difficulty", ""))},
    )


def _cases(row: Row) -> list[tuple[str, list[str]]]:
    """Return what is given, and the words that are wanted."""
    found = row.fields.get("test")
    try:
        cases: Any = json.loads(found) if isinstance(found, str) else found
        pairs = [(case["input"]["stdin"], case["output"]["stdout"].split()) for case in cases]
        if pairs and all(isinstance(given, str) for given, _ in pairs):
            return pairs
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass
    raise DatasetError(f"{row.where}: field 'test' is no list of inputs and outputs")


def _test(cases: list[tuple[str, list[str]]]) -> str:
    """Return asserts, of which those on words alone can be judged with no more than the words."""
    if not any(_DECIMAL.fullmatch(word) for _, wanted in cases for word in wanted):
        return "".join(f"assert {RUN}({given!r}) == {wanted!r}\n" for given, wanted in cases)
    numbers = [(given, [float(w) if _DECIMAL.fullmatch(w) else w for w in wanted]) for given, wanted in cases]
    return _CLOSE + "".join(f"assert alike({RUN}({given!r}), {wanted!r})\n" for given, wanted in numbers)


def prompt(problem: Problem) -> Prompt:
    """Put the task as it stands, and say what a solution is."""
    asked = "Write a Python 3 program that reads its input from standard input and writes its output to standard output"
    text = f"{problem.prompt.strip()}\n\n{asked}"
    return Prompt(
        (f"{text}, and nothing else. Answer with one Python code block that holds the whole program.\n",),
        text=in_comments(f"{text}."),
        stop=AFTER_WHOLE[:2],
    )


CODE_CONTESTS = Suite("code-contests", load, prompt, timeout=20.0, note=_NOTE)
