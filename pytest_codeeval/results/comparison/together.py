"""Together: the suites of a pair of runs taken together, each of which counts once."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from operator import add

from pytest_codeeval.results.comparison.comparison import Overall
from pytest_codeeval.results.comparison.measuring import interval_of
from pytest_codeeval.results.comparison.row import Row


class Together:
    """Adds up the differences of suites and of their resamples, which are independent; ratings are no shares."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._sums: list[float] = []

    def add(self, row: Row, draws: Sequence[float]) -> None:
        """Take in a suite with the differences of its resamples."""
        if row.metric.percent:
            self._rows.append(row)
            self._sums = list(map(add, self._sums, draws)) if self._sums else list(draws)

    def result(self) -> list[Overall]:
        """Return the mean over suites, none if there are not several."""
        n = len(self._rows)
        if n < 2:
            return []
        middle = fsum(row.difference.value for row in self._rows) / n
        ordered = sorted(one / n for one in self._sums)
        first = self._rows[0]
        return [Overall(first.a, first.b, tuple(row.suite for row in self._rows), interval_of(middle, ordered))]
