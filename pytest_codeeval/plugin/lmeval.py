"""LmEvalAtEnd: the files of `--output` and `--log-samples`, written as lm-evaluation-harness has them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from pytest_codeeval.core.errors import CodeEvalError, UsageError
from pytest_codeeval.core.text import printable
from pytest_codeeval.reports.folder import ResultsFolder


class LmEvalAtEnd:
    """Writes the scores of a run's results `folders` to a file, and its samples beside it if they are wanted."""

    def __init__(self, path: str, *, samples: bool) -> None:
        """Look whether the file could be written there.

        Raises UsageError, before a model is asked, where it could not: nothing is overwritten.
        """
        self.folders: Mapping[str, ResultsFolder] = {}
        self._path = Path(path).absolute()  # a test may go elsewhere
        self._samples = samples
        self._said: list[str] = []
        if os.path.lexists(self._path):
            raise UsageError(f"--output={path} is there, and nothing is overwritten; name another file.")
        if not self._path.parent.is_dir():
            raise UsageError(
                f"--output={path}: there is no folder {str(self._path.parent)!r}; make it, or name another."
            )

    @pytest.hookimpl
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the files; the controller has written the results by now, as its hook stands around this one."""
        folders = [folder.path for folder in self.folders.values() if folder.started]
        if not folders:  # nothing was evaluated, maybe as this is a run of other tests
            return
        from pytest_codeeval.results import load
        from pytest_codeeval.results.exports.folders import write_beside

        try:
            made = write_beside(load(*folders), self._path, samples=self._samples)
            self._said = [f"output: {path}" for path in made]
        except CodeEvalError as error:
            self._said = [f"{error} The results are safe; `codeeval export --to lm-eval` writes them."]
            session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say where they are."""
        for line in self._said:
            terminalreporter.write_line(printable(line))
