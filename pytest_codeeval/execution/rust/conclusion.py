"""What the reports of a solution's tests come to."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.commands.pair import Paired
from pytest_codeeval.execution.rust.diagnostics import Diagnostics
from pytest_codeeval.execution.rust.layout import Layout
from pytest_codeeval.execution.rust.report import Report

_TOO_SOON = "the program ended before its tests had"


def outcome(report: Report, marked: int = 0) -> tuple[Cause, str]:
    """Return cause and detail of one tests program whose run has come to its end, with so many tests `marked`.

    An incomplete report is the solution's doing: where no limit and no signal ended the run, it ended it itself.
    """
    if report.tampered:
        return Cause.TAMPERING, "a test that has to fail did not, or the report was written by somebody else"
    if not report.complete:
        return Cause.TAMPERING, _TOO_SOON
    if report.failures:
        more = f" (and {report.failures - 1} more)" if report.failures > 1 else ""
        return _cause(report.message), f"{report.failed}{more}: {report.message}"
    if report.reached < marked:
        return Cause.TAMPERING, "a test ended before its last line"
    return (Cause.PASSED, "") if report.ran else (Cause.UNGRADED, "the tests crate has no test")


def served_outcome(ran: Paired, report: Report, cpu_limit: float) -> tuple[Cause, str, bool]:
    """Return cause and detail of tests that stand apart from their solution, and whether they are to be run again.

    Nobody but the tests writes their report. They end by a limit, the solution's end, or an answer that is none.
    """
    if ran.solution.overrun is not None or ran.solution.ended.overflown:
        return ran.solution.cut_off(cpu_limit) or (Cause.OUTPUT, "", False)
    if report.stopped == "junk":
        return Cause.TAMPERING, "answered a call with something else than a value", False
    if report.stopped == "long":
        return Cause.OUTPUT, "answered a call with more than 32 MiB", False
    if report.stopped == "died" or (report.passed and ran.solution.ended.by_itself):
        return ran.solution.cut_off(cpu_limit) or (Cause.TAMPERING, _TOO_SOON, False)
    if not report.complete:
        return ran.tests.cut_off(cpu_limit) or (Cause.TAMPERING, _TOO_SOON, False)
    if report.passed and report.calls == 0:
        return Cause.UNGRADED, "the tests never called the solution", False
    return *outcome(report), False


def wants_doubts(layout: Layout, reports: Sequence[Report]) -> bool:
    """Return whether tests that passed have to be questioned by `layout.doubts`."""
    return bool(layout.doubts) and (layout.compares or any(report.own for report in reports))


def weakness(
    layout: Layout, diagnostics: Diagnostics, reports: Sequence[Report], doubts: Sequence[Report] | None
) -> str:
    """Return why a pass could have been forged, an empty string where nothing speaks for it.

    `doubts` are the reports of `layout.doubts`, None where they were not run. One that is incomplete proves nothing.
    """
    if diagnostics.uses_unsafe:
        return "the solution has unsafe code"
    if not diagnostics.readable:
        return "the compiler said more than can be read"
    if layout.taken_over:
        return f"the solution redefines {layout.taken_over}"
    if not wants_doubts(layout, reports):
        return ""
    if doubts is None or len(doubts) < len(layout.doubts) or not all(report.complete for report in doubts):
        return "the solution decides itself what equals what"
    # What is left of the assertions in there says whether it compares such values.
    if any(report.own for report in doubts) or (layout.compares and layout.unseen):
        return "the solution decides itself what equals what, and not every comparison could be questioned"
    return ""


def _cause(message: str) -> Cause:
    """Return the cause of a failed test: an assertion of the tests' says what is wrong, any other panic is its own."""
    return Cause.WRONG_ANSWER if message.startswith(("assertion", "test did not panic")) else Cause.EXCEPTION
