"""Grid: what charts show, a score for each model and suite."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from pytest_codeeval.core.estimate import Estimate
from pytest_codeeval.core.metric import Metric
from pytest_codeeval.reports.suitescore import SuiteScore
from pytest_codeeval.results.agreement import dataset_differences
from pytest_codeeval.results.charts.labels import labels
from pytest_codeeval.results.results import Results

_MODEL, _SUITE, _NAME = 40, 30, 200
Figure = tuple[Metric, Estimate]


@dataclass(frozen=True)
class Cell:
    """One model on one suite or part, by their names in tables; `pass_at` are the k that were asked for."""

    model: str
    suite: str
    score: SuiteScore
    pass_at: tuple[int, ...]

    @cached_property
    def estimates(self) -> dict[str, Figure]:
        """The figures by the names of metrics, the headline first; pass@1 is among those of its family."""
        return self.score.estimates(tuple(sorted({1, *self.pass_at})) if self.pass_at else ())

    @property
    def of(self) -> int:
        """How many problems the suite has, as far as that is known."""
        score = self.score
        return max(score.total or 0, len({*score.problems, *score.errors}))


class Grid:
    """The cells of results by model and suite.

    `models` and `suites` are names for tables, `parts` those of the parts of a suite, `differing` the suites of which
    the runs had different datasets. `short` has a label with room in a chart for each model.
    """

    def __init__(self, results: Results) -> None:
        """Take the scores of all runs."""
        self.models = labels([run.name for run in results.runs], _NAME)
        self.suites: list[str] = []
        self.parts: dict[str, list[str]] = {}
        self._cells: dict[tuple[str, str], Cell] = {}
        found = [run.scores for run in results.runs]
        raw = list(dict.fromkeys(suite for scores in found for suite in scores))
        known = dict(zip(raw, labels(raw, _NAME), strict=True))
        for run, scores, model in zip(results.runs, found, self.models, strict=True):
            wholes, whole = set(run.suites), ""
            for suite, score in scores.items():
                name = known[suite]
                whole = name if suite in wholes else whole
                self._cells[model, name] = Cell(model, name, score, run.pass_at)
                names = self.suites if name == whole else self.parts.setdefault(whole, [])
                names += [] if name in names else [name]
        self.differing = {known[suite] for suite in results.suites if _differs(results, suite)}
        self.short = dict(zip(self.models, labels(self.models, _MODEL), strict=True))
        self._headings = dict(zip(known.values(), labels(list(known.values()), _SUITE), strict=True))

    def cell(self, model: str, suite: str) -> Cell | None:
        """Return one cell, None if the model was not asked the suite."""
        return self._cells.get((model, suite))

    def of_suite(self, suite: str) -> list[Cell]:
        """Return the cells of a suite or part, in the order of the models."""
        return [cell for model in self.models if (cell := self.cell(model, suite))]

    @property
    def cells(self) -> list[Cell]:
        """All cells by model, parts right after their suites."""
        return list(self._cells.values())

    def headline(self, suite: str) -> str:
        """Return the name of the metric by which a suite is told in one figure, "" if it has none."""
        return next((name for cell in self.of_suite(suite) for name in cell.estimates), "")

    def figure(self, model: str, suite: str) -> Figure | None:
        """Return the headline's figure of a cell, None if there is none."""
        cell = self.cell(model, suite)
        return cell.estimates.get(self.headline(suite)) if cell else None

    def heading(self, suite: str) -> str:
        """Return what stands over a suite's figures in a chart: its name, and that they do not compare if so."""
        return self._headings[suite] + " (datasets differ)" * (suite in self.differing)

    def metric(self, suite: str) -> str:
        """Return the headline's name with room in a chart: a file says it, which anybody may have edited."""
        return labels([self.headline(suite)], _SUITE)[0]

    def measured(self, suite: str) -> str:
        """Return the heading with the metric."""
        return f"{self.heading(suite)} · {self.metric(suite)}"


def _differs(results: Results, suite: str) -> bool:
    return bool(dataset_differences([run for run in results.runs if suite in run.datasets], suite))
