"""ServedTests: tests in a process of their own, which call the solution in another; a pass is a proof."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.attempt import Attempt
from pytest_codeeval.execution.commands.command import Built
from pytest_codeeval.execution.commands.pair import Part
from pytest_codeeval.execution.languages.rustbench import RustBench, command, encoded, why
from pytest_codeeval.execution.rust.commands import HARNESS, NONCE, SERVING
from pytest_codeeval.execution.rust.conclusion import served_outcome
from pytest_codeeval.execution.rust.diagnostics import read_diagnostics
from pytest_codeeval.execution.rust.layout import PROGRAM, Layout, TestCrate
from pytest_codeeval.execution.rust.report import Report, read_report
from pytest_codeeval.execution.rust.served import SERVER, Served, may_suit, served
from pytest_codeeval.execution.sandbox.limits import Limits

_LINK_SECONDS = 60.0
_MOST_KEPT = 4
_OF_MANY = (Cause.CPU_TIME, Cause.WALL_TIME, Cause.MEMORY)
"""What comes of many or large calls, be they ever so quick in one process."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What a problem's solutions are served by, and the programs of its tests, one for each crate."""

    plan: Served
    programs: tuple[bytes, ...]


class ServedTests:
    """Builds the tests of a problem once, and for each solution the program that serves it."""

    def __init__(self, bench: RustBench) -> None:
        self._bench = bench
        self._ready: OrderedDict[int, tuple[Problem, Ready | None]] = OrderedDict()

    def ready(self, problem: Problem) -> Ready | None:
        """Return what serves a problem's solutions, made when it is first asked for; None where they are not served."""
        known = self._ready.get(id(problem))
        if known is None or known[0] is not problem:
            plan = served(problem, self._bench.toolchain)
            known = problem, self._built(plan) if plan else None
            self._ready[id(problem)] = known
            while len(self._ready) > _MOST_KEPT:
                self._ready.popitem(last=False)
        return known[1]

    def files(self, ready: Ready) -> dict[str, bytes]:
        """Return what has to lie beside a solution, for the step that builds the program that serves it."""
        return {ready.plan.path: ready.plan.server.encode(), SERVING: self._bench.library(SERVING)}

    def tested(
        self, ready: Ready, problem: Problem, plan: Layout, code: str, built: Built, cpu_seconds: float
    ) -> Attempt | None:
        """Return how the tests of a problem went, None where they have to be linked with this solution.

        That is so where it is another than the problem asks for, which the tests may still take, and where calls
        or answers are so many or so large that they take the time or the memory.
        """
        server = built.files.get(SERVER)
        if server is None and (not plan.defines_entry_point or may_suit(problem, code)):
            return None
        if server is None:
            said = read_diagnostics(built.steps[1].errors if len(built.steps) > 1 else b"")
            detail = f"its functions are not of the types that were asked for: {why(built, said)}"
            return Attempt(Cause.BUILD_ERROR, detail, "test", 0.0, 0.0, built.max_rss)
        solution = Part({SERVER: server, **encoded(plan.run_files)}, command(ready.plan.run))
        whole = Attempt(Cause.UNGRADED, "the problem has no tests", "test", 0.0, 0.0, 0)
        for crate, program in zip(ready.plan.crates, ready.programs, strict=True):
            attempt, report = self._ran(solution, crate, program, cpu_seconds)
            if report.stopped == "long" or (report.many and attempt.cause in _OF_MANY):
                return None
            whole = whole.and_then(attempt)
            if whole.cause is not Cause.PASSED:
                break
        return whole

    def _ran(self, solution: Part, crate: TestCrate, program: bytes, cpu_seconds: float) -> tuple[Attempt, Report]:
        nonce = secrets.token_hex(16)
        tests = Part({PROGRAM: program}, command(crate.run, {NONCE: nonce}))

        reports: list[Report] = []

        def run(limits: Limits, seconds: float) -> Attempt:
            ran = self._bench.pair(solution, tests, limits, seconds)
            report = read_report(ran.tests.report, nonce, frozenset())
            reports.append(report)
            cause, detail, doubtful = served_outcome(ran, report, seconds)
            own = ran.solution
            return Attempt(cause, detail, "test", own.cpu_seconds, own.wall_seconds, own.ended.max_rss, doubtful)

        return self._bench.run_until_conclusive(run, cpu_seconds), reports[-1]

    def _built(self, plan: Served) -> Ready | None:
        """Build the tests; None where they ask more of the solution than its functions, and so do not build alone."""
        programs = [self._program(crate) for crate in plan.crates]
        return Ready(plan, tuple(programs)) if all(programs) else None

    def _program(self, crate: TestCrate) -> bytes:
        """Return the program of a crate of tests, kept on this machine; nothing where it does not build."""
        harness = self._bench.library(HARNESS)
        kept = self._bench.kept("tests", [crate.text, crate.link.argv, sha256(harness).hexdigest()])
        program = kept.content()
        if not program:
            files = {**encoded({crate.path: crate.text}), HARNESS: harness}
            built = self._bench.build(files, [crate.link], [PROGRAM], _LINK_SECONDS)
            program = built.files.get(PROGRAM, b"")
        if program:
            kept.keep(program)
        return program
