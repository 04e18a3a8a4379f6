"""Job: a problem's tests, as the process that runs them wants them."""

from __future__ import annotations

import ast
import re
from dataclasses import asdict, dataclass

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.execution.attempts.looks import sees_values_only


@dataclass(frozen=True, slots=True)
class Job:
    """Source texts: what the prompt defines before the entry point, and the test.

    `call` is for a test that defines `check()` and does not call it, as HumanEval's do; others are lists of assertions.
    `values_only`: the tests could not tell that the solution is in another process; see looks.
    """

    preamble: str
    test: str
    entry_point: str
    call: bool
    values_only: bool = False

    def to_json(self) -> dict[str, str | bool]:
        """Return plain JSON values."""
        return asdict(self)


def job_of(problem: Problem) -> Job:
    """Return the job that a problem comes to."""
    defines_check = problem.entry_point and re.search(r"^def check\(", problem.test, re.MULTILINE)
    called = re.search(r"^check\(", problem.test, re.MULTILINE)
    values_only = sees_values_only(problem.test, problem.entry_point)
    return Job(preamble(problem), problem.test, problem.entry_point, bool(defines_check and not called), values_only)


def preamble(problem: Problem) -> str:
    """Return what the prompt defines before the entry point: imports and helpers, which a test may use."""
    stub = problem.stub
    found = re.search(rf"^(?:@.*\n)*(?:async\s+def|def|class)\s+{re.escape(problem.entry_point)}\b", stub, re.MULTILINE)
    before = stub[: found.start()] if found else ""
    try:
        ast.parse(before)
    except (SyntaxError, ValueError):
        return ""
    return before
