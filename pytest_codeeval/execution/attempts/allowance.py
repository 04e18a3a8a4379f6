"""Allowance: what one run of a solution may use, held against what it has used so far."""

from __future__ import annotations

import time
from collections.abc import Callable

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.sandbox.client import SlotClient
from pytest_codeeval.execution.sandbox.limits import MIB, Limits
from pytest_codeeval.execution.sandbox.watch import Usage, cpu_clock, memory_of, only_child, usage_below

Overrun = tuple[Cause, str]
"""The limit that was passed, and what to say of it."""

TICK = 0.02
"""Seconds between looks; most programs are done before the first one."""


class Allowance:
    """Limits of one run, from the moment that this is made.

    CPU time is of all processes of the solution, and of the tests' process since then. Elapsed time is counted without
    the time in which they were ready to run and a busy machine had no processor for them, so that a program that sleeps
    for two seconds takes two seconds on any machine. Where a system does not tell, nobody is taken to be idle.
    """

    def __init__(
        self, solutions: SlotClient, limits: Limits, cpu_seconds: float, tests: SlotClient | None = None
    ) -> None:
        """`cpu_seconds` may be less than the limits': what a first run is given.

        `tests` is the slot of the tests' process, where they have one of their own.
        """
        self._solutions = solutions
        self._limits = limits
        self._cpu_seconds = cpu_seconds
        self._tests = tests
        self._keeper = 0
        self._keeper_clock: Callable[[], float] | None = None
        self._tests_clock: Callable[[], float] | None = None
        self._tests_cpu = self._keeper_time()  # nothing, if their process is only just being made
        self._idle = self._looked = self._computed = 0.0
        self._shared = 0
        self._start = time.monotonic()
        self.usage = Usage()

    @property
    def elapsed(self) -> float:
        """Seconds of wall time since the start."""
        return time.monotonic() - self._start

    def overrun(self) -> Overrun | None:
        """Look at what has been used; return the first limit that it is above."""
        limits = self._limits
        supervisor = self._solutions.supervisor
        self._shared = self._shared or memory_of(supervisor)
        used = self.usage = usage_below(supervisor, self._shared)
        tests = usage_below(self._tests.supervisor, self._shared) if self._tests else Usage()
        cpu = used.cpu_seconds + max(0.0, self._tests_time() - self._tests_cpu)
        idle = self._idle_since(used.busy or tests.busy or not used.processes, cpu)
        if cpu > self._cpu_seconds:
            return Cause.CPU_TIME, f"used more than {self._cpu_seconds:g} s of CPU time"
        if used.processes > limits.processes:
            return Cause.PROCESSES, f"had {used.processes} processes and threads, above the limit of {limits.processes}"
        if used.memory > limits.memory:
            return Cause.MEMORY, f"its processes used more than {limits.memory // MIB} MiB together"
        if tests.memory > limits.memory:
            return Cause.MEMORY, f"its answers took more than {limits.memory // MIB} MiB in the process of the tests"
        if cpu + idle > limits.idle_seconds:
            return Cause.WALL_TIME, f"not done after {limits.idle_seconds:g} s, having used {cpu:.1f} s of CPU time"
        if self.elapsed > limits.wall_seconds:
            return Cause.WALL_TIME, f"not done after {limits.wall_seconds:g} s, having used {cpu:.1f} s of CPU time"
        return None

    def _tests_time(self) -> float:
        """Return the CPU time that the tests have used: their process in its life, and one forked for this run."""
        kept = self._keeper_time()
        if self._keeper and self._tests_clock is None:
            pid = only_child(self._keeper)
            self._tests_clock = cpu_clock(pid) if pid else None
        return kept + self._tests_clock() if self._tests_clock else kept

    def _keeper_time(self) -> float:
        if self._keeper_clock is None and self._tests:
            self._keeper = only_child(self._tests.supervisor)
            self._keeper_clock = cpu_clock(self._keeper) if self._keeper else None
        return self._keeper_clock() if self._keeper_clock else 0.0

    def _idle_since(self, busy: bool, cpu: float) -> float:
        """Return the time so far in which nobody computed, nor would have on a machine with processors to spare.

        It is found by looking, so that it grows by the time between two looks, less what was computed in it.
        """
        now = self.elapsed
        if not busy:
            self._idle += max(0.0, now - self._looked - (cpu - self._computed))
        self._looked, self._computed = now, cpu
        return self._idle
