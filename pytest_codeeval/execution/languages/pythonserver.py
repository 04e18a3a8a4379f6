"""PythonServer: the server that Python is graded with: started when it is needed, and anew where it has failed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pytest_codeeval.core.errors import BrokenTests, SandboxError
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.attempt import Attempt
from pytest_codeeval.execution.attempts.held_tests import HeldTests
from pytest_codeeval.execution.attempts.job import Job
from pytest_codeeval.execution.attempts.proxied import ProxiedGrader
from pytest_codeeval.execution.attempts.shared import SharedGrader
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.client import SandboxServer
from pytest_codeeval.execution.sandbox.limits import Limits
from pytest_codeeval.execution.sandbox.probe import CHOOSING, STRONG, probe, start
from pytest_codeeval.execution.sandbox.programs import GRADING, GRADING_INPUTS

if TYPE_CHECKING:
    from pytest_codeeval.execution.attempts.cases import Cases, Output
    from pytest_codeeval.execution.attempts.compared import ComparedGrader

QUICK_SECONDS = 0.25
"""CPU time that a first run is given. Most programs need a hundredth; what needs more is run again with the whole."""

_CONTROL = Job("", "assert f(1) == 2", "f", call=False, values_only=True), b"def f(x): return x + 1"
"""Tests and a solution that pass wherever anything does."""

Answer = TypeVar("Answer")


class PythonServer:
    """Starts solutions in each of the ways that they are run; nothing is started before the first one."""

    def __init__(self, choice: SandboxChoice, limits: Limits | None = None) -> None:
        """A `choice` that leaves the tier open is decided at the first start; `limits` hold for all that is run."""
        self.choice = choice
        self._limits = limits or Limits()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.server: SandboxServer | None = None
        self._programs = GRADING
        self._comparing: ComparedGrader | None = None

    @property
    def is_strong(self) -> bool:
        """Whether solutions are isolated."""
        return self.choice.tier in STRONG

    def graded(self, job: Job, source: bytes, limits: Limits, how: str, cpu_seconds: float) -> Attempt:
        """Run a solution apart from its tests or together with them; see the graders."""
        self._demand_server()
        if how == "apart":
            return self._proxied.grade(job, source, limits, cpu_seconds)
        return self._shared.grade(job, source, limits, cpu_seconds, questioned=how == "questioned")

    def compared(self, cases: Cases, source: bytes, cpu_seconds: float) -> Attempt:
        """Run a solution on inputs, and compare its outputs; see ComparedGrader."""
        from pytest_codeeval.execution.attempts.compared import ComparedGrader  # for few problems

        server = self._demand_server(GRADING_INPUTS)
        if self._comparing is None:
            self._comparing = ComparedGrader(server, self._tests)
        return self._comparing.grade(cases, source, replace(self._limits, cpu_seconds=cpu_seconds))

    def outputs(
        self, source: bytes, entry_point: str, inputs: Sequence[str], seconds: float, total: float, *, digests: bool
    ) -> list[Output]:
        """Run a program's function on inputs; see OutputReader. If the machinery fails, once more with a new server."""
        from pytest_codeeval.execution.attempts.outputs import OutputReader  # for few problems

        def read() -> list[Output]:
            reader = OutputReader(self._demand_server(GRADING_INPUTS), self._limits)
            return reader.outputs(source, entry_point, inputs, seconds, total, digests=digests)

        return self._twice(read)

    def tried(self, run: Callable[[], Attempt]) -> Attempt:
        """Run once; if the machinery fails, once more with a new server.

        A failure that follows the solution, while another one runs well, is the solution's. Raises SandboxError for any
        other that comes again.
        """
        try:
            return self._twice(run)
        except BrokenTests:
            raise
        except SandboxError as error:
            fault = error
        if self._twice(lambda: self.graded(*_CONTROL, Limits(), "apart", QUICK_SECONDS)).cause is not Cause.PASSED:
            raise fault
        return Attempt(
            Cause.CRASHED, f"twice the sandbox failed under it, and not without it: {fault}", "test", 0, 0, 0
        )

    def close(self) -> None:
        """End the server; what is run later starts another."""
        self._stop()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _twice(self, run: Callable[[], Answer]) -> Answer:
        for last in (False, True):
            try:
                return run()
            except BrokenTests:
                raise
            except BaseException as error:
                # One that is interrupted, as by an alarm of the user's, leaves words that the next would take for its.
                self._stop()
                if last or not isinstance(error, SandboxError):
                    raise
        raise AssertionError

    def _demand_server(self, programs: str = GRADING) -> SandboxServer:
        if programs == GRADING_INPUTS != self._programs:  # which has those of GRADING as well: once, and for good
            self._stop()
            self._programs = programs
        if self.server is not None:
            return self.server
        if self.choice.packages:  # none that is not needed: whoever is killed leaves it behind
            self._folder = self._folder or tempfile.TemporaryDirectory(prefix="codeeval-")
        if self.choice.tier in CHOOSING:
            self.choice = replace(self.choice, tier=probe(self.choice).name)
        self.server = start(self.choice, Path(self._folder.name if self._folder else ""), self._limits, self._programs)
        self._tests = HeldTests(self.server)
        self._proxied = ProxiedGrader(self.server, self._tests)
        self._shared = SharedGrader(self.server)
        self._comparing = None
        return self.server

    def _stop(self) -> None:
        if self.server is not None:
            server, self.server = self.server, None
            server.close()  # first, as nothing more may be heard of it
            self._tests.close()
