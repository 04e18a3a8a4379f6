"""Differences between runs as the page shows them: how large, how sure, and how small a one could have been seen."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.results.results import Results

MOST = 300


@dataclass(frozen=True)
class Pair:
    """Two runs on a suite, as text; `flips` is the number of problems that one solves and the other does not."""

    suite: str
    a: str
    b: str
    n: int
    value_a: str
    value_b: str
    difference: str
    p: str
    seen: str
    verdict: str
    flips: int


@dataclass(frozen=True)
class Differences:
    """The pairs of a comparison, at most `MOST`; `left_out` is how many more there are, `refused` why there is none."""

    pairs: Sequence[Pair] = ()
    left_out: int = 0
    refused: str = ""

    @classmethod
    def of(cls, results: Results) -> Differences:
        """Compare the runs, as far as that can be done."""
        if len(results.runs) < 2:
            return cls()
        try:
            compare = importlib.import_module("pytest_codeeval.results.comparison").compare
        except ImportError:
            return cls(refused="this version cannot compare runs.")
        try:
            rows = compare(results).rows
        except UsageError as error:
            return cls(refused=str(error))
        return cls([_pair(row) for row in rows[:MOST]], max(0, len(rows) - MOST))


def _pair(row: Any) -> Pair:
    found = row.difference
    return Pair(
        row.suite,
        row.a,
        row.b,
        row.n,
        f"{100 * row.value_a:.1f}",
        f"{100 * row.value_b:.1f}",
        f"{100 * found.value:+.1f} ({100 * found.low:+.1f} to {100 * found.high:+.1f})",
        _probability(row.p_adjusted),
        f"≥ {100 * row.seen:.1f}",
        row.verdict,
        len(row.flips),
    )


def _probability(p: float) -> str:
    return "< 0.0001" if p < 0.0001 else f"{p:.2g}" if p < 0.01 else f"{p:.2f}"
