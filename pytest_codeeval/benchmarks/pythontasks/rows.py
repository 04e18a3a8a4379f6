"""The rows of a Python task: those that come with the package, or those of `--dataset` whose `task` is the suite."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files

from pytest_codeeval.benchmarks.dataset import TASK, own_name, own_rows, row_problem
from pytest_codeeval.benchmarks.source import Row, Rows, rows_from_bytes, unique
from pytest_codeeval.core.errors import DataAbsent, DatasetError
from pytest_codeeval.core.language import canonical
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem

LEVELS = ("easy", "medium", "hard")


@dataclass(frozen=True, slots=True)
class Made:
    """The problem of a row, and why nobody can be graded on it here, if that is so."""

    problem: Problem
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One of the tasks: the name of its suite, the file of its problems, and what makes a problem of a row.

    `make` is given the row and its number, and raises DatasetError naming the row.
    """

    suite: str
    file: str
    make: Callable[[Row, int], Made] = field(compare=False)

    def load(self, request: DataRequest) -> Dataset:
        """Load the problems from the package, or a user's own from `request.dataset`.

        Raises DataAbsent where that has no row for the task, DatasetError where a row is malformed.
        """
        own = bool(request.dataset)
        found = own_rows(request) if own else self._shipped()
        numbered = [(number, row) for number, row in enumerate(found.rows) if row.fields.get(TASK) == self.suite]
        if not numbered:
            raise DataAbsent(f"--dataset={request.dataset!r} has no row whose field 'task' is {self.suite!r}")
        made = [(self.make(_checked(row), number), row) for number, row in numbered]
        unique((one.problem.task_id, row) for one, row in made)
        return Dataset(
            tuple(one.problem for one, _ in made),
            found.sha256,
            found.source if own else "package",
            own_name(request) if own else "",
            skipped={one.problem.task_id: one.skipped for one, _ in made if one.skipped},
            places={one.problem.task_id: row.where for one, row in made} if own else {},
            parts=_by_level([one.problem for one, _ in made]),
        )

    def _shipped(self) -> Rows:
        return rows_from_bytes(files(__package__).joinpath(self.file).read_bytes(), self.file)


def _checked(row: Row) -> Row:
    level = row.fields.get("difficulty")
    if level is not None and level not in LEVELS:
        raise DatasetError(
            f"{row.where}: field 'difficulty' is {str(level)[:40]!r}, and not one of {', '.join(LEVELS)}"
        )
    return row


def _by_level(problems: list[Problem]) -> dict[str, tuple[str, ...]]:
    """Return the task ids of each level, if there are several."""
    found = {level: tuple(p.task_id for p in problems if p.extra.get("difficulty") == level) for level in LEVELS}
    several = {level: ids for level, ids in found.items() if ids}
    return several if len(several) > 1 else {}


def python_problem(row: Row, number: int) -> Problem:
    """Return the problem of a row that is answered by a program in Python.

    Raises DatasetError naming the row, also where it says another language or has no tests.
    """
    said = row.text("language", required=False) or "python"
    if canonical(said) != "python":
        raise DatasetError(f"{row.where}: field 'language' is {said[:40]!r}, and the task is one in Python")
    problem, _ = row_problem(row, number, "python")
    demand_tests(row, problem)
    return problem


def demand_tests(row: Row, problem: Problem) -> None:
    """Raise DatasetError for a row without tests: its answers would count for nothing."""
    if not problem.test:
        raise DatasetError(f"{row.where}: there are no tests: give 'test', or 'inputs' and 'outputs'")
    if not problem.entry_point:
        raise DatasetError(f"{row.where}: field 'entry_point' is missing")
