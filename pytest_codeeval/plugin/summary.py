"""Summary: what a run says of itself in the terminal, and by its exit code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from pytest_codeeval.core.errors import CodeEvalError, UsageError
from pytest_codeeval.core.selftest import SelfTest
from pytest_codeeval.core.text import printable
from pytest_codeeval.execution.sandbox.choice import TierReport
from pytest_codeeval.plugin.greedy import greedy
from pytest_codeeval.plugin.judgments import Judgments
from pytest_codeeval.plugin.notes import Notes
from pytest_codeeval.plugin.repeats import Repeats
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.plugin.sharding import head
from pytest_codeeval.plugin.stagetally import StageTally
from pytest_codeeval.plugin.unknowntasks import UnknownTasks
from pytest_codeeval.reports import parquet
from pytest_codeeval.reports.causes import Causes
from pytest_codeeval.reports.refuted import Refuted
from pytest_codeeval.reports.scoreboard import Scoreboard
from pytest_codeeval.reports.stagetable import Table, lint_table, stage_table
from pytest_codeeval.reports.table import as_text, score_table
from pytest_codeeval.reports.threshold import Threshold
from pytest_codeeval.reports.thresholds import Judgement, Standing, judge, left_to_merge, unfinished
from pytest_codeeval.reports.unanswered import Unanswered

_SHOWN_LINTS = 10
_SHOWN_LINTS_IN_HTML = 200
_ENDED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED)
_COLOURS = {
    Standing.MET: "green",
    Standing.UNDECIDED: "yellow",
    Standing.LEFT: "yellow",
    Standing.MISSED: "red",
    Standing.NOT_JUDGED: "red",
}


class Summary:
    """Puts the scoreboard of a run into words, and the self-tests of its suites where they found something."""

    def __init__(
        self,
        scores: Scoreboard,
        settings: Settings,
        isolation: TierReport,
        self_tests: Mapping[str, SelfTest] | None = None,
        repeats: Repeats | None = None,
        unknown: UnknownTasks | None = None,
        judgments: Judgments | None = None,
        staged: StageTally | None = None,
    ) -> None:
        self._scores = scores
        self._settings = settings
        self._staged = staged or StageTally(settings)
        self._isolation = isolation
        self._self_tests = {} if self_tests is None else self_tests
        self.causes = Causes()
        self.refuted = Refuted()
        self.unanswered = Unanswered()
        parts = repeats or Repeats(), unknown or UnknownTasks({}), judgments or Judgments()
        self._notes = Notes(scores, settings, isolation, self._self_tests, *parts)
        self._judgements: list[Judgement] | None = None
        self._unexplained = 0

    def header(self) -> list[str]:
        """Return the lines for the head of the run."""
        settings = self._settings
        lines = []
        for spec in settings.models:
            how = f" (taken as {spec.resolved})" if spec.resolved else ""
            lines.append(f"codeeval: model {spec.label}{how}, results in {Path(settings.results) / spec.folder}")
        for spec in settings.judges:
            how = f" (taken as {spec.resolved})" if spec.resolved else ""
            lines.append(f"codeeval: judge {spec.label}{how}")
        lines += [f"codeeval: {line}" for line in (*head(settings), *self._staged.head())]
        lines += [f"codeeval: sandbox {_tier(self._isolation)}"] * settings.checks
        return [printable(line) for line in (*lines, *(f"codeeval: {line}" for line in greedy(settings)))]

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[str]], Sequence[str], *tuple[Table, ...]]:
        """Return headers, rows and notes of the score table, then the tables of stages and of lints."""
        scores = self._scores.scores()
        headers, rows = score_table(scores, self._settings.pass_at)
        return headers, rows, self._notes.lines(), stage_table(scores), lint_table(scores, _SHOWN_LINTS_IN_HTML)

    def settings(self, arguments: Sequence[str]) -> list[tuple[str, str]]:
        """Return names and values of what the run was asked with these arguments, safe to print."""
        from pytest_codeeval.plugin.runsettings import run_settings  # for a page only

        scores = [score for found in self._scores.by_model().values() for score in found]
        return run_settings(self._settings, self._isolation, self._scores.datasets, scores, arguments)

    def write(
        self,
        terminal: pytest.TerminalReporter,
        folders: Sequence[Path],
        fault: CodeEvalError | None,
        resuming: str = "",
        stages: Sequence[str] = (),
    ) -> None:
        """Print the table, causes, thresholds, what was not the model's fault, and how the run goes on."""
        headers, rows, notes, *_ = self.table()
        terminal.section("code evaluation")
        table = as_text(headers, rows) if rows else ["no problem was evaluated"] * self._settings.shows
        for line in [*table, *stages, *self._stages(terminal), *self._why_failed(terminal)]:
            terminal.write_line(printable(line))
        # With -q the head of the run, which says so, was not shown.
        for note in [*notes, *(greedy(self._settings) if terminal.verbosity < 0 else [])]:
            terminal.write_line(printable(note))
        self._write_thresholds(terminal)
        if fault is not None:
            terminal.write_line(f"the run stopped early: {printable(str(fault))}", red=True)
        if resuming:
            terminal.write_line(resuming)
        if self._settings.shows and not parquet.available():
            terminal.write_line(parquet.MISSING)
        for line in self.unanswered.lines(self._scores.scores()):
            terminal.write_line(printable(line), yellow=True)
        if folders:
            terminal.write_line(printable("results: " + ", ".join(map(str, folders))))

    def judge(self, pytest_code: int, *, stopped: bool = False, unexplained: int = 0) -> list[Judgement]:
        """Return how the thresholds stand at the end, given pytest's own exit code; not at all if that came early.

        `unexplained` is how many failures are no verdict on a problem.
        """
        early = stopped or pytest_code not in _ENDED
        thresholds = self._settings.fail_under if self._settings.shows else ()
        self._judgements = [unfinished(one) if early else self._stand(one) for one in thresholds]
        self._unexplained = 0 if early else unexplained
        return self._judgements

    def _stand(self, threshold: Threshold) -> Judgement:
        shard = self._settings.shard
        return left_to_merge(threshold, str(shard)) if shard else judge(threshold, self._scores)

    def exit_code(self, pytest_code: int, fault: CodeEvalError | None, stopped: bool, *, idle: bool = False) -> int:
        """Return the exit code of the run, given pytest's own; `idle` is a shard that no problem falls to.

        With a threshold it follows the threshold, unless the run was `stopped` before its end (`-x`) or has failures of
        another kind; an error that was not the model's never counts as success, and neither does nothing evaluated.
        """
        if isinstance(fault, UsageError):
            return int(pytest.ExitCode.USAGE_ERROR)
        if idle and fault is None and pytest_code == pytest.ExitCode.NO_TESTS_COLLECTED:
            return int(pytest.ExitCode.OK)
        if pytest_code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return pytest_code
        if not self._settings.shows:  # there are no verdicts
            return int(pytest.ExitCode.TESTS_FAILED if fault or self._scores.errors else pytest_code)
        gated, scores = self._settings.fail_under, self._scores.scores()
        if gated and not self._settings.shard and not any(score.counts for score in scores):
            return int(pytest.ExitCode.NO_TESTS_COLLECTED)
        doubted = self._settings.self_test == "full" and any(not found.believed for found in self._self_tests.values())
        broken = any(score.faults(self._settings.pass_at) for score in scores)
        if fault is not None or self._scores.errors or doubted or broken:
            return int(pytest.ExitCode.TESTS_FAILED)
        if not scores:
            return int(pytest.ExitCode.NO_TESTS_COLLECTED)
        if gated and not stopped and not self._unexplained:
            reached = all(judgement.reached for judgement in self._judged())
            return int(pytest.ExitCode.OK if reached else pytest.ExitCode.TESTS_FAILED)
        return pytest_code

    def _write_thresholds(self, terminal: pytest.TerminalReporter) -> None:
        for judgement in self._judged():
            terminal.write_line(printable(str(judgement)), **{_COLOURS[judgement.standing]: True})
        others = self._unexplained - len(self._scores.errors)  # these have notes of their own
        if others > 0 and self._settings.fail_under:
            said = "1 failure is" if others == 1 else f"{others} failures are"
            terminal.write_line(
                f"{said} no verdict on a problem: the exit code is pytest's, whatever the score", red=True
            )

    def _stages(self, terminal: pytest.TerminalReporter) -> list[str]:
        """The tables of stages, and with -v of lints, each behind an empty line."""
        scores = self._scores.scores()
        tables = [stage_table(scores), lint_table(scores, _SHOWN_LINTS)]
        shown = [table for table in tables if table.rows and (not table.title or terminal.verbosity > 0)]
        return [line for table in shown for line in ("", *as_text(table.headers, table.rows, table.left))]

    def _why_failed(self, terminal: pytest.TerminalReporter) -> list[str]:
        shown = [self.causes.lines(), self.refuted.lines()] if terminal.verbosity >= -1 else []
        lines = [line for part in shown if part for line in ("", *part)]
        return [*lines, ""] if lines else []

    def _judged(self) -> list[Judgement]:
        return self.judge(pytest.ExitCode.OK) if self._judgements is None else self._judgements


def _tier(isolation: TierReport) -> str:
    if isolation.weak:
        return f"{isolation.name}: verdicts are weak"
    refused = "; ".join(f"no {name}: {printable(reason)}" for name, reason in isolation.refused)
    return f"{isolation.name} ({refused})" if refused else isolation.name
