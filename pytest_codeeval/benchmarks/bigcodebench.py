"""BigCodeBench-Hard (Zhuo et al., 2024): 148 functions that use many libraries, with cases of unittest."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_codeeval.benchmarks.instructions import continued
from pytest_codeeval.benchmarks.packages import imported, not_allowed
from pytest_codeeval.benchmarks.source import Row, Rows, published_rows, unique
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.suite import Suite

_FILES = (
    "bigcodebench/bigcodebench_hard.jsonl.gz",
    "bigcodebench/bigcodebench_hard.json",
    "bigcodebench/bigcodebench_hard.jsonl",
)
_HUB = ("bigcode/bigcodebench-hard", None, "v0.1.4")
_NETWORK = "its tests speak to a server of their own, and there is no network in the sandbox"
# By a text that only such a row has in solution or tests.
_SKIPPED = {"BigCodeBench/1040": ("socket.socket(", _NETWORK)}
_FAULTS = {
    "BigCodeBench/503": (".applymap(", "its own solution calls `applymap`, which pandas has no longer since 3.0"),
    "BigCodeBench/760": ("datetime.datetime(", "its own solution leans on the import of its tests, not on its own"),
}
_UNSEEN = {"BigCodeBench/409": ("openpyxl",)}  # what pandas imports for it


def load(request: DataRequest) -> Dataset:
    """Load the 148 from the data folder, else from the hub; what needs packages that are not allowed is `skipped`.

    Raises DataAbsent where neither has it, DatasetError where a row is malformed.
    """
    found = published_rows(request.data_dir, _FILES, _HUB, "BigCodeBench-Hard", "bigcodebench-hard")
    rows = tuple(_rows(found))
    problems = tuple(map(_problem, rows))
    unique((problem.task_id, row) for problem, row in zip(problems, rows, strict=True))
    needs = {
        one.task_id: {*imported(one.prompt + one.canonical_solution, one.test), *_UNSEEN.get(one.task_id, ())}
        for one in problems
    }
    told = {one.task_id: one.canonical_solution + one.test for one in problems}
    faults = {task: why for task, (mark, why) in _FAULTS.items() if mark in told.get(task, "")}
    skipped = {task: why for task, (mark, why) in _SKIPPED.items() if mark in told.get(task, "")}
    skipped = {**not_allowed(needs, request.packages), **skipped}
    return Dataset(problems, found.sha256, found.source, faults=faults, skipped=skipped)


def _rows(found: Rows) -> Iterator[Row]:
    """Yield the rows, which one publication has as an object by their ids."""
    for row in found.rows:
        inner = list(row.fields.items())
        if "task_id" not in row.fields and all(isinstance(fields, dict) for _, fields in inner):
            yield from (Row(f"{row.where}, {name}", fields) for name, fields in inner)
        else:
            yield row


def _problem(row: Row) -> Problem:
    return Problem(
        task_id=row.text("task_id"),
        prompt=row.text("complete_prompt"),
        test=row.text("test"),
        entry_point=row.text("entry_point"),
        canonical_solution=row.text("canonical_solution"),
        extra={"instruction": row.text("instruct_prompt")},
    )


def prompt(problem: Problem) -> Prompt:
    """Ask as published: by instruction who chats, by the head of the function who continues text."""
    text, stop = continued(problem)
    return Prompt((problem.extra["instruction"],), text=text, stop=stop)


BIGCODEBENCH_HARD = Suite(
    "bigcodebench-hard",
    load,
    prompt,
    timeout=30.0,  # some tests sleep, and libraries take seconds to be imported
    splits=("v0.1.4",),
)
