"""Units: what is drawn and flipped as a whole, a problem, or a cluster of those that are one in several languages.

A comparison has strata of units; its difference is the plain mean of theirs, and one is the usual case. Parts that
count once each, or several suites, are strata.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, sqrt
from typing import NamedTuple


class Unit(NamedTuple):
    """The summed differences of a unit's problems, and what these weigh: how many they are, for most metrics."""

    difference: float
    weight: float


Strata = Sequence[Sequence[Unit]]


def difference_of(strata: Strata) -> float:
    """Return the mean difference."""
    return fsum(_mean(units) for units in strata) / len(strata)


def flipped(strata: Strata) -> list[float]:
    """Return what each unit adds to the mean difference."""
    return [unit.difference / (fsum(one.weight for one in units) * len(strata)) for units in strata for unit in units]


def standard_error(strata: Strata) -> float | None:
    """Return the standard error of the mean difference, with the factor C / (C - 1) for C units; None for one unit."""
    variances = []
    for units in strata:
        if len(units) < 2:
            return None
        middle, whole = _mean(units), fsum(unit.weight for unit in units)
        spread = fsum((unit.difference - middle * unit.weight) ** 2 for unit in units)
        variances.append(spread / whole**2 * len(units) / (len(units) - 1))
    return sqrt(fsum(variances)) / len(strata)


def _mean(units: Sequence[Unit]) -> float:
    return fsum(unit.difference for unit in units) / fsum(unit.weight for unit in units)
