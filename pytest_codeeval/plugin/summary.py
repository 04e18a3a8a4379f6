"""Summary: what a run says of itself in the terminal, and by its exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from pytest_codeeval.core.errors import CodeEvalError, UsageError
from pytest_codeeval.core.text import printable
from pytest_codeeval.execution.sandbox.choice import TierReport
from pytest_codeeval.execution.selftest import SelfTest
from pytest_codeeval.plugin.settings import Settings, Threshold
from pytest_codeeval.plugin.unknowntasks import UnknownTasks
from pytest_codeeval.reports import parquet
from pytest_codeeval.reports.scoreboard import Scoreboard
from pytest_codeeval.reports.stagetable import Table, lint_table, stage_table
from pytest_codeeval.reports.table import as_text, score_table

_SHOWN_ERRORS = 5
_SHOWN_DOUBTS = 10
_SHOWN_WEAK = 5
_SHOWN_LINTS = 10
_SHOWN_LINTS_IN_HTML = 200


class Summary:
    """Puts the scoreboard of a run into words, and the self-tests of its suites where they found something."""

    def __init__(
        self,
        scores: Scoreboard,
        settings: Settings,
        isolation: TierReport,
        self_tests: Mapping[str, SelfTest] | None = None,
        unknown: UnknownTasks | None = None,
    ) -> None:
        self._scores = scores
        self._settings = settings
        self._isolation = isolation
        self._self_tests = {} if self_tests is None else self_tests
        self._unknown = unknown or UnknownTasks({})

    def header(self) -> list[str]:
        """Return the lines for the head of the run."""
        settings = self._settings
        lines = []
        for spec in settings.models:
            how = f" (taken as {spec.resolved})" if spec.resolved else ""
            lines.append(f"codeeval: model {spec.label}{how}, results in {Path(settings.results) / spec.folder}")
        lines.append(f"codeeval: sandbox {_tier(self._isolation)}")
        if (
            (settings.samples or 1) > 1
            and settings.params.temperature == 0
            and not all(s.scripted for s in settings.models)
        ):
            lines.append(
                f"codeeval: {settings.samples} samples at temperature 0 may all be the same; set --temperature"
            )
        return lines

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[str]], Sequence[str], *tuple[Table, ...]]:
        """Return headers, rows and notes of the score table, then the tables of stages and of lints."""
        scores = self._scores.scores()
        headers, rows = score_table(scores, self._settings.pass_at)
        return headers, rows, self._notes(), stage_table(scores), lint_table(scores, _SHOWN_LINTS_IN_HTML)

    def write(self, terminal: pytest.TerminalReporter, folders: Sequence[Path], fault: CodeEvalError | None) -> None:
        """Print the table, thresholds, and what was not the model's fault."""
        headers, rows, notes, *_ = self.table()
        terminal.section("code evaluation")
        if rows:
            for line in as_text(headers, rows):
                terminal.write_line(line)
        else:
            terminal.write_line("no problem was evaluated")
        for line in self._stages(terminal):
            terminal.write_line(line)
        for note in notes:
            terminal.write_line(note)
        for threshold in self._settings.fail_under:
            reached, said = self._reached(threshold)
            terminal.write_line(said, green=reached, red=not reached)
        if fault is not None:
            terminal.write_line(f"the run stopped early: {printable(str(fault))}", red=True)
        if not parquet.available():
            terminal.write_line(parquet.MISSING)
        terminal.write_line("results: " + ", ".join(str(folder) for folder in folders))

    def exit_code(self, pytest_code: int, fault: CodeEvalError | None, stopped: bool) -> int:
        """Return the exit code of the run, given pytest's own.

        With a threshold it follows the threshold, unless the run was `stopped` before its end (`-x`); an error that was
        not the model's never counts as success.
        """
        if isinstance(fault, UsageError):
            return int(pytest.ExitCode.USAGE_ERROR)
        if pytest_code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return pytest_code
        doubted = self._settings.self_test == "full" and any(not found.believed for found in self._self_tests.values())
        if fault is not None or self._scores.errors or doubted:
            return int(pytest.ExitCode.TESTS_FAILED)
        if not self._scores.scores():
            return int(pytest.ExitCode.NO_TESTS_COLLECTED)
        if self._settings.fail_under and not stopped:
            reached = all(self._reached(threshold)[0] for threshold in self._settings.fail_under)
            return int(pytest.ExitCode.OK if reached else pytest.ExitCode.TESTS_FAILED)
        return pytest_code

    def _stages(self, terminal: pytest.TerminalReporter) -> list[str]:
        """The tables of stages, and with -v of lints, each behind an empty line."""
        scores = self._scores.scores()
        tables = [stage_table(scores), lint_table(scores, _SHOWN_LINTS)]
        shown = [table for table in tables if table.rows and (not table.title or terminal.verbosity > 0)]
        return [line for table in shown for line in ("", *as_text(table.headers, table.rows, table.left))]

    def _notes(self) -> list[str]:
        notes = []
        errors = self._scores.errors
        if errors:
            notes.append(
                f"{len(errors)} problems could not be evaluated, through no fault of the model; they are in no score:"
            )
            counts = Counter(message for _, message in errors)
            first = {message: task_id for task_id, message in reversed(errors)}
            for message, count in counts.most_common(_SHOWN_ERRORS):
                more = f" and {count - 1} more" if count > 1 else ""
                notes.append(f"  {first[message]}{more}: {message}")
        faults = self._scores.faults
        if faults:
            notes.append(f"{len(faults)} problems are broken as published (run and scored all the same):")
            notes += [f"  {task_id}: {reason}" for task_id, reason in faults]
        return [*self._weak(), *notes, *self._doubts(), *self._unreachable(), *self._fewer(), *self._unknown.lines()]

    def _fewer(self) -> Iterator[str]:
        """Say what was scored with fewer samples than were asked for."""
        asked = self._settings.samples or 0
        for score in self._scores.scores() if self._settings.fewer_samples else ():
            few = [n for n, _ in score.counts if n < asked]
            if few:
                which = "1 problem has" if len(few) == 1 else f"{len(few)} problems have"
                yield f"{score.model} on {score.suite}: {which} fewer than {asked} samples (as few as {min(few)})"

    def _weak(self) -> list[str]:
        found = self._scores.weak
        if not found:
            return []
        if self._isolation.weak:
            return [f"all verdicts are weak: the solutions ran without isolation (--sandbox {self._isolation.name})"]
        ids = sorted(found, key=lambda task_id: (len(task_id), task_id))
        more = f" and {len(ids) - _SHOWN_WEAK} more" if len(ids) > _SHOWN_WEAK else ""
        named = printable(", ".join(ids[:_SHOWN_WEAK])) + more
        count = "1 verdict is" if found.total() == 1 else f"{found.total()} verdicts are"
        return [f"{count} weak: a hostile solution could have forged what its tests report ({named})"]

    def _doubts(self) -> list[str]:
        notes = []
        for suite, found in self._self_tests.items():
            form = "quick" if found.quick else "full"
            if found.error:
                notes.append(f"{suite}: the {form} self-test could not be done ({printable(found.error)})")
            elif not found.believed:
                tried = f"{found.tried} problems and {found.mutants} wrong solutions"
                notes.append(f"the {form} self-test of {suite} ({tried}) speaks against its scores:")
                said = [f"  {task_id}: its own solution fails ({detail})" for task_id, detail in found.failures]
                said += [f"  {task_id}: a wrong solution passes ({name})" for task_id, name in found.survivors]
                notes += [printable(line) for line in said[:_SHOWN_DOUBTS]]
                if len(said) > _SHOWN_DOUBTS:
                    notes.append(f"  and {len(said) - _SHOWN_DOUBTS} more, in run.json")
            elif self._settings.self_test == "full" and not found.conclusive:
                notes.append(f"{suite}: {found.tried} canonical solutions pass; no wrong one was tried: no self-test")
            elif self._settings.self_test == "full":
                notes.append(f"{suite}: {found.tried} canonical solutions pass, {found.mutants} wrong ones fail")
        return notes

    def _unreachable(self) -> list[str]:
        notes = []
        for score in self._scores.scores():
            least = min((n for n, _ in score.counts), default=0)
            missed = ", ".join(f"pass@{k}" for k in self._settings.pass_at if k > least)
            if missed and least:
                notes.append(f"{score.model} on {score.suite}: no {missed}, as a problem has only {least} samples")
        return notes

    def _reached(self, threshold: Threshold) -> tuple[bool, str]:
        scores = [score for score in self._scores.scores() if score.suite == threshold.suite]
        if not scores:
            return False, f"--fail-under {threshold}: not reached, as {threshold.suite} was not run"
        values = []
        for score in scores:
            estimate = score.pass_at([threshold.k]).get(threshold.k)
            if estimate is None:
                why = "has too few samples" if score.counts else "has no problem there that is graded"
                return False, f"--fail-under {threshold}: not reached, as {score.model} {why}"
            values.append((estimate.value, score.model))
        value, model = min(values)
        verb = "reached" if value >= threshold.share else "not reached"
        return value >= threshold.share, f"--fail-under {threshold}: {verb} ({value:.1%} by {model})"


def _tier(isolation: TierReport) -> str:
    if isolation.weak:
        return f"{isolation.name}: verdicts are weak"
    refused = "; ".join(f"no {name}: {printable(reason)}" for name, reason in isolation.refused)
    return f"{isolation.name} ({refused})" if refused else isolation.name
