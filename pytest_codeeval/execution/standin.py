"""StandIn: a solution that dies as soon as it is called, so that tests that pass with it never call one."""

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.reference import reference

_DIES = """

def {name}(*args, **kwargs):
    import os
    os.abort()
"""

_DIES_INSIDE = """

class {name}:
    def {method}(self, *args, **kwargs):
        import os
        os.abort()
"""

UNCALLED = "its tests pass without a call of the solution"


def stand_in(problem: Problem) -> str:
    """Return a program that has what the canonical solution has, and whose entry point ends the process when called.

    Nobody can catch that. It is empty for a problem without an entry point, whose tests look at names.
    """
    name, method = problem.defined, problem.method
    dies = _DIES_INSIDE.format(name=name, method=method) if method else _DIES.format(name=name)
    return reference(problem) + dies if name else ""


def is_uncalled(cause: Cause) -> bool:
    """Whether tests that were run in one process with the stand-in have passed."""
    return cause is Cause.PASSED
