"""ProxiedGrader: runs a solution in one process and its tests in another, and brings home what the tests said."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
from typing import Any

from pytest_codeeval.core.errors import BrokenTests, SandboxError
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.attempt import Attempt
from pytest_codeeval.execution.attempts.death import cause_of
from pytest_codeeval.execution.attempts.held_tests import GRACE, HeldTests
from pytest_codeeval.execution.attempts.job import Job
from pytest_codeeval.execution.attempts.limit_monitor import TICK, LimitMonitor, Overrun
from pytest_codeeval.execution.sandbox.client import SandboxServer
from pytest_codeeval.execution.sandbox.descriptors import in_memory, pipe
from pytest_codeeval.execution.sandbox.limits import Limits
from pytest_codeeval.execution.sandbox.programs import Programs
from pytest_codeeval.execution.sandbox.slotclient import Ended

_GREEDY = (Cause.OUTPUT, Cause.MEMORY)


class ProxiedGrader:
    """Brings solutions to a process with one problem's tests, which forks one that runs them for each."""

    def __init__(self, server: SandboxServer, tests: HeldTests) -> None:
        self._solutions, _ = server.slots
        self._tests = tests

    def grade(self, job: Job, source: bytes, limits: Limits, cpu_seconds: float) -> Attempt:
        """Run a solution against a problem's tests, with `cpu_seconds` of CPU time.

        Raises SandboxError where the machinery failed.
        """
        control = self._tests.holding(job, Programs.TESTER, lambda: json.dumps(job.to_json()).encode("ascii"))
        kept = self._start(control, source, limits)
        # From here on: a slot may have had to be cleaned up first, which is nobody's time.
        monitor = LimitMonitor(self._solutions, limits, cpu_seconds, self._tests.slot)
        line, overrun = b"", None
        try:
            line, overrun = _wait(control, monitor)
            overrun = overrun or monitor.held()
        finally:
            wall = monitor.elapsed
            try:
                tests_ended = None
                if overrun is not None or not line:
                    tests_ended = self._tests.end(0.0 if overrun is not None else GRACE)
                ended = self._solutions.end(GRACE if b'"died"' in line else 0.0)
            finally:
                os.close(kept)
        if tests_ended is not None and overrun is None:
            raise SandboxError(f"the process of the tests ended (status {tests_ended.code})")
        attempt = _attempt(line, overrun, ended, monitor, wall, limits)
        # What made much of the tests' memory leaves it scattered.
        used_up = attempt.cause in _GREEDY if job.values_only else not self._tests.left_nothing()
        if used_up:
            self._tests.end()
        return attempt

    def _start(self, control: socket.socket, source: bytes, limits: Limits) -> int:
        """Bring the two together; return what keeps the solution waiting for calls when the tests have ended."""
        opened: list[int] = []
        try:
            opened += (program := in_memory(source),)
            opened += (to_solution := pipe())
            opened += (to_tests := pipe())
            self._solutions.run(Programs.CANDIDATE, [program, to_solution[0], to_tests[1]], limits.cpu_seconds)
            socket.send_fds(control, [b"s"], [to_tests[0], to_solution[1]])
            return os.dup(to_solution[1])
        except OSError as error:
            self._tests.close()
            raise SandboxError(f"the process of the tests cannot be reached: {error.strerror}") from None
        finally:
            for descriptor in opened:
                os.close(descriptor)


def _wait(control: socket.socket, monitor: LimitMonitor) -> tuple[bytes, Overrun | None]:
    """Wait for the tests' line; return it, or the limit that the run has passed, or nothing where the tests died."""
    ready = select.poll()
    ready.register(control, select.POLLIN)
    line = b""
    while True:
        if ready.poll(TICK * 1000):
            try:
                part = control.recv(65536)
            except ConnectionError:
                part = b""
            line += part
            if not part:
                return b"", None
            if line.endswith(b"\n"):
                return line, None
        elif overrun := monitor.overrun():
            return b"", overrun


def _attempt(
    line: bytes, overrun: Overrun | None, ended: Ended, monitor: LimitMonitor, wall: float, limits: Limits
) -> Attempt:
    cpu = max(ended.cpu_seconds, monitor.usage.cpu_seconds)
    said: dict[str, Any] = {"cause": "", "detail": "", "stage": "test", "uses": [], "certain": True}
    said |= _read(line) if line else {}
    cause, detail, doubtful = Cause.EXCEPTION, str(said["detail"]), False
    if overrun is not None:
        cause, detail = overrun
        doubtful = cause in (Cause.CPU_TIME, Cause.WALL_TIME)
        # It may have waited for what the tests do meanwhile, or computed no more than it takes to speak with them.
        said["certain"] = cause not in (Cause.WALL_TIME, Cause.CPU_TIME)
    elif "died" in said:
        cause, detail, doubtful = _tests_died(said["died"])
    elif said["cause"] == "died" or (said["cause"] == "passed" and ended.by_itself):
        cause, detail, doubtful = cause_of(ended, limits.cpu_seconds)
    elif said["cause"] == "broken":
        raise BrokenTests(f"the tests are at fault, not the solution: {detail}")
    elif said["cause"] == "uncalled":
        cause = Cause.WRONG_ANSWER
    elif said["cause"] != "unrepresentable":
        cause = Cause(said["cause"])
    return Attempt(
        cause,
        detail,
        said["stage"],
        round(cpu, 4),
        round(wall, 4),
        ended.max_rss,
        doubtful,
        certain=bool(said["certain"]) and cause is not Cause.WALL_TIME,
        uncalled=said["cause"] == "uncalled",
        uses=frozenset(said["uses"]),
    )


def _read(line: bytes) -> dict[str, Any]:
    try:
        return dict(json.loads(line))
    except (ValueError, TypeError):
        raise SandboxError("the process of the tests said something that is no verdict") from None


def _tests_died(code: int) -> tuple[Cause, str, bool]:
    """What it says of a solution that the tests died of it; to be run again before it counts.

    Raises SandboxError if the kernel killed them, as it does when memory runs out on the machine.
    """
    if code == -signal.SIGKILL:
        raise SandboxError("the process of the tests was killed")
    return Cause.TAMPERING, f"its answers ended the process of the tests (status {code})", True
