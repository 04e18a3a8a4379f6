"""OutputReader: runs a program's function on inputs, and brings home what came of each. Nobody judges it."""

from __future__ import annotations

import json
import os
import select
import time
from collections.abc import Sequence
from dataclasses import replace

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts import answers
from pytest_codeeval.execution.attempts.cases import Output
from pytest_codeeval.execution.attempts.death import cause_of
from pytest_codeeval.execution.attempts.limit_monitor import TICK, LimitMonitor
from pytest_codeeval.execution.grading.answering import Manner
from pytest_codeeval.execution.grading.channel import Broken, TooLong
from pytest_codeeval.execution.grading.failure import explain
from pytest_codeeval.execution.grading.lines import FAULT, LOADED, READ, VALUE, Lines, parted
from pytest_codeeval.execution.grading.raised import as_told
from pytest_codeeval.execution.sandbox.client import SandboxServer
from pytest_codeeval.execution.sandbox.limits import MIB, Limits

_MOST_BYTES = 256 * MIB
_UNTRIED = Output(None, Cause.CPU_TIME, "no time was left to try it")


class OutputReader:
    """Runs programs in the slot of solutions."""

    def __init__(self, server: SandboxServer, limits: Limits) -> None:
        """`limits` are those that hold for all programs, but for their CPU time."""
        self._solutions, _ = server.slots
        self._limits = limits

    def outputs(
        self, source: bytes, entry_point: str, inputs: Sequence[str], seconds: float, total: float, *, digests: bool
    ) -> list[Output]:
        """Return what came of each input, which may take `seconds` of CPU time, and all together `total`.

        With `digests` that is of long ones a digest; see grading.digests. A program that an input has ended is started
        again for those behind it. Raises SandboxError where the machinery failed.
        """
        found: list[Output] = []
        while (rest := len(inputs) - len(found)) and total > 0:
            run = _Run(inputs[-rest:], seconds)
            manner = Manner(0.0, None if digests else (), (), timed=True)
            total -= self._run(run, source, entry_point, manner, replace(self._limits, cpu_seconds=total))
            found += run.outputs
            if run.ended is not None and not run.is_done:  # a limit may be passed while the last is heard
                # What cannot be loaded is so for each input.
                found += [run.ended] * (1 if run.loaded else rest)
        return found + [_UNTRIED] * (len(inputs) - len(found))

    def _run(self, run: _Run, source: bytes, entry_point: str, manner: Manner, limits: Limits) -> float:
        """Run until all inputs are answered or one has ended the program; return the CPU seconds of all."""
        reader, holding = answers.start(self._solutions, source, entry_point, manner, run.inputs, limits.cpu_seconds)
        monitor = LimitMonitor(self._solutions, limits, limits.cpu_seconds)
        try:
            run.listen(reader, monitor)
        finally:
            os.close(reader)
            ended = self._solutions.end(0.0 if run.ended or run.is_done else 0.5)
            os.close(holding)
        if run.ended is None and not run.is_done:
            cause, detail, _ = cause_of(ended, limits.cpu_seconds)
            run.ended = Output(None, cause, detail)
        return max(ended.cpu_seconds, monitor.usage.cpu_seconds, TICK)


class _Run:
    """One run of the program: what it has answered, and what has ended it if that is known."""

    def __init__(self, inputs: Sequence[str], seconds: float) -> None:
        self.inputs = inputs
        self.outputs: list[Output] = []
        self.ended: Output | None = None
        self.loaded = False
        self._seconds = seconds
        self._bytes = 0

    @property
    def is_done(self) -> bool:
        return len(self.outputs) == len(self.inputs)

    def listen(self, reader: int, monitor: LimitMonitor) -> None:
        """Take in what it writes until there is no more, or a limit is passed."""
        ready = select.poll()
        ready.register(reader, select.POLLIN)
        lines, looked = Lines(), time.monotonic()
        while not self.is_done and self.ended is None:
            if ready.poll(TICK * 1000):
                data = os.read(reader, READ)
                if not data:
                    return
                self._hear(lines, data)
                if self.loaded:
                    monitor.begin_lap(self._seconds)
            if time.monotonic() - looked > TICK:
                looked = time.monotonic()
                if overrun := monitor.overrun():
                    self.ended = Output(None, *overrun)

    def _hear(self, lines: Lines, data: bytes) -> None:
        self._bytes += len(data)
        try:
            if self._bytes > _MOST_BYTES:
                raise TooLong
            for line in lines.feed(data):
                if not self.is_done and self.ended is None:
                    self._take(line)
        except TooLong:
            self.ended = Output(None, Cause.OUTPUT, "its outputs are more than can be taken in")
        except (Broken, ValueError, TypeError, LookupError, RecursionError):
            self.ended = Output(None, Cause.TAMPERING, "wrote something else where its outputs are read")

    def _take(self, line: bytes) -> None:
        kind, seconds, said = parted(line)
        text = said.decode("utf-8", "surrogatepass")
        if kind == LOADED and not self.loaded:
            self.loaded = True
        elif kind == FAULT and not self.loaded:
            self.ended = _fault(*json.loads(text))
        elif not self.loaded:
            raise Broken("an output of what was not loaded")
        elif kind == VALUE:
            json.loads(text)  # which is all that is believed of it
            self.outputs.append(Output(text, cpu_seconds=seconds))
        else:
            self.outputs.append(_raised(json.loads(text), seconds))


def _fault(kind: str, *rest: object) -> Output:
    if kind == "raised":
        return _raised(rest, 0.0)
    cause = Cause(kind)
    return Output(None, cause, str(rest[0]) if cause is Cause.SYNTAX_ERROR else "the function is not defined")


def _raised(what: object, seconds: float) -> Output:
    error = RuntimeError()
    cause, detail = explain(error, "", [], {id(error): (error, as_told(what))})  # type: ignore[arg-type]
    return Output(None, Cause(cause), detail, seconds)
