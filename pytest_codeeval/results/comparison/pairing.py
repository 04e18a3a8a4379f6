"""Pairing: the problems that two runs both evaluated, and why others are left out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import fsum
from typing import Any

from pytest_codeeval.core.language import canonical
from pytest_codeeval.core.metric import Metric
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.reports.suitescore import SuiteScore
from pytest_codeeval.results.comparison.figures import Figure, figures_of
from pytest_codeeval.results.comparison.row import Flip, LeftOut
from pytest_codeeval.results.run import Run
from pytest_codeeval.results.statistics.units import Unit

_DIGITS = 12  # less is rounding
_NUMBER = re.compile(r"([0-9]+)")


class Pairing:
    """Two runs on one suite: `common` has the figures of both, by task id, in the order of the ids."""

    def __init__(self, suite: str, runs: tuple[Run, Run], scores: tuple[SuiteScore, SuiteScore], metric: Metric):
        self.runs, self.scores, self.metric = runs, scores, metric
        self._languages = _languages([run.datasets.get(suite, {}) for run in runs])
        self._figures = tuple(figures_of(metric, score) for score in scores)
        a, b = self._figures
        alike = {task_id for task_id in a.keys() & b.keys() if a[task_id][1:] == b[task_id][1:]}
        self.common: dict[str, tuple[Figure, Figure]] = {
            task_id: (a[task_id], b[task_id]) for task_id in sorted(alike, key=in_order)
        }

    def value(self, side: int) -> float:
        """Return the figure of one of the runs over the common problems."""
        strata: defaultdict[str, list[Figure]] = defaultdict(list)
        for pair in self.common.values():
            strata[pair[side].stratum].append(pair[side])
        means = [fsum(one.part for one in found) / fsum(one.weight for one in found) for found in strata.values()]
        return fsum(means) / len(means)

    def strata(self) -> list[list[Unit]]:
        """Return the differences of the second run from the first, by stratum, one for each cluster."""
        found: defaultdict[str, defaultdict[str, list[Unit]]] = defaultdict(lambda: defaultdict(list))
        for task_id, (a, b) in self.common.items():
            found[a.stratum][self._cluster(task_id)].append(Unit(b.part - a.part, a.weight))
        return [
            sorted(
                Unit(round(fsum(one.difference for one in units), _DIGITS), fsum(one.weight for one in units))
                for units in clusters.values()
            )
            for _, clusters in sorted(found.items())
        ]

    def flips(self) -> tuple[Flip, ...]:
        """Return the problems of which the runs have another figure, the worst change for the second run first."""
        changed = {
            task_id: b.part - a.part for task_id, (a, b) in self.common.items() if round(b.part - a.part, _DIGITS)
        }
        return tuple(self._flip(task_id) for task_id in sorted(changed, key=lambda one: changed[one]))

    def left_out(self) -> tuple[LeftOut, ...]:
        """Return the problems that one of the runs has, or should have, and that are not compared."""
        reasons = [self._reasons(side) for side in (0, 1)]
        ids = {*reasons[0], *reasons[1]} | {one for score in self.scores for one in score.problems}
        found = []
        for task_id in sorted(ids - self.common.keys(), key=in_order):
            said = [reasons[side].get(task_id) or self._lacking(side, task_id) for side in (0, 1)]
            if said[0] == said[1] and not said[0][1]:
                continue  # a problem that has no such figure for anybody is in no comparison
            found += [LeftOut(task_id, run.name, *why) for run, why in zip(self.runs, said, strict=True) if why[0]]
        return tuple(found)

    @property
    def is_lost(self) -> bool:
        """Whether the second run, if nothing is common, lacks what the first has, or ended in errors."""
        return bool(self._figures[0]) or any(one.error and one.run == self.runs[1].name for one in self.left_out())

    def _reasons(self, side: int) -> dict[str, tuple[str, bool]]:
        """Return the problems of a run that could not be evaluated, through no fault of the model."""
        score, suite_ids = self.scores[side], {one for score in self.scores for one in score.problems}
        ids = {*score.errors, *(_errors(self.runs[side]) & suite_ids)} - score.problems.keys()
        return dict.fromkeys(ids, ("could not be evaluated", True))

    def _lacking(self, side: int, task_id: str) -> tuple[str, bool]:
        if task_id in self._figures[side]:
            # Both have one and they are not alike: a share of another whole.
            return ("counts otherwise", False) if task_id in self._figures[1 - side] else ("", False)
        problems = self.scores[side].problems
        if task_id not in problems:
            return "was not run", False
        return ("has no tests" if problems[task_id][Outcome.UNGRADED] else f"has no {self.metric.name}"), False

    def _flip(self, task_id: str) -> Flip:
        samples = [score.scored[task_id] for score in self.scores]
        shares = [sum(one.passed for one in found) / len(found) for found in samples]
        causes = [_commonest(score, task_id) for score in self.scores]
        figures = [one.part / one.weight for one in self.common[task_id]]
        return Flip(task_id, shares[0], shares[1], causes[0], causes[1], figures[0], figures[1])

    def _cluster(self, task_id: str) -> str:
        """Return what a problem has in common with the same one in other languages: its id without the language."""
        head, _, rest = task_id.partition("/")
        return rest if rest and canonical(head) in self._languages else task_id


def in_order(task_id: str) -> list[tuple[int, str]]:
    """Return the place of a task id among others, numbers by their size."""
    parts = _NUMBER.split(task_id)
    parts[1::2] = [number.lstrip("0") for number in parts[1::2]]
    return [(len(part) if place % 2 else 0, part) for place, part in enumerate(parts)] + [(0, task_id)]


def _commonest(score: SuiteScore, task_id: str) -> str:
    found = score.causes.get(task_id)
    return min(found, key=lambda cause: (-found[cause], cause)) if found else ""


def _languages(datasets: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the languages of a suite that has several."""
    return {canonical(str(name)) for about in datasets for name in about.get("languages") or ()}


def _errors(run: Run) -> set[str]:
    """Return the tasks that the run had errors of, in whatever suite."""
    found = run.about.get("errors_of_last_run")
    return {str(one[0]) for one in found if isinstance(one, list) and one} if isinstance(found, list) else set()
