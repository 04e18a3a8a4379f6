"""ChartsAtEnd: the charts of `--charts`, drawn when all results are on disk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pytest_codeeval.core.errors import CodeEvalError
from pytest_codeeval.core.extra import needed
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.reports.folder import ResultsFolder


class ChartsAtEnd:
    """Draws charts of a run's results `folders`."""

    def __init__(self, path: str) -> None:
        """Look whether charts can be drawn. Raises MissingExtra, before a model is asked, if they cannot."""
        needed("vl_convert", "charts", "--charts", "vl-convert-python")
        self.folders: Mapping[str, ResultsFolder] = {}
        self._path = Path(path).absolute()  # a test may go elsewhere
        self._said = ""

    @pytest.hookimpl
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Draw them; the controller has written the results by now, as its hook stands around this one."""
        folders = [folder.path for folder in self.folders.values() if folder.started]
        if not folders:
            return
        from pytest_codeeval.results import load
        from pytest_codeeval.results.charts.written import write_charts

        try:
            written = write_charts(load(*folders), self._path)
            self._said = f"charts: {self._path} ({counted(len(written.names), 'file')})"
        except CodeEvalError as error:
            self._said = f"{error} The results are safe; `codeeval charts` draws them."
            session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say where they are."""
        if self._said:
            terminalreporter.write_line(printable(self._said))
