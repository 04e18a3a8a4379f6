"""Runner: turns the solution of a problem into a verdict, for one language."""

from collections.abc import Mapping
from typing import Protocol

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Verdict


class Runner(Protocol):
    """Checks solutions written in one language."""

    language: str

    def check(self, problem: Problem, code: str, cpu_seconds: float) -> Verdict:
        """Run `code` against the problem's test, allowing `cpu_seconds` of CPU time.

        Raises SandboxError where the machinery failed and nothing can be said of the solution.
        """
        ...


class ByLanguage:
    """Checks each problem by the runner of its language."""

    language = "several"

    def __init__(self, runners: Mapping[str, Runner]) -> None:
        """`runners` are by the languages that problems name; there is one for each that will be checked."""
        self._runners = runners

    def check(self, problem: Problem, code: str, cpu_seconds: float) -> Verdict:
        """Run `code` against the problem's test; see Runner."""
        return self._runners[problem.language].check(problem, code, cpu_seconds)
