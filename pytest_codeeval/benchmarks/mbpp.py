"""MBPP (Austin et al., 2021): 974 functions described in words, each with three asserts.

Published scores are over the 500 of ids 11 to 510 (split `test`); `sanitized` are the 427 that its authors
revised by hand, with their own wording and tests.
"""

from __future__ import annotations

import ast
import re
import sys

from pytest_codeeval.benchmarks.instructions import describe_function
from pytest_codeeval.benchmarks.mbpp_protocols import MBPP_PROTOCOLS
from pytest_codeeval.benchmarks.source import Row, Rows, lacking, local_file, rows_from_file, rows_from_hub, unique
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.pythontree import tree_of
from pytest_codeeval.core.suite import Suite

_FILES = ("mbpp/mbpp.jsonl", "mbpp/mbpp.jsonl.gz")
_SANITIZED_FILES = ("mbpp/sanitized-mbpp.json", "mbpp/sanitized-mbpp.json.gz")
_HUB = "google-research-datasets/mbpp"
_HUB_SPLITS = ("prompt", "test", "validation", "train")
_SPLITS = {"prompt": range(1, 11), "test": range(11, 511), "validation": range(511, 601), "train": range(601, 975)}

# Rows that are broken as published, by a text that only a broken release has in code or tests; most are of 2021.
_FAULTS = {
    313: ("== 1,2", "its asserts compare with the first of the values expected, as the others are taken for a message"),
    341: ("t = tuple(s)", "the 2021 release expects a set's items in an order that Python does not promise"),
    362: ("== 1,0", "an assert compares with the first of two values expected, as the other is taken for a message"),
    436: ("== -1,-6", "its asserts compare with the first of two values expected, as the other is taken for a message"),
    596: ("== 104", "the 2021 release expects the sizes that objects had in the Python of its authors"),
    642: ("tuple(set(sub))", "the 2021 release expects a set's items in an order that Python does not promise"),
}


def load(request: DataRequest) -> Dataset:
    """Load MBPP from the data folder, else from the hub; `request.split` chooses a part.

    Raises DatasetError where neither has it, or a row is malformed.
    """
    sanitized = request.split == "sanitized"
    rows = _rows(request, sanitized)
    problems = tuple(_problem(row, sanitized) for row in rows.rows)
    unique((problem.task_id, row) for problem, row in zip(problems, rows.rows, strict=True))
    faults = {problem.task_id: reason for problem in problems if (reason := _fault(problem))}
    if request.split in _SPLITS:
        problems = tuple(problem for problem in problems if problem.extra["split"] == request.split)
        return Dataset(problems, rows.sha256, rows.source, request.split, faults)
    if sanitized:
        return Dataset(problems, rows.sha256, rows.source, "sanitized", faults)
    test = frozenset(problem.task_id for problem in problems if problem.extra["split"] == "test")
    return Dataset(problems, rows.sha256, rows.source, "", faults, ("test", test))


def _rows(request: DataRequest, sanitized: bool) -> Rows:
    files = _SANITIZED_FILES if sanitized else _FILES
    path = local_file(request.data_dir, *files)
    if path is not None:
        return rows_from_file(path)
    missing = lacking("MBPP", "mbpp-sanitized" if sanitized else "mbpp", request.data_dir, files[0])
    return rows_from_hub(_HUB, "sanitized" if sanitized else "full", _HUB_SPLITS, missing)


def _problem(row: Row, sanitized: bool) -> Problem:
    number = row.fields.get("task_id")
    if not isinstance(number, int) or isinstance(number, bool):
        raise DatasetError(f"{row.where}: field 'task_id' is not a whole number")
    code = row.text("code").replace("\r\n", "\n")
    tests = row.texts("test_list")
    if not tests:
        raise DatasetError(f"{row.where}: field 'test_list' is empty")
    before = [*row.texts("test_imports", required=False), row.text("test_setup_code", required=False)]
    before = [text.replace("\r\n", "\n") for text in before if text]
    return Problem(
        task_id=f"Mbpp/{number}",
        prompt=row.text("prompt" if sanitized else "text"),
        test="\n".join([*imports(tests), *before, *tests]),
        entry_point=entry_point(code, tests),
        canonical_solution=code,
        extra={
            "split": next((name for name, ids in _SPLITS.items() if number in ids), "train"),
            "shown_tests": tests,
            "setup": row.text("test_setup_code", required=False),
            "challenge_tests": row.texts("challenge_test_list", required=False),
        },
    )


def entry_point(code: str, tests: list[str]) -> str:
    """Return the name that the tests call and the code defines; MBPP does not say it anywhere.

    The first test's outermost such call, so that a helper is not taken for the function under test.
    """
    defined = set(re.findall(r"^(?:def|class)\s+(\w+)", code, re.MULTILINE))
    for test in tests:
        try:
            calls = [node.func for node in ast.walk(tree_of(test)) if isinstance(node, ast.Call)]
        except (SyntaxError, ValueError):
            continue
        for function in calls:
            if isinstance(function, ast.Name) and function.id in defined:
                return function.id
    return ""


def imports(tests: list[str]) -> list[str]:
    """Return import lines for the modules that the tests use without importing them.

    Mbpp/596 and some sanitized rows lean on an import of the reference solution; a right solution may do without it.
    """
    used = set()
    for test in tests:
        try:
            nodes = list(ast.walk(tree_of(test)))
        except (SyntaxError, ValueError):
            continue
        bases = [node.value for node in nodes if isinstance(node, ast.Attribute)]
        used |= {base.id for base in bases if isinstance(base, ast.Name)}
    return [f"import {name}" for name in sorted(used & sys.stdlib_module_names)]


def _fault(problem: Problem) -> str:
    mark, reason = _FAULTS.get(int(problem.task_id.partition("/")[2]), ("", ""))
    return reason if mark and mark in problem.canonical_solution + problem.test else ""


MBPP = Suite(
    "mbpp",
    load,
    describe_function,
    timeouts={"Mbpp/123": 60.0},  # sums amicable numbers by trial division: 14 s for the reference solution itself
    aliases=("mbpp", ""),
    splits=("full", *_SPLITS, "sanitized"),
    protocols=MBPP_PROTOCOLS,
)
