"""Krippendorff's alpha: how far several judges agree, 1 if in all, 0 if no more than by chance."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum


def krippendorff(units: Sequence[Sequence[float]]) -> float | None:
    """Return alpha for figures of an interval scale: each unit has what those said of it who judged it.

    None if no unit was judged by two, or all of them said one and the same, so that chance cannot be told.
    """
    pairable = [unit for unit in units if len(unit) > 1]
    every = [value for unit in pairable for value in unit]
    if not every:
        return None
    observed = fsum(_apart(unit) / (len(unit) - 1) for unit in pairable) / len(every)
    expected = _apart(every) / (len(every) * (len(every) - 1))
    return 1 - observed / expected if expected > 0 else None


def _apart(values: Sequence[float]) -> float:
    """Return the sum of the squared differences of all ordered pairs."""
    return 2 * (len(values) * fsum(value**2 for value in values) - fsum(values) ** 2)
