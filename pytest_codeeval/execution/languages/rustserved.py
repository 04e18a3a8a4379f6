"""ServedTests: tests in a process of their own, which call the solution in another; a pass is a proof."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.attempt import Attempt
from pytest_codeeval.execution.commands.command import Built
from pytest_codeeval.execution.commands.pair import Part
from pytest_codeeval.execution.languages.rustbench import RustBench, command, encoded, why
from pytest_codeeval.execution.rust.commands import HARNESS, NONCE, SERVING, Step
from pytest_codeeval.execution.rust.conclusion import served_outcome
from pytest_codeeval.execution.rust.diagnostics import read_diagnostics
from pytest_codeeval.execution.rust.layout import PROGRAM, SOLUTION, Layout, TestCrate
from pytest_codeeval.execution.rust.loading import (
    NOT_LOADED,
    SOLUTION_LIBRARY,
    TESTS_LIBRARY,
    entry_of,
    has_floats,
    library_of_solution,
    library_of_tests,
    within,
)
from pytest_codeeval.execution.rust.report import Report, read_report
from pytest_codeeval.execution.rust.served import SERVER, Served, may_suit, served
from pytest_codeeval.execution.rust.serverroot import ENTRY
from pytest_codeeval.execution.sandbox.limits import Limits

_LINK_SECONDS = 60.0
_MOST_KEPT = 4
_OF_MANY = (Cause.CPU_TIME, Cause.WALL_TIME, Cause.MEMORY)
"""What comes of many or large calls, be they ever so quick in one process."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What a problem's solutions are served by, and the programs of its tests, one for each crate."""

    plan: Served
    programs: tuple[Mapping[str, bytes], ...]


