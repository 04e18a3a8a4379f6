"""CommandSandbox: a pytest worker's place in the sandbox where solutions are compiled and executed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace

from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.death import cause_of
from pytest_codeeval.execution.attempts.limit_monitor import TICK, LimitMonitor, Overrun
from pytest_codeeval.execution.commands.command import Built, Command, Execution, Step
from pytest_codeeval.execution.commands.drain import Drain
from pytest_codeeval.execution.commands.framing import unpacked
from pytest_codeeval.execution.commands.handover import in_frame
from pytest_codeeval.execution.sandbox.descriptors import pipe
from pytest_codeeval.execution.sandbox.limits import MIB, Limits
from pytest_codeeval.execution.sandbox.programs import Programs
from pytest_codeeval.execution.sandbox.slotclient import SlotClient

# Compilers and virtual machines reserve far more addresses than they use, and are many threads.
ROOM = Limits(
    memory=2048 * MIB, file_size=256 * MIB, open_files=1024, processes=256, scratch=512 * MIB, bounds_addresses=False
)
"""What a server has to grant for commands; see `limits_for`."""

MOST_OUTPUT = 1 << 16  # bytes kept of each end of what a program writes
MOST_REPORT = 4 << 20
MOST_WRITTEN = 64 << 20
_MOST_BUILT = 256 << 20
GRACE = 0.5
_BUILD_TICK = 0.1  # compilers take their time, and are no one's enemies


def limits_for(cpu_seconds: float) -> Limits:
    """Return the limits of a command that may use `cpu_seconds` of CPU time."""
    return replace(ROOM, cpu_seconds=cpu_seconds)


class CommandSandbox:
    """Builds and executes in one slot of a server, each time in an empty folder."""

    def __init__(self, slot: SlotClient) -> None:
        self._slot = slot

    def build(
        self, files: Mapping[str, bytes], steps: Sequence[Command], keep: Sequence[str], cpu_seconds: float
    ) -> Built:
        """Run compilers, each after the one before has succeeded, and return what they made.

        `keep` names files, or endings of names behind a star. Raises SandboxError where the machinery failed.
        """
        header = {"steps": [step.to_json() for step in steps], "keep": list(keep), "most_bytes": _MOST_BUILT}
        limits = limits_for(cpu_seconds)
        with ExitStack() as opened:
            (report,), monitor = self._start(opened, Programs.BUILD, in_frame(header, files), 1, limits)
            drain = Drain([report], [_MOST_BUILT])
            overrun = _wait(drain, monitor, _MOST_BUILT, _BUILD_TICK)
            wall = monitor.elapsed
            ended = self._slot.end(0.0 if overrun else GRACE)
        cpu = max(ended.cpu_seconds, monitor.usage.cpu_seconds)
        if overrun is None and ended.overflown:
            overrun = cause_of(ended, cpu_seconds)[:2]
        if overrun is not None:
            return Built((), {}, overrun, cpu, wall, ended.max_rss)
        try:
            found, kept = unpacked(drain.head(0))
            ran = tuple(
                Step(kept.pop(f"{number}/output"), kept.pop(f"{number}/errors"), **step)
                for number, step in enumerate(found["steps"])
            )
        except (ValueError, KeyError, TypeError):
            raise SandboxError(f"compilers in the sandbox did not come to their end (status {ended.code})") from None
        if any(step.code == -signal.SIGXCPU for step in ran):
            spent = Cause.CPU_TIME, f"used more than {cpu_seconds:g} s of CPU time"
            return Built((), {}, spent, cpu, wall, ended.max_rss)
        if any(step.code == -signal.SIGKILL for step in ran) and cpu < 0.9 * cpu_seconds:
            raise SandboxError("a compiler was killed from outside, as happens where a machine runs out of memory")
        return Built(ran, kept, None, cpu, wall, max((step.max_rss for step in ran), default=0))

    def execute(
        self,
        files: Mapping[str, bytes],
        command: Command,
        limits: Limits,
        cpu_seconds: float,
        most_output: int = MOST_OUTPUT,
    ) -> Execution:
        """Execute a solution's program; `cpu_seconds` may be less than the limits': what a first run is given.

        `most_output` are the bytes kept of each end of what it writes to standard output. Raises SandboxError where the
        machinery failed.
        """
        header = command.to_json()
        with ExitStack() as opened:
            readers, monitor = self._start(opened, Programs.EXECUTE, in_frame(header, files), 3, limits, cpu_seconds)
            drain = Drain(readers, [most_output, MOST_OUTPUT, MOST_REPORT])
            overrun = _wait(drain, monitor, MOST_WRITTEN, TICK)
            wall = monitor.elapsed
            ended = self._slot.end(0.0 if overrun else GRACE)
        cpu = max(ended.cpu_seconds, monitor.usage.cpu_seconds)
        return Execution(drain.text(0), drain.text(1), drain.head(2), ended, overrun, cpu, wall)

    def _start(
        self,
        opened: ExitStack,
        program: Programs,
        job: int,
        outputs: int,
        limits: Limits,
        cpu_seconds: float | None = None,
    ) -> tuple[list[int], LimitMonitor]:
        with ExitStack() as handed:
            descriptors = [job]
            handed.callback(os.close, job)
            readers = []
            for _ in range(outputs):
                reader, writer = pipe()
                opened.callback(os.close, reader)
                handed.callback(os.close, writer)
                readers.append(reader)
                descriptors.append(writer)
            self._slot.run(program, descriptors, limits.cpu_seconds)
        return readers, LimitMonitor(self._slot, limits, cpu_seconds or limits.cpu_seconds)


def _wait(drain: Drain, monitor: LimitMonitor, most_written: int, tick: float) -> Overrun | None:
    """Take in what is written until nobody is left who could write; return the limit that was passed, if any.

    What has been used is looked at every `tick` seconds.
    """
    looked = time.monotonic()
    while drain.is_open:
        drain.take(tick)
        if overrun := too_much(drain.written, most_written):
            return overrun
        if time.monotonic() - looked >= tick:
            if overrun := monitor.overrun(awaited=drain.was_full()):
                return overrun
            looked = time.monotonic()
    return None


def too_much(written: int, most: int) -> Overrun | None:
    """Return the limit that is passed where more bytes were written than may be."""
    return (Cause.OUTPUT, f"wrote more than {most // MIB} MiB") if written > most else None
