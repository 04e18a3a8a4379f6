"""HtmlReport: the results in pytest-html's page, with a page beside it for whatever a row has no room for."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from pytest_html import extras

from pytest_codeeval.core.result import Result
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.reports.cells import REPEAT, empty_cells, header_cells, outcome_of, repeat_cells, row_cells
from pytest_codeeval.reports.html import filters_html, head_html, score_table_html, style_html
from pytest_codeeval.reports.markup import one_line, shortened
from pytest_codeeval.reports.page_budget import PageBudget
from pytest_codeeval.reports.row_html import row_html
from pytest_codeeval.reports.sample_pages import SamplePages
from pytest_codeeval.reports.stagetable import Table

TITLE = "codeeval report"
_LOG = 2_000
_SHOWN_REASONS = 10
_USUAL = "passed"
"""Which rows pytest-html folds if nothing is said."""
_AFTER_TEST = 2  # behind pytest-html's own columns Result and Test

Scores = tuple[Sequence[str], Sequence[Sequence[str]], Sequence[str], *tuple[Table, ...]]


class HtmlReport:
    """Hooks of pytest-html, to be registered in the controller where `--html` is given.

    Nothing of a result is kept: its row is made as it arrives. `scores` is asked at the end for the headers, rows and
    notes of the score table, and for further tables, `settings` for names and values of what the run was asked;
    `language` for the language of a suite's task. `unasked` are the models that no prompt is sent to.
    """

    def __init__(
        self,
        html_path: Path,
        scores: Callable[[], Scores],
        language: Callable[[str, str], str],
        *,
        settings: Callable[[], Sequence[tuple[str, str]]] = tuple,
        unasked: Collection[str] = (),
    ) -> None:
        # As pytest-html resolves the path.
        report = Path(os.path.expandvars(html_path)).expanduser().absolute()
        self._pages = SamplePages(report)
        self._scores = scores
        self._settings = settings
        self._unasked = unasked
        self._language = language
        self._allowance = PageBudget()
        self._has_media = False
        self._groups = {name: Counter[str]() for name in ("outcome", "model", "suite")}
        self._skipped: Counter[str] = Counter()  # items of suites, by the reason

    def decorate(self, report: pytest.TestReport, result: Result) -> None:
        """Put the row of a result on the report of its call, before pytest-html sees that."""
        language = self._language(result.suite, result.task_id) or "python"
        sent = result.model not in self._unasked
        detail = row_html(result, self._allowance.share(), language, sent=sent)
        added = []
        link = ""
        if not detail.whole:
            try:
                address = self._pages.write(result, language, report.nodeid, sent=sent)
            except OSError as error:
                link = f"<p>The page with all samples could not be written: {one_line(str(error.strerror))}.</p>"
            else:
                link = f"<p><a href={address} target=_blank>All samples in full</a></p>"
                added.append(extras.url(address, name="samples"))
        added.append(extras.html(f"<div class=ce>{link}{detail.html}</div>"))
        report.extras = [*getattr(report, "extras", []), *added]  # type: ignore[attr-defined]
        report.codeeval_cells = row_cells(result)  # type: ignore[attr-defined]
        report.codeeval_groups = _groups(outcome_of(result), result)  # type: ignore[attr-defined]

    def mark_repeat(self, report: pytest.TestReport, result: Result) -> None:
        """Put the row of a result that does not count, as its problem was evaluated before, on the report."""
        said = "<div class=ce><p>Run again by another plugin: the first verdict counts.</p></div>"
        report.extras = [*getattr(report, "extras", []), extras.html(said)]  # type: ignore[attr-defined]
        report.codeeval_cells = repeat_cells(result)  # type: ignore[attr-defined]
        report.codeeval_groups = _groups(REPEAT, result)  # type: ignore[attr-defined]

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Learn how many rows there will be."""
        if session.items:
            self._allowance.expect(len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Learn the same from the first worker: with xdist the controller itself collects nothing."""
        self._allowance.expect(len(ids))

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_report_title(self, report: Any) -> None:
        """Name the page, and fold away each row, unless the user has said which."""
        report.title = TITLE
        if report.config.getini("render_collapsed") == _USUAL:
            report.set_data("renderCollapsed", ["all"])

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_summary(self, prefix: list[str], postfix: list[str]) -> None:
        """Add scores and settings, which come first, and the filters right over the table of tests."""
        headers, rows, notes, *further = self._scores()
        scores = score_table_html(headers, rows, [*notes, *_said_of(self._skipped)], *further)
        prefix += [style_html(), head_html(scores, self._settings())]
        postfix.append(filters_html(self._groups, has_media=self._has_media))

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_header(self, cells: list[str]) -> None:
        """Add our columns."""
        cells[_AFTER_TEST:_AFTER_TEST] = header_cells()

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_row(self, report: pytest.TestReport, cells: list[str]) -> None:
        """Add our cells to a row, empty ones where there is no result, and make the test's name safe."""
        if not cells:
            return
        if getattr(report, "codeeval_skipped", False):
            self._skipped[_reason(report)] += 1
            cells.clear()
            return
        cells[:] = [_safe_name(cell, report.nodeid) for cell in cells]
        model, suite, _ = json.loads(getattr(report, "codeeval_item", '["", "", ""]'))
        cells[_AFTER_TEST:_AFTER_TEST] = getattr(report, "codeeval_cells", None) or empty_cells(model, suite)
        # pytest-html asks for a row of each phase, and draws those of a setup or teardown only where they went wrong.
        # Where several reports have one name (each worker's, reruns), it asks again for those that it had.
        seen = vars(report).setdefault("codeeval_seen", False)
        if not seen and (report.when in ("call", "collect") or not report.passed):
            report.codeeval_seen = True  # type: ignore[attr-defined]
            groups = {"model": one_line(model, 80), "suite": one_line(suite, 80)}
            groups |= getattr(report, "codeeval_groups", {})
            for name, counts in self._groups.items():
                counts[groups.get(name, "")] += 1
        kinds = {extra["format_type"] for extra in getattr(report, "extras", [])}
        self._has_media |= not kinds.isdisjoint((extras.FORMAT_IMAGE, extras.FORMAT_VIDEO))

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_html(self, report: pytest.TestReport, data: list[str]) -> None:
        """Leave out of the log of a result what its row says, and shorten what else there is."""
        if hasattr(report, "codeeval_cells"):
            # The first part is why it failed, or that there is no log.
            rest = data[1:] if report.longreprtext or not report.sections else data
            data[:] = [shortened("\n".join(rest), _LOG)] if rest else []


def _groups(outcome: str, result: Result) -> dict[str, str]:
    return {"outcome": outcome, "model": one_line(result.model, 80), "suite": one_line(result.suite, 80)}


def _said_of(skipped: Counter[str]) -> Iterator[str]:
    """Say how many items were skipped, and why."""
    shown = skipped.most_common(_SHOWN_REASONS)
    for why, count in shown:
        yield f"{counted(count, 'item was', 'items were')} skipped: {why}"
    if rest := skipped.total() - sum(count for _, count in shown):
        yield f"{counted(rest, 'more item was', 'more items were')} skipped for other reasons"


def _reason(report: pytest.TestReport) -> str:
    """Return why an item was skipped."""
    said = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return printable(said.removeprefix("Skipped: "))


def _safe_name(cell: str, nodeid: str) -> str:
    """Return the cell with the test's name escaped: pytest-html writes it as it is, and a task id may be hostile."""
    start = '<td class="col-testId">'
    if not cell.startswith(start + nodeid):
        return cell
    name = cell.removeprefix(start).removesuffix("</td>")
    return f"{start}{one_line(name, 1000)}</td>"
