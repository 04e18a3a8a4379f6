"""Rivals: the cases of suites in which models are set side by side, found by each other."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.match import Match
from pytest_codeeval.plugin.case import Case, Recorded, make_cases
from pytest_codeeval.plugin.loadedsuite import LoadedSuite
from pytest_codeeval.plugin.settings import Settings


class Rivals:
    """Knows for each problem of such a suite the case of each model."""

    def __init__(self) -> None:
        self._cases: dict[tuple[str, str], dict[str, Case]] = {}

    def make_cases(self, loaded: LoadedSuite, settings: Settings, recorded: Recorded) -> tuple[list[Case], list[str]]:
        """Return the cases of a suite, and why a model has none; one that has no battle is left out.

        Raises UsageError where no battle can come of it.
        """
        if not loaded.is_arena:
            return make_cases(loaded, settings, recorded)
        settings.arena.check([spec.label for spec in settings.models], settings.samples)
        cases, missing = make_cases(loaded, settings.with_samples(1), recorded)
        for case in cases:
            self._cases.setdefault((loaded.name, case.problem.task_id), {})[case.spec.label] = case
        found = [case for case in cases if self._match(case, settings).rivals]
        if cases and not found:
            where = f"--arena-pairs={settings.arena.pairs}: " if settings.arena.pairs else ""
            raise UsageError(f"{where}no two of these models meet over a question of {loaded.name}; name others.")
        return found, missing

    def of(self, case: Case, settings: Settings) -> tuple[Match | None, Mapping[str, Case]]:
        """Return the battles of a case, and the cases over the same problem by model; none if it has no battles."""
        found = self._cases.get((case.suite_name, case.problem.task_id))
        return (self._match(case, settings), found) if found else (None, {})

    def _match(self, case: Case, settings: Settings) -> Match:
        """Return the battles of a case, against the models that can answer its problem."""
        players = list(self._cases[case.suite_name, case.problem.task_id])
        return settings.arena.match(case.spec.label, players, case.problem.task_id)
