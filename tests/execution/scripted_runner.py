"""A runner whose verdicts are made up, for what is arithmetic over verdicts; and problems for it."""

from __future__ import annotations

from collections.abc import Callable

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause, StageResult, Verdict
from pytest_codeeval.scoring.code.chat_forms import FORMS, answered


def problem(number: int = 1, **fields: str) -> Problem:
    """Make a problem whose canonical solution adds one."""
    usual = {"test": "assert f(1) == 2", "entry_point": "f", "canonical_solution": "def f(x):\n    return x + 1\n"}
    return Problem(f"T/{number}", "Add one.", **{**usual, **fields})


def verdict(cause: Cause = Cause.PASSED, *seconds: float, detail: str = "", weak: bool = False) -> Verdict:
    """Make a verdict whose stages took so many CPU seconds."""
    stages = tuple(StageResult("test", cause is Cause.PASSED, found) for found in seconds)
    return Verdict(cause, detail, stages, weak)


def is_right(problem: Problem, code: str) -> bool:
    """Whether code is the canonical solution, as it stands or as a chat answer has it."""
    return code == problem.canonical_solution or any(answered(problem, form).code == code for form in FORMS)


def by_truth(problem: Problem, code: str, cpu_seconds: float) -> Verdict:
    """Pass the canonical solution, in 20 ms, and nothing else."""
    return verdict(Cause.PASSED if is_right(problem, code) else Cause.WRONG_ANSWER, 0.02)


class ScriptedRunner:
    """Asks a function for each verdict, and notes (task id, code, CPU seconds)."""

    language = "python"

    def __init__(self, says: Callable[[Problem, str, float], Verdict] = by_truth) -> None:
        self._says = says
        self.checked: list[tuple[str, str, float]] = []

    def check(self, problem: Problem, code: str, cpu_seconds: float) -> Verdict:
        self.checked.append((problem.task_id, code, cpu_seconds))
        return self._says(problem, code, cpu_seconds)
