"""Rivals: the cases of suites in which models are set side by side, found by each other."""

from __future__ import annotations

from collections.abc import Mapping

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
        return [case for case in cases if (match := self.match(case, settings)) and match.rivals], missing

    def of(self, case: Case) -> Mapping[str, Case]:
        """Return the cases over the same problem by model, none where models are not set side by side."""
        return self._cases.get((case.suite_name, case.problem.task_id), {})

    def match(self, case: Case, settings: Settings) -> Match | None:
        """Return the battles of a case, against the models that can answer its problem."""
        players = list(self.of(case))
        return settings.arena.match(case.spec.label, players, case.problem.task_id) if players else None
