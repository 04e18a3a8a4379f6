"""ComparedGrader: runs a solution on inputs in one process, and has its outputs compared in another."""

from __future__ import annotations

import json
import os
import select
import socket
from typing import Any

from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts import answers
from pytest_codeeval.execution.attempts.attempt import Attempt
from pytest_codeeval.execution.attempts.cases import Cases
from pytest_codeeval.execution.attempts.death import cause_of
from pytest_codeeval.execution.attempts.held_tests import GRACE, HeldTests
from pytest_codeeval.execution.attempts.limit_monitor import TICK, LimitMonitor, Overrun
from pytest_codeeval.execution.grading.answering import LATE, Manner
from pytest_codeeval.execution.grading.comparing import ANOTHER
from pytest_codeeval.execution.sandbox.client import SandboxServer
from pytest_codeeval.execution.sandbox.limits import Limits
from pytest_codeeval.execution.sandbox.programs import Programs
from pytest_codeeval.execution.sandbox.slotclient import Ended

_TICK = 0.1
"""Seconds between looks: an input may take seconds."""
_GREEDY = (Cause.OUTPUT, Cause.MEMORY)


class ComparedGrader:
    """Brings solutions to a process that has the inputs of a problem and the expected outputs."""

    def __init__(self, server: SandboxServer, tests: HeldTests) -> None:
        self._solutions, _ = server.slots
        self._tests = tests

    def grade(self, cases: Cases, source: bytes, limits: Limits) -> Attempt:
        """Run a solution on all inputs, until an output is wrong. Raises SandboxError where the machinery failed."""
        control = self._tests.holding(cases.digest, Programs.COMPARING, lambda: cases.job, ANOTHER)
        manner = Manner(LATE, cases.digests, cases.slow, timed=False)
        reader, holding = answers.start(
            self._solutions, source, cases.entry_point, manner, cases.inputs, limits.cpu_seconds
        )
        try:
            try:
                socket.send_fds(control, [b"s"], [reader])
            except OSError as error:
                self._tests.close()
                raise SandboxError(f"the process of the tests cannot be reached: {error.strerror}") from None
            finally:
                os.close(reader)
            return self._watched(control, cases, limits)
        finally:
            os.close(holding)

    def _watched(self, control: socket.socket, cases: Cases, limits: Limits) -> Attempt:
        # From here on: a slot may have had to be cleaned up first, which is nobody's time.
        monitor = LimitMonitor(self._solutions, limits, limits.cpu_seconds, self._tests.slot)
        said: dict[str, Any] = {}
        overrun: Overrun | None = None
        tests_ended: Ended | None = None
        at = 0
        try:
            said, overrun, at = _wait(control, monitor, cases)
            overrun = overrun or monitor.held()
        finally:
            wall = monitor.elapsed
            if overrun is not None or not said:
                tests_ended = self._tests.end(0.0 if overrun is not None else GRACE)
            ended = self._solutions.end(GRACE if said.get("cause") == "died" else 0.0)
        if tests_ended is not None and overrun is None:
            raise SandboxError(f"the process of the tests ended (status {tests_ended.code})")
        cause, detail, doubtful = _ending(said, overrun, ended, cases, at, limits)
        if cause in _GREEDY:
            self._tests.end()
        cpu = max(ended.cpu_seconds, monitor.usage.cpu_seconds)
        return Attempt(cause, detail, "test", round(cpu, 4), round(wall, 4), ended.max_rss, doubtful, right=at)


def _ending(
    said: dict[str, Any], overrun: Overrun | None, ended: Ended, cases: Cases, at: int, limits: Limits
) -> tuple[Cause, str, bool]:
    """Return the cause, a sentence, and whether the run is to be done again before it counts."""
    if overrun is not None:
        cause, detail = overrun
        detail = f"{detail}; {at} of {len(cases.inputs)} outputs were known to be right by then"
        return cause, detail, cause is Cause.WALL_TIME
    if said["cause"] == "died" or (said["cause"] == "passed" and ended.by_itself):
        return cause_of(ended, limits.cpu_seconds)
    return Cause(said["cause"]), str(said["detail"]), False


def _wait(control: socket.socket, monitor: LimitMonitor, cases: Cases) -> tuple[dict[str, Any], Overrun | None, int]:
    """Wait for the verdict; return it, or the limit that the run has passed, and how many outputs were right by then.

    No verdict and no limit is for tests that died.
    """
    ready = select.poll()
    ready.register(control, select.POLLIN)
    lines, at = b"", 0
    while True:
        if not ready.poll(min(_TICK, max(TICK, monitor.spare())) * 1000):
            if overrun := monitor.overrun():
                return {}, overrun, at
            continue
        try:
            data = control.recv(65536)
        except ConnectionError:
            data = b""
        if not data:
            return {}, None, at
        *whole, lines = (lines + data).split(b"\n")
        for line in whole:
            said = _read(line)
            if "cause" in said:
                return said, None, int(said["at"])
            at = int(said["at"])
            if at < len(cases.seconds):
                monitor.begin_lap(cases.seconds[at])


def _read(line: bytes) -> dict[str, Any]:
    try:
        return dict(json.loads(line))
    except (ValueError, TypeError):
        raise SandboxError("the process of the tests said something that is no verdict") from None
