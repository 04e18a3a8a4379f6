"""Conclusive: a solution is run as often as it takes for a run that counts."""

from __future__ import annotations

from collections.abc import Callable

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.attempt import Attempt
from pytest_codeeval.execution.sandbox.shared_exclusive_lock import SharedExclusiveLock


def run_until_conclusive(
    alone: SharedExclusiveLock, run: Callable[[float], Attempt], quick: float, whole: float
) -> Attempt:
    """Return the run that counts; `run` is given the CPU seconds that it may use.

    The first one gets `quick` seconds, as most programs need a hundredth of the whole.
    """
    with alone.beside():
        attempt = run(min(quick, whole))
        # CPU time is not shared with anybody, so that what used it up may be repeated beside others.
        if attempt.doubtful and attempt.cause is Cause.CPU_TIME:
            attempt = run(whole)
    if attempt.doubtful and attempt.cause is not Cause.CPU_TIME:
        with alone.alone():
            attempt = run(whole)
    return attempt
