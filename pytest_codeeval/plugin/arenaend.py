"""ArenaAtEnd: what came of an arena, written and said when all results are on disk."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_codeeval.core.errors import CodeEvalError
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.reports.folder import ResultsFolder

if TYPE_CHECKING:
    from pytest_codeeval.results.results import Results


class ArenaAtEnd:
    """Writes battles, ratings and a page of each arena into the results folder `results`."""

    def __init__(self, results: str) -> None:
        self.folders: Mapping[str, ResultsFolder] = {}
        self._results = Path(results).absolute()  # a test may go elsewhere
        self._said: list[str] = []

    @pytest.hookimpl
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write them; the controller has written the results by now, as its hook stands around this one."""
        folders = [folder for folder in self.folders.values() if folder.started]
        if not any(about.get("battles") for folder in folders for about in folder.datasets.values()):
            return
        from pytest_codeeval.results import load
        from pytest_codeeval.results.rating.played import arenas_of

        try:
            results = load(*(folder.path for folder in folders))
            for suite in arenas_of(results):
                self._write(results, suite)
        except CodeEvalError as error:
            self._said.append(f"{error} The results are safe.")
            session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say who stands where."""
        for line in self._said:
            terminalreporter.write_line(printable(line))

    def _write(self, results: Results, suite: str) -> None:
        from pytest_codeeval.core.jsonl import replace_file
        from pytest_codeeval.results.page.arena import arena_page
        from pytest_codeeval.results.page.report import write_page
        from pytest_codeeval.results.rating.leaderboard import leaderboard
        from pytest_codeeval.results.rating.played import games_of, lines_of
        from pytest_codeeval.results.rating.shown import as_csv, as_lines

        games = games_of(results, suite)
        if not games:
            self._said.append(f"{suite}: no battle was decided, so that there is no rating")
            return
        board = leaderboard([game.battle for game in games])
        name = re.sub(r"[^A-Za-z0-9.]+", "-", suite).strip("-.") or "arena"
        battles, table, page = (
            self._results / f"{stem}_{name}.{suffix}"
            for stem, suffix in (("battles", "jsonl"), ("elo_rating", "csv"), ("leaderboard", "html"))
        )
        replace_file(battles, lines_of(games))
        replace_file(table, as_csv(board).encode("utf-8", "backslashreplace"))
        write_page(arena_page(results, suite, games, board), page)
        self._said += ["", f"{suite}: {counted(len(games), 'game')}", *as_lines(board)]
        self._said.append(f"battles: {battles}; ratings: {table}; page: {page}")
