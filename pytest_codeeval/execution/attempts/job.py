"""Job: a problem's tests, as the process that runs them wants them."""

from __future__ import annotations

import re
import sys
from dataclasses import asdict, dataclass

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.pythontree import tree_of
from pytest_codeeval.execution.attempts.looks import sees_values_only
from pytest_codeeval.execution.attempts.outline import calls_check, outline, returning_conditions


@dataclass(frozen=True, slots=True)
class Job:
    """Source texts: what the prompt defines before the entry point, and the test.

    `call` is for a test that defines `check()` and does not call it, as HumanEval's do. `called` are the functions that
    a test calls by itself, so that nobody takes them for tests to be run. `lent` are modules of the standard library
    that it uses without an import: they are there, unless the solution has something else of that name. With a
    `method`, `check()` is called with that of an object of the class that the entry point then is. `values_only`:
    the tests could not tell that the solution is in another process; see looks. `conditions` are the functions that
    return whether they hold.
    """

    preamble: str
    test: str
    entry_point: str
    call: bool
    values_only: bool = False
    called: tuple[str, ...] = ()
    lent: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    method: str = ""

    @property
    def function(self) -> str:
        """The name by which the tests call the solution; none where they have a method by `check()` alone."""
        return "" if self.method else self.entry_point

    def to_json(self) -> dict[str, str | bool | tuple[str, ...]]:
        """Return plain JSON values."""
        return asdict(self)


def job_of(problem: Problem) -> Job:
    """Return the job that a problem comes to."""
    found = outline(problem.test)
    call = bool(problem.entry_point) and calls_check(found)
    called = tuple(sorted(found.called & found.functions.keys()))
    lent = (found.used - found.bound) & found.bases & sys.stdlib_module_names - {problem.defined}
    method = problem.method if call else ""  # tests that call it by themselves make the object, too
    values_only = sees_values_only(problem.test, "" if method else problem.defined)
    conditions = tuple(returning_conditions(found))
    before, name = preamble(problem), problem.defined
    return Job(before, problem.test, name, call, values_only, called, tuple(sorted(lent)), conditions, method)


def preamble(problem: Problem) -> str:
    """Return what the prompt defines before the entry point: imports and helpers, which a test may use."""
    stub = problem.stub
    found = re.search(rf"^(?:@.*\n)*(?:async\s+def|def|class)\s+{re.escape(problem.defined)}\b", stub, re.MULTILINE)
    before = stub[: found.start()] if found else ""
    try:
        tree_of(before)
    except (SyntaxError, ValueError):
        return ""
    return before
