"""ReportAtEnd: the page of `--report`, written when all results are on disk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pytest_codeeval.core.errors import CodeEvalError, UsageError
from pytest_codeeval.core.text import printable
from pytest_codeeval.reports.folder import ResultsFolder


class ReportAtEnd:
    """Writes the page of a run's results `folders`."""

    def __init__(self, path: str, html: str | None) -> None:
        """Look whether the page could be written there; `html` is where that of pytest-html goes.

        Raises UsageError, before a model is asked, where it could not.
        """
        # Here, as a run without a report has no use for templates.
        from pytest_codeeval.results.page import check_writable

        self.folders: Mapping[str, ResultsFolder] = {}
        self._path = Path(path).absolute()  # a test may go elsewhere
        self._said = ""
        if check_writable(self._path) == (html and Path(html).resolve()):
            raise UsageError(f"--report and --html both name {path!r}; give the report a name of its own.")

    @pytest.hookimpl
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the page; the controller has written the results by now, as its hook stands around this one."""
        folders = [folder.path for folder in self.folders.values() if folder.started]
        if not folders:  # nothing was evaluated, maybe as this is a run of other tests
            return
        from pytest_codeeval.results import load
        from pytest_codeeval.results.page import write_report

        try:
            written = write_report(load(*folders), self._path)
            self._said = f"report: {self._path} ({written.bytes:,} bytes)"
        except CodeEvalError as error:
            self._said = f"{error} The results are safe; `codeeval report` writes a page of them."
            session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say where it is."""
        if self._said:
            terminalreporter.write_line(printable(self._said))
