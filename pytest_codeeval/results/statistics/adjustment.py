"""Adjustment of p-values for how many comparisons were made at once."""

from __future__ import annotations

from collections.abc import Sequence


def holm(values: Sequence[float]) -> list[float]:
    """Return p-values by which the chance of any false alarm among all stays at its level (Holm, 1979)."""
    found, largest = [0.0] * len(values), 0.0
    for rank, place in enumerate(_rising(values)):
        largest = max(largest, min(1.0, (len(values) - rank) * values[place]))
        found[place] = largest
    return found


def benjamini_hochberg(values: Sequence[float]) -> list[float]:
    """Return p-values by which the expected share of false alarms among all alarms does (Benjamini, Hochberg, 1995)."""
    found, smallest = [0.0] * len(values), 1.0
    for rank, place in reversed(list(enumerate(_rising(values), 1))):
        smallest = min(smallest, values[place] * len(values) / rank)
        found[place] = smallest
    return found


def _rising(values: Sequence[float]) -> list[int]:
    return sorted(range(len(values)), key=lambda place: values[place])
