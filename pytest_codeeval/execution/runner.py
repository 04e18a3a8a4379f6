"""Runner: turns the solution of a problem into a verdict, for one language."""

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
