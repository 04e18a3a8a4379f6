"""HeldTests: what is sent to the process of the tests is sent whole, or that process is there no more."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pytest_codeeval.execution.attempts.held_tests import HeldTests
from pytest_codeeval.execution.sandbox.client import SandboxServer
from pytest_codeeval.execution.sandbox.programs import Programs


class Unread:
    """A slot whose program reads nothing."""

    def __init__(self) -> None:
        self.runs = self.ends = 0
        self._given: list[int] = []

    def run(self, _program: int, descriptors: list[int], _seconds: float) -> None:
        self.runs += 1
        self._given += map(os.dup, descriptors)

    def end(self, _grace: float) -> None:
        self.ends += 1
        while self._given:
            os.close(self._given.pop())


@pytest.fixture
def alarm() -> Iterator[None]:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    earlier = signal.signal(signal.SIGALRM, interrupt)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, earlier)


@pytest.mark.usefixtures("alarm")
def test_a_process_that_was_sent_half_of_a_problem_is_given_no_solution() -> None:
    slot = Unread()
    tests = HeldTests(cast("SandboxServer", SimpleNamespace(slots=(None, slot))))
    tests.holding("small", Programs.COMPARING, lambda: b"", b"a")
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    with pytest.raises(KeyboardInterrupt):
        tests.holding("large", Programs.COMPARING, lambda: bytes(8 << 20), b"a")
    assert (slot.runs, slot.ends) == (1, 1)
    tests.holding("small", Programs.COMPARING, lambda: b"", b"a")
    assert slot.runs == 2
    tests.close()
