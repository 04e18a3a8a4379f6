"""LimitMonitor: what one run of a solution may use, held against what it has used so far."""

from __future__ import annotations

import time

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.sandbox.limits import MIB, Limits
from pytest_codeeval.execution.sandbox.slotclient import SlotClient
from pytest_codeeval.execution.sandbox.watch import Usage

Overrun = tuple[Cause, str]
"""The limit that was passed, and what to say of it."""

TICK = 0.02
"""Seconds between looks; most programs are done before the first one."""

_LATE = 0.1
"""Seconds by which a part of a run is heard of late."""
_MOSTLY = 0.9  # of a part's time that is computed in: then it is not the waiting that took too long

_WRITTEN = 2  # times what files may hold: the bytes that may be written to them in all


class LimitMonitor:
    """Limits of one run, from the moment that this is made.

    CPU time and memory are of all processes of the solution, and what those of the tests have taken since then. Elapsed
    time is counted without the time in which they were ready to run and a busy machine had no processor for them, so
    that a program that sleeps for two seconds takes two seconds on any machine. Where a system does not tell, nobody is
    taken to be idle.
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
        if tests is not None:
            tests.meter.start(afresh=False)
        self._idle = self._blocked = self._looked = self._computed = 0.0
        self._used = 0.0
        self._lap: tuple[float, float, float] | None = None
        self._start = time.monotonic()
        self.usage = Usage()

    @property
    def elapsed(self) -> float:
        """Seconds of wall time since the start."""
        return time.monotonic() - self._start

    def begin_lap(self, seconds: float) -> None:
        """Begin a part of the run that may itself take so many seconds; what it waits for counts too.

        It may have begun a moment before it was heard of.
        """
        # Where words come so often that nobody looks between them, what was used for others is not to be this one's.
        if self.elapsed - self._looked > _LATE / 2:
            self._look(awaited=False)
        self._lap = seconds, self._used, self._computed

    def spare(self) -> float:
        """Return the seconds that a part of the run has left at least, if it has one processor; with none, many."""
        if self._lap is None:
            return self._limits.wall_seconds
        seconds, began, _ = self._lap
        return seconds + _LATE - (self._used - began) - (self.elapsed - self._looked)

    def overrun(self, *, awaited: bool = False) -> Overrun | None:
        """Look at what has been used; return the first limit that it is above.

        `awaited` says that since the last look it may have been us who were waited for, as we read what is written.
        """
        limits = self._limits
        tests = self._look(awaited=awaited)
        used, cpu = self.usage, self._computed
        if cpu > self._cpu_seconds:
            return Cause.CPU_TIME, f"used more than {self._cpu_seconds:g} s of CPU time"
        if used.processes > limits.processes:
            return Cause.PROCESSES, f"had {used.processes} processes and threads, above the limit of {limits.processes}"
        # The kernel's account has files in memory too, which have a limit of their own.
        charged = self._solutions.meter.charged() - limits.scratch
        if max(used.memory, charged) + max(0, tests.memory) > limits.memory:
            return Cause.MEMORY, f"its processes used more than {limits.memory // MIB} MiB together"
        if used.written > _WRITTEN * limits.scratch:
            return Cause.OUTPUT, f"wrote more than {_WRITTEN * limits.scratch // MIB} MiB to its files"
        if over := self._over_lap():
            return over
        if self._used > limits.idle_seconds:
            return Cause.WALL_TIME, f"not done after {limits.idle_seconds:g} s, having used {cpu:.1f} s of CPU time"
        if self.elapsed > limits.wall_seconds:
            return Cause.WALL_TIME, f"not done after {limits.wall_seconds:g} s, having used {cpu:.1f} s of CPU time"
        return None

    def held(self) -> Overrun | None:
        """Look once more when the tests have ended, at what the kernel has on its account of memory.

        That costs next to nothing, and on a busy machine there may have been no look at all.
        """
        if self._solutions.meter.charged() - self._limits.scratch > self._limits.memory:
            return Cause.MEMORY, f"its processes used more than {self._limits.memory // MIB} MiB together"
        return None

    def _look(self, *, awaited: bool) -> Usage:
        """Find out what has been used by now; return what the tests have."""
        used = self.usage = self._solutions.meter.look()
        tests = self._tests.meter.look() if self._tests else Usage()
        cpu = used.cpu_seconds + max(0.0, tests.cpu_seconds)
        self._used = cpu + self._idle_since(used, tests, cpu, awaited=awaited)
        return tests

    def _over_lap(self) -> Overrun | None:
        """Return what to say of a part that takes too long, if it does."""
        if self._lap is None:
            return None
        seconds, began, computed = self._lap
        if self._used - began <= seconds + _LATE:
            return None
        if self._computed - computed > _MOSTLY * seconds:
            return Cause.CPU_TIME, f"still computing after {seconds:g} s"
        return Cause.WALL_TIME, f"still waiting after {seconds:g} s"

    def _idle_since(self, used: Usage, tests: Usage, cpu: float, *, awaited: bool) -> float:
        """Return the time so far in which nobody computed, nor would have on a machine with processors to spare.

        It is found by looking, so that it grows by the time between two looks, less what was computed in it. To wait
        for a disk is no idleness, but for the kernel to wait for another process looks like it, and may last for ever.
        So there is no more of it than of CPU time.
        """
        now = self.elapsed
        passed = max(0.0, now - self._looked - (cpu - self._computed))
        if awaited or used.busy or tests.busy or not used.processes:
            pass
        elif used.blocked or tests.blocked:
            self._blocked += passed
        else:
            self._idle += passed
        self._looked, self._computed = now, cpu
        return self._idle + max(0.0, self._blocked - self._limits.cpu_seconds)
