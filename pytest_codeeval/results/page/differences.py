"""Differences between runs as the page shows them: how large, how sure, and how small a one could have been seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.results.agreement import dataset_differences
from pytest_codeeval.results.comparison import compare
from pytest_codeeval.results.results import Results

MOST = 300
_ALL_WITH_ALL = 6  # runs on a suite; of more each is compared with the first, as pairs grow by the square


@dataclass(frozen=True)
class Pair:
    """Two runs on a suite, as text; `flips` is the number of problems that they did not do alike."""

    suite: str
    metric: str
    a: str
    b: str
    n: int
    value_a: str
    value_b: str
    difference: str
    size: float
    p: str
    seen: str
    verdict: str
    flips: int


@dataclass(frozen=True)
class Differences:
    """The pairs of a comparison, at most `MOST`, and what is to be said of it.

    `left_out` is how many more pairs there are, `refused` why there is none, `apart` are the suites whose data is not
    the same in all runs, `many` those of which not all runs are compared with all.
    """

    pairs: Sequence[Pair] = ()
    left_out: int = 0
    refused: str = ""
    apart: Sequence[str] = ()
    many: Sequence[str] = ()

    @classmethod
    def of(cls, results: Results) -> Differences:
        """Compare the runs, as far as that can be done."""
        if len(results.runs) < 2:
            return cls()
        alike = [suite for suite in results.suites if not dataset_differences(results.runs, suite)]
        apart = [suite for suite in results.suites if suite not in alike]
        having = {suite: [run.name for run in results.runs if suite in run.suites] for suite in alike}
        many = [suite for suite, names in having.items() if len(names) > _ALL_WITH_ALL]
        pairs = dict.fromkeys(
            pair
            for suite, names in having.items()
            for pair in ([(names[0], name) for name in names[1:]] if suite in many else combinations(names, 2))
        )
        if not pairs:
            return cls(apart=apart)
        try:
            # What differs in how was asked stands beside the table.
            rows = compare(results, pairs=list(pairs), suites=alike if apart else (), force=True).rows
        except UsageError as error:
            return cls(refused=str(error), apart=apart)
        return cls([_pair(row) for row in rows[:MOST]], max(0, len(rows) - MOST), "", apart, many)


def _pair(row: Any) -> Pair:
    found = row.difference
    value, low, high = (figure / row.unit for figure in (found.value, found.low, found.high))
    return Pair(
        row.suite,
        row.metric.name,
        row.a,
        row.b,
        row.n,
        row.metric.written(row.value_a),
        row.metric.written(row.value_b),
        f"{value:+.1f} ({low:+.1f} to {high:+.1f})",
        value,
        _probability(row.p_adjusted),
        "–" if row.seen is None else f"{row.seen / row.unit:.1f}",
        str(row.verdict),
        len(row.flips),
    )


def _probability(p: float) -> str:
    return "< 0.0001" if p < 0.0001 else f"{p:.2g}" if p < 0.01 else f"{p:.2f}"
