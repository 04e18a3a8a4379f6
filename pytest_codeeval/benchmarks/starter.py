"""starter: 24 problems of this project's own, shipped with it, so that a fresh machine has something to run."""

from importlib.resources import files

from pytest_codeeval.benchmarks.instructions import complete_function
from pytest_codeeval.benchmarks.source import rows_from_bytes
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.suite import Suite


def load(_request: DataRequest) -> Dataset:
    """Load the problems from the package; nothing of the request matters."""
    rows = rows_from_bytes(files(__package__).joinpath("starter.jsonl").read_bytes(), "starter.jsonl")
    problems = tuple(
        Problem(
            task_id=row.text("task_id"),
            prompt=row.text("prompt"),
            test=row.text("test"),
            entry_point=row.text("entry_point"),
            canonical_solution=row.text("canonical_solution"),
            extra={"difficulty": row.fields["difficulty"]},
        )
        for row in rows.rows
    )
    return Dataset(problems, rows.sha256, "package")


STARTER = Suite(
    "starter",
    load,
    complete_function,
    timeouts={"Starter/9": 1.0},  # whoever goes 10**15 steps one by one does not arrive in three seconds either
)
