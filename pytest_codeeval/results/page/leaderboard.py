"""Leaderboard: every run on every suite, with all metrics and what the answers took; the best of a suite first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from pytest_codeeval.core.column import Column
from pytest_codeeval.core.columns import TOTALS
from pytest_codeeval.core.estimate import Estimate
from pytest_codeeval.core.metric import Metric
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.reports.suitescore import SuiteScore
from pytest_codeeval.results.results import Results


@dataclass(frozen=True)
class Figure:
    """An estimate as it is shown; `share` says from 0 to 1 where it lies, None for one that has no such scale."""

    metric: Metric
    estimate: Estimate

    @property
    def value(self) -> str:
        """The figure itself."""
        return self.metric.written(self.estimate.value)

    @property
    def interval(self) -> str:
        """Its 95 % interval."""
        return f"{self.metric.written(self.estimate.low)}–{self.metric.written(self.estimate.high)}"

    @property
    def share(self) -> float | None:
        """The figure as a share of the whole."""
        return min(1.0, max(0.0, self.estimate.value)) if self.metric.percent else None

    @property
    def ends(self) -> tuple[float, float]:
        """The ends of the interval, as shares in percent."""
        low, high = (100 * min(1.0, max(0.0, end)) for end in (self.estimate.low, self.estimate.high))
        return low, high


@dataclass(frozen=True)
class Standing:
    """One run on one suite."""

    run: str
    score: SuiteScore
    pass_at: Sequence[int]
    seconds: Sequence[float] = ()

    @cached_property
    def figures(self) -> Mapping[str, Figure]:
        """The metrics by name, the headline first."""
        found = self.score.estimates(self.pass_at)
        return {name: Figure(metric, estimate) for name, (metric, estimate) in found.items()}

    @property
    def headline(self) -> Figure | None:
        """The first metric that the samples give."""
        return next(iter(self.figures.values()), None)

    @property
    def graded(self) -> str:
        """Of how many problems how many are graded."""
        whole = max(self.score.total or 0, len({*self.score.problems, *self.score.errors}))
        return f"{len(self.score.graded):,} of {whole:,}"

    @cached_property
    def middle(self) -> float | None:
        """The median of the seconds that answers took, None if that is not known."""
        return median(self.seconds) if self.seconds else None

    @property
    def latency(self) -> str:
        """The same as text."""
        return "–" if self.middle is None else f"{self.middle:.2f}"

    def total(self, column: Column) -> str:
        """Return what a column adds up to."""
        return column.figure(self.score.total_of(column.name))


@dataclass(frozen=True)
class Leaderboard:
    """The standings of all runs; `suites` are those with their parts behind them, `whole` those without parts."""

    suites: Sequence[str]
    whole: Sequence[str]
    standings: Sequence[Standing]

    @classmethod
    def of(cls, results: Results, seconds: Mapping[tuple[str, str], Sequence[float]]) -> Leaderboard:
        """Put the scores of runs in order."""
        found = [
            Standing(run.name, score, run.pass_at, seconds.get((run.name, name), ()))
            for run in results.runs
            for name, score in run.scores.items()
        ]
        suites = _in_order(results.suites, [list(run.scores) for run in results.runs])
        return cls(suites, results.suites, found)

    def of_suite(self, suite: str) -> list[Standing]:
        """Return the standings of a suite, the best first."""
        found = [one for one in self.standings if one.score.suite == suite]
        return sorted(found, key=lambda one: -one.headline.estimate.value if one.headline else 1.0)

    def of_run(self, run: str, suite: str) -> Standing | None:
        """Return the standing of one run on a suite, if it has one."""
        return next((one for one in self.standings if (one.run, one.score.suite) == (run, suite)), None)

    @property
    def metrics(self) -> list[str]:
        """The names of all metrics, in the order in which they come."""
        return list(dict.fromkeys(name for one in self.standings for name in one.figures))

    @property
    def totals(self) -> list[Column]:
        """The columns that are added up and of which anything is known."""
        scores = [one.score for one in self.standings]
        return [column for column in TOTALS if any(_is_known(column, score) for score in scores)]

    @property
    def timed(self) -> bool:
        """Whether it is known of any answer how long it took."""
        return any(one.seconds for one in self.standings)

    @property
    def outcomes(self) -> list[str]:
        """The outcomes that occur: passed, then the commonest."""
        counts: Counter[str] = Counter()
        for one in self.standings:
            if one.score.suite in self.whole:
                counts.update(one.score.outcomes)
        return sorted(counts, key=lambda outcome: (outcome != Outcome.PASSED, -counts[outcome], outcome))


def _is_known(column: Column, score: SuiteScore) -> bool:
    total = score.total_of(column.name)
    return bool(total.known and (total.sum or column.type is float))


def _in_order(whole: Sequence[str], lists: Sequence[Sequence[str]]) -> list[str]:
    """Return all names of several lists, in the order of the `whole` suites, each with its parts behind it."""
    groups: dict[str, dict[str, None]] = {suite: {} for suite in whole}
    for names in lists:
        suite = ""
        for name in names:
            suite = name if name in groups else suite
            groups.setdefault(suite, {})[name] = None
    return [name for group in groups.values() for name in group]
