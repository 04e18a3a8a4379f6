"""HumanEval (Chen et al., 2021): 164 functions to be completed from signature and docstring."""

from pytest_codeeval.benchmarks.humaneval_protocols import HUMANEVAL_PROTOCOLS
from pytest_codeeval.benchmarks.instructions import complete_function
from pytest_codeeval.benchmarks.source import Row, Rows, lacking, local_file, rows_from_file, rows_from_hub, unique
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.suite import Suite

# Prompts whose own examples contradict the tests, by a text that only the faulty prompt has.
_FAULTS = {
    "HumanEval/47": ("    15.0\n", "an example in the prompt says 15.0 where the tests say 8.0"),
    "HumanEval/116": ("== [1, 2, 3, 4, 5]", "the examples in the prompt sort by value, the tests by the count of ones"),
}

_FILES = ("humaneval/HumanEval.jsonl.gz", "humaneval/HumanEval.jsonl")


def load(request: DataRequest) -> Dataset:
    """Load HumanEval from the data folder, else from the hub.

    Raises DatasetError where neither has it, or a row is malformed.
    """
    rows = _rows(request)
    problems = tuple(_problem(row) for row in rows.rows)
    unique((problem.task_id, row) for problem, row in zip(problems, rows.rows, strict=True))
    prompts = {problem.task_id: problem.prompt for problem in problems}
    faults = {task: reason for task, (mark, reason) in _FAULTS.items() if mark in prompts.get(task, "")}
    return Dataset(problems, rows.sha256, rows.source, faults=faults)


def _rows(request: DataRequest) -> Rows:
    path = local_file(request.data_dir, *_FILES)
    if path is not None:
        return rows_from_file(path)
    missing = lacking("HumanEval", "humaneval", request.data_dir, _FILES[0])
    return rows_from_hub("openai/openai_humaneval", None, ("test",), missing)


def _problem(row: Row) -> Problem:
    return Problem(
        task_id=row.text("task_id"),
        prompt=row.text("prompt"),
        test=row.text("test"),
        entry_point=row.text("entry_point"),
        canonical_solution=row.text("canonical_solution"),
    )


HUMANEVAL = Suite(
    "humaneval", load, complete_function, aliases=("python",), splits=("test",), protocols=HUMANEVAL_PROTOCOLS
)
