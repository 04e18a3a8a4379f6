"""Calibration: CPU limits that follow what the canonical solutions take on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.core.verdict import Cause, Verdict
from pytest_codeeval.execution.reference import reference
from pytest_codeeval.execution.runner import Runner

FACTOR = 4
"""How many times as long as the canonical solution another one may take."""

PATIENCE = 10
"""How many times as long as a limit, or as the canonical solution, something that is only measured may take."""

_BUILDING = ("build", "clippy")


@dataclass(frozen=True, slots=True)
class Calibration:
    """The CPU limits of a suite's problems on this machine; `seconds` is what canonical solutions took, by task id.

    A slow machine raises the limits that the suite publishes, and no machine lowers them.
    """

    suite: Suite
    seconds: Mapping[str, float] = field(default_factory=dict)

    def limit_of(self, problem: Problem) -> float:
        """CPU seconds that one solution of `problem` may take."""
        return max(self.suite.timeout_of(problem), FACTOR * self._measured(problem))

    def raised(self, problems: Iterable[Problem]) -> dict[str, float]:
        """Return the limits that stand above those of the suite, by task id."""
        limits = {problem.task_id: (self.limit_of(problem), self.suite.timeout_of(problem)) for problem in problems}
        return {task_id: limit for task_id, (limit, published) in limits.items() if limit > published}

    def _measured(self, problem: Problem) -> float:
        # More than this was never measured: `check_canonical` is not that patient.
        seconds = self.seconds.get(problem.task_id, 0.0)
        return seconds if 0 < seconds <= 2 * PATIENCE * self.suite.timeout_of(problem) else 0.0


def gradable(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems that have both a test and a canonical solution."""
    return [problem for problem in problems if problem.test and problem.canonical_solution]


def calibrate(
    runner: Runner, problems: Iterable[Problem], cpu_seconds_of: Callable[[Problem], float]
) -> dict[str, float]:
    """Return the CPU seconds of the canonical solutions by task id; those that fail are left out.

    Raises SandboxError where the machinery failed.
    """
    found = gradable(problems)
    verdicts = [check_canonical(runner, problem, cpu_seconds_of(problem)) for problem in found]
    return seconds_of(found, verdicts)


def check_canonical(
    runner: Runner, problem: Problem, cpu_seconds: float, *, patient: bool = True, program: str | None = None
) -> Verdict:
    """Return the verdict on the canonical solution; a patient caller gives a slow one ten times as long.

    `program` is the text to run, if it is not the solution as it stands in the dataset.
    """
    program = reference(problem) if program is None else program
    verdict = runner.check(problem, program, cpu_seconds)
    if patient and verdict.cause is Cause.CPU_TIME:
        # A runner may remember what it said of a program for this very problem.
        return runner.check(replace(problem), program, PATIENCE * cpu_seconds)
    return verdict


def seconds_of(problems: Iterable[Problem], verdicts: Iterable[Verdict]) -> dict[str, float]:
    """Return the CPU seconds of the solutions that passed, those of compilers aside, by task id."""
    return {
        problem.task_id: round(sum(stage.cpu_seconds for stage in verdict.stages if stage.name not in _BUILDING), 4)
        for problem, verdict in zip(problems, verdicts, strict=True)
        if verdict.passed
    }
