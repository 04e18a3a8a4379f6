"""HtmlReport: the results in pytest-html's page, with a page beside it for whatever a row has no room for."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from pytest_html import extras

from pytest_codeeval.core.result import Result
from pytest_codeeval.reports.cells import REPEAT, empty_cells, header_cells, outcome_of, repeat_cells, row_cells
from pytest_codeeval.reports.html import filters_html, score_table_html, style_html
from pytest_codeeval.reports.markup import one_line, shortened
from pytest_codeeval.reports.page_budget import PageBudget
from pytest_codeeval.reports.row_html import row_html
from pytest_codeeval.reports.sample_pages import SamplePages
from pytest_codeeval.reports.stagetable import Table

TITLE = "codeeval report"
_LOG = 2_000
_AFTER_TEST = 2  # behind pytest-html's own columns Result and Test

Scores = tuple[Sequence[str], Sequence[Sequence[str]], Sequence[str], *tuple[Table, ...]]


class HtmlReport:
    """Hooks of pytest-html, to be registered in the controller where `--html` is given.

    Nothing of a result is kept: its row is made as it arrives. `scores` is asked at the end for the headers, rows and
    notes of the score table, and for further tables; `language` for the language of a suite's task.
    """

    def __init__(self, html_path: Path, scores: Callable[[], Scores], language: Callable[[str, str], str]) -> None:
        # As pytest-html resolves the path.
        report = Path(os.path.expandvars(html_path)).expanduser().absolute()
        self._pages = SamplePages(report)
        self._scores = scores
        self._language = language
        self._allowance = PageBudget()
        self._has_media = False
        self._outcomes: Counter[str] = Counter()
        self._suites: Counter[str] = Counter()

    def decorate(self, report: pytest.TestReport, result: Result) -> None:
        """Put the row of a result on the report of its call, before pytest-html sees that."""
        language = self._language(result.suite, result.task_id) or "python"
        detail = row_html(result, self._allowance.share(), language)
        added = []
        link = ""
        if not detail.whole:
            try:
                address = self._pages.write(result, language, report.nodeid)
            except OSError as error:
                link = f"<p>The page with all samples could not be written: {one_line(str(error.strerror))}.</p>"
            else:
                link = f"<p><a href={address} target=_blank>All samples in full</a></p>"
                added.append(extras.url(address, name="samples"))
        added.append(extras.html(f"<div class=ce>{link}{detail.html}</div>"))
        report.extras = [*getattr(report, "extras", []), *added]  # type: ignore[attr-defined]
        report.codeeval_cells = row_cells(result)  # type: ignore[attr-defined]
        report.codeeval_groups = (outcome_of(result), one_line(result.suite, 80))  # type: ignore[attr-defined]

    def mark_repeat(self, report: pytest.TestReport, result: Result) -> None:
        """Put the row of a result that does not count, as its problem was evaluated before, on the report."""
        said = "<div class=ce><p>Run again by another plugin: the first verdict counts.</p></div>"
        report.extras = [*getattr(report, "extras", []), extras.html(said)]  # type: ignore[attr-defined]
        report.codeeval_cells = repeat_cells(result)  # type: ignore[attr-defined]
        report.codeeval_groups = (REPEAT, one_line(result.suite, 80))  # type: ignore[attr-defined]

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
        """Name the page."""
        report.title = TITLE

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_summary(self, prefix: list[str], postfix: list[str]) -> None:
        """Add the score table and its companions above the table of tests, and the filters right over it."""
        prefix += [style_html(), score_table_html(*self._scores())]
        postfix.append(filters_html(self._outcomes, self._suites, has_media=self._has_media))

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_header(self, cells: list[str]) -> None:
        """Add our columns."""
        cells[_AFTER_TEST:_AFTER_TEST] = header_cells()

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_row(self, report: pytest.TestReport, cells: list[str]) -> None:
        """Add our cells to a row, empty ones where there is no result, and make the test's name safe."""
        if not cells:
            return
        cells[:] = [_safe_name(cell, report.nodeid) for cell in cells]
        cells[_AFTER_TEST:_AFTER_TEST] = getattr(report, "codeeval_cells", None) or empty_cells()
        # pytest-html asks for a row of each phase, and draws those of a setup or teardown only where they went wrong.
        # Where several reports have one name (each worker's, reruns), it asks again for those that it had.
        seen = vars(report).setdefault("codeeval_seen", False)
        if not seen and (report.when in ("call", "collect") or not report.passed):
            report.codeeval_seen = True  # type: ignore[attr-defined]
            outcome, suite = getattr(report, "codeeval_groups", ("", ""))
            self._outcomes[outcome] += 1
            self._suites[suite] += 1
        kinds = {extra["format_type"] for extra in getattr(report, "extras", [])}
        self._has_media |= not kinds.isdisjoint((extras.FORMAT_IMAGE, extras.FORMAT_VIDEO))

    @pytest.hookimpl(optionalhook=True)
    def pytest_html_results_table_html(self, report: pytest.TestReport, data: list[str]) -> None:
        """Shorten the log of a result, which repeats at length what its row says."""
        if hasattr(report, "codeeval_cells"):
            data[:] = [shortened("\n".join(data), _LOG)]


def _safe_name(cell: str, nodeid: str) -> str:
    """Return the cell with the test's name escaped: pytest-html writes it as it is, and a task id may be hostile."""
    start = '<td class="col-testId">'
    if not cell.startswith(start + nodeid):
        return cell
    name = cell.removeprefix(start).removesuffix("</td>")
    return f"{start}{one_line(name, 1000)}</td>"
