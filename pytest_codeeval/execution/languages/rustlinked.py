"""LinkedTests: tests in one program with the solution, so that every pass is a weak one."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.attempt import Attempt
from pytest_codeeval.execution.languages.rustbench import RustBench, command, encoded, why
from pytest_codeeval.execution.rust.commands import HARNESS, NONCE
from pytest_codeeval.execution.rust.conclusion import outcome, wants_doubts, weakness
from pytest_codeeval.execution.rust.diagnostics import Diagnostics, read_diagnostics
from pytest_codeeval.execution.rust.layout import PROGRAM, Layout, TestCrate
from pytest_codeeval.execution.rust.report import Report, read_report
from pytest_codeeval.execution.sandbox.limits import Limits

_LINK_SECONDS = 60.0
_NOT_FOUND = (("E0412",), ("E0425",), ("E0432",))  # no such type, no such function, nothing of that name to import
_NO_REASON = "the solution and its tests share a process"


class LinkedTests:
    """Links a solution with its tests, and again with others that no right solution passes."""

    def __init__(self, bench: RustBench) -> None:
        self._bench = bench

    def tested(self, plan: Layout, said: Diagnostics, library: bytes, cpu_seconds: float) -> tuple[Attempt, str]:
        """Return how the tests went, and where they passed why that is no proof."""
        attempt, reports = self._all(plan, plan.tests, library, cpu_seconds)
        if attempt.cause is not Cause.PASSED:
            return attempt, ""
        doubts: Sequence[Report] | None = None
        if wants_doubts(plan, reports):
            _, doubts = self._all(plan, plan.doubts, library, cpu_seconds, doubting=True)
        if doubts and any(report.fooled for report in doubts):
            return replace(attempt, cause=Cause.TAMPERING, detail="its values are equal to wrong ones as well"), ""
        return attempt, weakness(plan, said, reports, doubts) or _NO_REASON

    def _all(
        self, plan: Layout, crates: Sequence[TestCrate], library: bytes, cpu_seconds: float, *, doubting: bool = False
    ) -> tuple[Attempt, list[Report]]:
        """Return how the tests went, those of the first crate that failed, and the reports of all that ran."""
        reports: list[Report] = []
        whole = Attempt(Cause.UNGRADED, "the problem has no tests", "test", 0.0, 0.0, 0)
        for crate in crates:
            attempt, report = self._ran(plan, crate, library, cpu_seconds)
            reports += [report] if report else []
            whole = whole.and_then(attempt)
            if attempt.cause is not Cause.PASSED and not doubting:
                break
        return whole, reports

    def _ran(self, plan: Layout, crate: TestCrate, library: bytes, cpu_seconds: float) -> tuple[Attempt, Report | None]:
        files = {**encoded({crate.path: crate.text}), plan.library: library, HARNESS: self._bench.library(HARNESS)}
        built = self._bench.build(files, [crate.link], [PROGRAM], _LINK_SECONDS)
        program = built.files.get(PROGRAM)
        if program is None:
            said = read_diagnostics(built.steps[-1].errors if built.steps else b"")
            # Where nothing is named as the entry point, it is the names that the tests look for.
            missing = not plan.defines_entry_point or said.codes[:1] in _NOT_FOUND
            cause = Cause.NO_ENTRY_POINT if missing else Cause.BUILD_ERROR
            detail = f"does not build with its tests: {why(built, said)}"
            return Attempt(cause, detail, "test", 0.0, 0.0, built.max_rss), None
        nonce = secrets.token_hex(16)
        step = command(crate.run, {NONCE: nonce})
        inputs = {PROGRAM: program, **encoded(plan.run_files)}
        reports: list[Report] = []

        def run(limits: Limits, seconds: float) -> Attempt:
            ran = self._bench.execution(inputs, step, limits, seconds)
            report = read_report(ran.report, nonce, crate.decoys)
            reports.append(report)
            cause, detail, doubtful = ran.cut_off(seconds) or (*outcome(report, crate.marked), False)
            return Attempt(cause, detail, "test", ran.cpu_seconds, ran.wall_seconds, ran.ended.max_rss, doubtful)

        return self._bench.run_until_conclusive(run, cpu_seconds), reports[-1]
