"""Pair: a solution's program and the one of its tests, in two slots at once, with pipes of calls and answers."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from pytest_codeeval.execution.attempts.limit_monitor import TICK, LimitMonitor, Overrun
from pytest_codeeval.execution.commands.command import Command, Execution
from pytest_codeeval.execution.commands.command_sandbox import GRACE, MOST_OUTPUT, MOST_REPORT, MOST_WRITTEN, too_much
from pytest_codeeval.execution.commands.drain import Drain
from pytest_codeeval.execution.commands.handover import in_frame
from pytest_codeeval.execution.sandbox.descriptors import pipe
from pytest_codeeval.execution.sandbox.limits import Limits
from pytest_codeeval.execution.sandbox.programs import Programs
from pytest_codeeval.execution.sandbox.slotclient import SlotClient

_REPORT, _OUTPUT, _SOLUTION = 0, 1, 2  # pipes, by their place in the drain


@dataclass(frozen=True, slots=True)
class Part:
    """One of the two programs: the files in its folder, and its command."""

    files: Mapping[str, bytes]
    command: Command


@dataclass(frozen=True, slots=True)
class Paired:
    """How both went: `overrun` of either is the same, a limit that they passed together."""

    solution: Execution
    tests: Execution


class Pair:
    """Runs the two, each in an empty folder, until the tests have ended."""

    def __init__(self, solutions: SlotClient, tests: SlotClient) -> None:
        self._solutions = solutions
        self._tests = tests

    def execute(self, solution: Part, tests: Part, limits: Limits, cpu_seconds: float) -> Paired:
        """Execute both; `cpu_seconds` may be less than the limits': what a first run is given.

        The solution reads calls from its descriptor 3 and writes answers to 4; the tests write their report to 3, read
        answers from 4, and write calls to 5. Raises SandboxError where the machinery failed.
        """
        with ExitStack() as opened:
            drain, monitor = self._started(opened, solution, tests, limits, cpu_seconds)
            overrun = _wait(drain, monitor)
            wall = monitor.elapsed
            tests_ended = self._tests.end(0.0 if overrun else GRACE)
            # A solution that died has closed its pipe a while before it has ended; one that did not waits for calls.
            ended = self._solutions.end(GRACE if b" stopped died\n" in drain.head(_REPORT)[-200:] else 0.0)
        cpu = max(ended.cpu_seconds, monitor.usage.cpu_seconds)
        return Paired(
            Execution(drain.text(_SOLUTION), b"", b"", ended, overrun, cpu, wall),
            Execution(
                drain.text(_OUTPUT), b"", drain.head(_REPORT), tests_ended, overrun, tests_ended.cpu_seconds, wall
            ),
        )

    def _started(
        self, opened: ExitStack, solution: Part, tests: Part, limits: Limits, cpu_seconds: float
    ) -> tuple[Drain, LimitMonitor]:
        with ExitStack() as handed:
            readers, writers = [], []
            for _ in range(3):
                reader, writer = pipe()
                opened.callback(os.close, reader)
                handed.callback(os.close, writer)
                readers.append(reader)
                writers.append(writer)
            calls, answers = pipe(), pipe()
            # As long as somebody could call, the solution waits, and has ended by itself only if it did not.
            opened.callback(os.close, calls[1])
            for end in (calls[0], *answers):
                handed.callback(os.close, end)
            jobs = [in_frame(part.command.to_json(), part.files) for part in (solution, tests)]
            for job in jobs:
                handed.callback(os.close, job)
            said = [writers[_SOLUTION]] * 2
            self._solutions.run(Programs.EXECUTE, [jobs[0], *said, calls[0], answers[1]], limits.cpu_seconds)
            said = [writers[_OUTPUT]] * 2
            self._tests.run(
                Programs.EXECUTE, [jobs[1], *said, writers[_REPORT], answers[0], calls[1]], limits.cpu_seconds
            )
        monitor = LimitMonitor(self._solutions, limits, cpu_seconds, self._tests)
        return Drain(readers, [MOST_REPORT, MOST_OUTPUT, MOST_OUTPUT]), monitor


def _wait(drain: Drain, monitor: LimitMonitor) -> Overrun | None:
    """Take in what is written until the tests have ended; return the limit that was passed, if any."""
    looked = time.monotonic()
    while not drain.has_ended(_REPORT):
        drain.take(TICK)
        if overrun := too_much(drain.written, MOST_WRITTEN):
            return overrun
        if time.monotonic() - looked >= TICK:
            if overrun := monitor.overrun(awaited=drain.was_full()):
                return overrun
            looked = time.monotonic()
    return None
