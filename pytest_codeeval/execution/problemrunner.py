"""ProblemRunner: judges solutions in one language by the form that a problem's tests have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_codeeval.core.inputoutput import has_checker, has_input_output
from pytest_codeeval.core.problem import PACKAGE, Problem
from pytest_codeeval.core.verdict import Verdict
from pytest_codeeval.execution.sandbox.choice import SandboxChoice

if TYPE_CHECKING:
    from pytest_codeeval.execution.attempts.objection import Objection
    from pytest_codeeval.execution.inputoutput.runner import InputOutputRunner
    from pytest_codeeval.execution.languages.program import ProgramRunner


class ProblemRunner:
    """The runner of a language for tests that are code, and beside it one for inputs and outputs.

    All that it does not know by itself is the former's: what else such a runner can do differs by language.
    """

    def __init__(self, runner: Any, choice: SandboxChoice) -> None:
        """`runner` is a Runner; the other one is made when it is first needed."""
        self.language: str = runner.language
        self._runner = runner
        self._choice = choice
        self._programs: InputOutputRunner | None = None
        self._packages: ProgramRunner | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._runner, name)

    def check(self, problem: Problem, code: str, cpu_seconds: float) -> Verdict:
        """Run `code` against the problem's test; see Runner."""
        if has_input_output(problem):
            return self._whole.check(problem, code, cpu_seconds)
        if PACKAGE in problem.extra:
            return self._beside(problem).check(problem, code, cpu_seconds)
        verdict: Verdict = self._runner.check(problem, code, cpu_seconds)
        return verdict

    def objection(self, problem: Problem) -> Objection | None:
        """Return why no solution can be judged by a problem's tests, or nothing."""
        if has_input_output(problem) or PACKAGE in problem.extra:
            return None
        found: Objection | None = self._runner.objection(problem)
        return found

    def wants_canonical(self, problem: Problem) -> list[str]:
        """Return what a problem's tests do that is judged strongly only with a canonical solution, which it lacks."""
        if has_input_output(problem) or PACKAGE in problem.extra or not hasattr(self._runner, "wants_canonical"):
            return []
        found: list[str] = self._runner.wants_canonical(problem)
        return found

    def taken(self, problem: Problem) -> list[str]:
        """Return the wrong outputs that a problem's checker takes, none where it has no checker."""
        return self._whole.taken(problem) if has_checker(problem) else []

    def close(self) -> None:
        """End what both keep running."""
        self._runner.close()
        if self._programs is not None:
            self._programs.close()
        if self._packages is not None:
            self._packages.close()

    def _beside(self, problem: Problem) -> ProgramRunner:
        """Return the runner for tests in files of their own; what its problems share is that of the first."""
        if self._packages is None:
            from pytest_codeeval.execution.languages.program import ProgramRunner
            from pytest_codeeval.execution.toolchains.packages import package_language, trial_problem

            language = package_language(self.language, problem.extra[PACKAGE].get("shared", {}))
            self._packages = ProgramRunner(language, self._choice, trial_problem(self.language))
        return self._packages

    @property
    def _whole(self) -> InputOutputRunner:
        if self._programs is None:
            from pytest_codeeval.execution.inputoutput.runner import InputOutputRunner  # few problems have such tests

            self._programs = InputOutputRunner(self.language, self._choice)
        return self._programs