class ServedTests:
    """Builds the tests of a problem once, and for each solution what serves it."""

    def __init__(self, bench: RustBench) -> None:
        self._bench = bench
        self._ready: OrderedDict[int, tuple[Problem, Ready | None]] = OrderedDict()

    def ready(self, problem: Problem) -> Ready | None:
        """Return what serves a problem's solutions, made when it is first asked for; None where they are not served."""
        known = self._ready.get(id(problem))
        if known is None or known[0] is not problem:
            known = problem, self._made(problem)
            self._remember(problem, known[1])
        return known[1]

    def files(self, ready: Ready) -> dict[str, bytes]:
        """Return what has to lie beside a solution, for the step that builds the program that serves it."""
        return {ready.plan.path: ready.plan.server.encode(), SERVING: self._bench.library(SERVING)}

    def library(self, ready: Ready, problem: Problem, plan: Layout) -> tuple[dict[str, bytes], list[Step]] | None:
        """Return the files and steps of a solution that is built together with what serves it, as `SOLUTION_LIBRARY`.

        None where the two have to be apart.
        """
        source = within(plan, problem, ready.plan)
        if source is None or not self._bench.loader(SERVING):
            return None
        files = encoded({**plan.files, SOLUTION: source})
        return {**files, SERVING: self._bench.library(SERVING)}, library_of_solution(self._bench.toolchain, plan)

    def loaded(
        self, ready: Ready, problem: Problem, plan: Layout, library: bytes, cpu_seconds: float
    ) -> Attempt | None:
        """Return how the tests went with a solution that is `SOLUTION_LIBRARY`; None where it has to be built apart.

        Raises TooMuchToServeError where that would not help either.
        """
        files = {SERVER: self._bench.loader(SERVING), SOLUTION_LIBRARY: library, ENTRY: entry_of(library)}
        return self._tested(ready, problem, plan, files, cpu_seconds)

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
        try:
            return self._tested(ready, problem, plan, {SERVER: server}, cpu_seconds)
        except TooMuchToServeError:
            return None

    def _tested(
        self, ready: Ready, problem: Problem, plan: Layout, server: Mapping[str, bytes], cpu_seconds: float
    ) -> Attempt | None:
        solution = Part({**server, **encoded(plan.run_files)}, command(ready.plan.run))
        try:
            return self._all(ready, solution, cpu_seconds)
        except _TestsNotLoadedError:
            again = self._made(problem, loads=False)
            self._remember(problem, again)
            return self._all(again, solution, cpu_seconds) if again else None

    def _all(self, ready: Ready, solution: Part, cpu_seconds: float) -> Attempt | None:
        whole = Attempt(Cause.UNGRADED, "the problem has no tests", "test", 0.0, 0.0, 0)
        for crate, program in zip(ready.plan.crates, ready.programs, strict=True):
            ran = self._ran(solution, crate, program, cpu_seconds)
            if ran is None:
                return None
            attempt, report = ran
            if report.stopped == "long" or (report.many and attempt.cause in _OF_MANY):
                raise TooMuchToServeError
            whole = whole.and_then(attempt)
            if whole.cause is not Cause.PASSED:
                break
        return whole

    def _ran(
        self, solution: Part, crate: TestCrate, program: Mapping[str, bytes], cpu_seconds: float
    ) -> tuple[Attempt, Report] | None:
        """Return how a crate's tests went; None where the solution's program says that it could not load it."""
        nonce = secrets.token_hex(16)
        tests = Part(program, command(crate.run, {NONCE: nonce}))
        codes: list[int] = []
        reports: list[Report] = []

        def run(limits: Limits, seconds: float) -> Attempt:
            ran = self._bench.pair(solution, tests, limits, seconds)
            if ran.tests.ended.code == NOT_LOADED and not ran.tests.report:
                raise _TestsNotLoadedError
            report = read_report(ran.tests.report, nonce, frozenset())
            reports.append(report)
            codes.append(ran.solution.ended.code)
            cause, detail, doubtful = served_outcome(ran, report, seconds)
            own = ran.solution
            return Attempt(cause, detail, "test", own.cpu_seconds, own.wall_seconds, own.ended.max_rss, doubtful)

        attempt = self._bench.run_until_conclusive(run, cpu_seconds)
        not_loaded = SOLUTION_LIBRARY in solution.files and codes[-1] == NOT_LOADED
        return None if not_loaded else (attempt, reports[-1])

    def _remember(self, problem: Problem, ready: Ready | None) -> None:
        self._ready[id(problem)] = problem, ready
        while len(self._ready) > _MOST_KEPT:
            self._ready.popitem(last=False)

    def _made(self, problem: Problem, *, loads: bool = True) -> Ready | None:
        """Build the tests; None where they ask more of the solution than its functions, and so do not build alone."""
        plan = served(problem, self._bench.toolchain)
        programs = [self._program(crate, loads=loads) for crate in plan.crates] if plan else []
        return Ready(plan, tuple(programs)) if plan and all(programs) else None

    def _program(self, crate: TestCrate, *, loads: bool) -> Mapping[str, bytes]:
        """Return the files of the program of a crate of tests; nothing where it does not build."""
        loader = self._bench.loader(HARNESS) if loads else b""
        if loader:
            steps = library_of_tests(self._bench.toolchain, crate.link, floats=has_floats(crate.text))
            library = self._kept(crate, steps, TESTS_LIBRARY)
            return {PROGRAM: loader, TESTS_LIBRARY: library} if library else {}
        program = self._kept(crate, [crate.link], PROGRAM)
        return {PROGRAM: program} if program else {}

    def _kept(self, crate: TestCrate, steps: Sequence[Step], name: str) -> bytes:
        """Return what the steps make of a crate of tests, kept on this machine; nothing where they fail."""
        harness = self._bench.library(HARNESS)
        argvs = [step.argv for step in steps]
        kept = self._bench.kept("tests", [crate.text, argvs, sha256(harness).hexdigest()])
        content = kept.content()
        if not content:
            files = {**encoded({crate.path: crate.text}), HARNESS: harness}
            content = self._bench.build(files, steps, [name], _LINK_SECONDS).files.get(name, b"")
        if content:
            kept.keep(content)
        return content


class TooMuchToServeError(Exception):
    """Calls or answers are so many or so large that they take the time or the memory."""


class _TestsNotLoadedError(Exception):
    """The program of the tests could not load their library, and none of them has run."""
