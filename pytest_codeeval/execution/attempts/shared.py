"""SharedGrader: a solution and its tests in one process, as plain Python has them. By itself a weak verdict."""

from __future__ import annotations

import json
import os
import secrets
import select
from contextlib import ExitStack
from dataclasses import asdict, replace

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.attempt import Attempt
from pytest_codeeval.execution.attempts.death import cause_of
from pytest_codeeval.execution.attempts.decoys import decoys
from pytest_codeeval.execution.attempts.job import Job
from pytest_codeeval.execution.attempts.limit_monitor import TICK, LimitMonitor, Overrun
from pytest_codeeval.execution.sandbox.client import SandboxServer
from pytest_codeeval.execution.sandbox.descriptors import in_memory, pipe
from pytest_codeeval.execution.sandbox.limits import Limits
from pytest_codeeval.execution.sandbox.programs import Programs

_LONGEST_REPORT = 1 << 16
# What the program can say. Any other cause is decided out here, that a sample is not graded above all.
_SAID = frozenset(
    (
        *("passed", "wrong_answer", "exception", "import_missing", "memory", "output", "processes", "syntax_error"),
        *("no_entry_point", "tampering"),
    )
)


class SharedGrader:
    """Runs a solution with its tests, and again with tests that no right solution passes, in an order of chance."""

    def __init__(self, server: SandboxServer) -> None:
        self._solutions, _ = server.slots

    def grade(self, job: Job, source: bytes, limits: Limits, cpu_seconds: float, *, questioned: bool) -> Attempt:
        """Run a solution in one process with a problem's tests, with `cpu_seconds` of CPU time.

        A pass that is to count by itself is `questioned`: the solution must fail decoys of the tests, which have more
        time each. Raises SandboxError if the machinery failed.
        """
        attempt = self._run(job, source, limits, cpu_seconds)
        if attempt.cause is not Cause.PASSED or not questioned:
            return attempt
        # Whoever was nearly out of time when it passed may be a little slower at the next.
        longer = replace(limits, cpu_seconds=2 * limits.cpu_seconds)
        for test in decoys(job.test, secrets.randbits(32)):
            decoy = self._run(replace(job, test=test), source, longer, 2 * cpu_seconds)
            if decoy.cause not in (Cause.WRONG_ANSWER, Cause.EXCEPTION):
                detail = f"does not fail where a wrong value is expected of it ({decoy.cause.value})"
                return Attempt(
                    Cause.TAMPERING, detail, "test", attempt.cpu_seconds, attempt.wall_seconds, attempt.max_rss
                )
        return attempt

    def _run(self, job: Job, source: bytes, limits: Limits, cpu_seconds: float) -> Attempt:
        nonce = secrets.token_hex(16)
        text = source.decode("utf-8", "surrogatepass")
        data = json.dumps({**asdict(job), "solution": text, "nonce": nonce}).encode("ascii")
        with ExitStack() as opened:
            program = in_memory(data)
            opened.callback(os.close, program)
            reader, writer = pipe()
            opened.callback(os.close, writer)
            with ExitStack() as failed:
                failed.callback(os.close, reader)
                self._solutions.run(Programs.INPROCESS, [program, writer], limits.cpu_seconds)
                failed.pop_all()
        monitor = LimitMonitor(self._solutions, limits, cpu_seconds)
        line, overrun = b"", None
        try:
            line, overrun = _wait(reader, monitor)
            overrun = overrun or monitor.held()
        finally:
            os.close(reader)
            wall = round(monitor.elapsed, 4)
            ended = self._solutions.end(0.0 if line or overrun else 0.5)
        cpu = round(max(ended.cpu_seconds, monitor.usage.cpu_seconds), 4)
        if overrun is not None:
            cause, detail = overrun
            return Attempt(cause, detail, "test", cpu, wall, ended.max_rss, cause in (Cause.CPU_TIME, Cause.WALL_TIME))
        report = _report(line, nonce)
        if report is not None:
            return Attempt(*report, "test", cpu, wall, ended.max_rss)
        if line:
            said = "wrote something else where the tests report how they ended"
            return Attempt(Cause.TAMPERING, said, "test", cpu, wall, ended.max_rss)
        cause, detail, doubtful = cause_of(ended, limits.cpu_seconds)
        return Attempt(cause, detail, "test", cpu, wall, ended.max_rss, doubtful)


def _wait(reader: int, monitor: LimitMonitor) -> tuple[bytes, Overrun | None]:
    ready = select.poll()
    ready.register(reader, select.POLLIN)
    line = b""
    while len(line) < _LONGEST_REPORT:
        if ready.poll(TICK * 1000):
            part = os.read(reader, 65536)
            line += part
            if not part or b"\n" in line:
                break
        elif overrun := monitor.overrun():
            return b"", overrun
    return line, None


def _report(line: bytes, nonce: str) -> tuple[Cause, str] | None:
    try:
        report = json.loads(line)
        if report["nonce"] == nonce and report["cause"] in _SAID:
            return Cause(report["cause"]), str(report["detail"])
    except (ValueError, KeyError, TypeError, RecursionError):
        pass  # whatever else came through the pipe is the solution's own writing
    return None
