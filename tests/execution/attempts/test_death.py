"""What the end of a solution's process says of it."""

import signal

import pytest

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.death import cause_of
from pytest_codeeval.execution.sandbox.slotclient import Ended


@pytest.mark.parametrize(
    ("ended", "cause", "again"),
    [
        (Ended(0, True, False, 0.1, 0), Cause.TAMPERING, False),
        (Ended(1, True, False, 0.1, 0), Cause.TAMPERING, False),
        (Ended(-signal.SIGKILL, False, False, 0.1, 0), Cause.TAMPERING, False),
        (Ended(-signal.SIGKILL, True, True, 0.1, 0), Cause.OUTPUT, False),
        (Ended(-signal.SIGKILL, True, False, 0.1, 0), Cause.CRASHED, True),
        (Ended(-signal.SIGKILL, True, False, 3.0, 0), Cause.CPU_TIME, True),
        (Ended(-signal.SIGXCPU, True, False, 2.99, 0), Cause.CPU_TIME, True),
        (Ended(-signal.SIGXCPU, True, False, 0.1, 0), Cause.CRASHED, False),
        (Ended(-signal.SIGXFSZ, True, False, 0.1, 0), Cause.OUTPUT, False),
        (Ended(-signal.SIGSYS, True, False, 0.1, 0), Cause.TAMPERING, False),
        (Ended(-signal.SIGSEGV, True, False, 0.1, 0), Cause.CRASHED, False),
        (Ended(-40, True, False, 0.1, 0), Cause.CRASHED, False),
    ],
)
def test_the_cause_of_a_death(ended: Ended, cause: Cause, again: bool) -> None:
    found, detail, doubtful = cause_of(ended, 3.0)
    assert (found, doubtful) == (cause, again)
    assert detail
