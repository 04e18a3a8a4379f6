"""Tango's score interval (1998) for the difference of two shares on the same problems; it holds for few differences."""

from __future__ import annotations

from collections.abc import Sequence
from math import copysign, fsum, inf, sqrt
from statistics import NormalDist

_NORMAL = NormalDist()
_STEPS = 60


def interval(first: int, second: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the ends of the interval for (first - second) / n: of n problems so many only one or the other passes."""
    quantile = _NORMAL.inv_cdf((1 + level) / 2)
    return -_upper(second, first, n, quantile), _upper(first, second, n, quantile)


def unseen(sizes: Sequence[int]) -> float:
    """Return how far off a mean difference may be, however alike its units are: as far as if none of them differed.

    `sizes` are how many units there are in each part, the mean of whose means it is. Of 164 it is 0.023.
    """
    ends = (interval(0, 0, n)[1] for n in sizes)
    return sqrt(fsum(end * end for end in ends)) / len(sizes)


def equivalence(first: int, second: int, n: int, margin: float) -> float:
    """Return the p-value for a true difference of at least `margin`, to either side: the larger of two one-sided."""
    if margin >= 1:
        return 0.0
    return max(_NORMAL.cdf(_score(first, second, n, margin)), _NORMAL.cdf(_score(second, first, n, margin)))


def _upper(first: int, second: int, n: int, quantile: float) -> float:
    low, high = (first - second) / n, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _score(first, second, n, middle) > -quantile else (low, middle)
    return high


def _score(first: int, second: int, n: int, difference: float) -> float:
    """Return how many standard errors the seen difference lies above one that is supposed to be true."""
    a = 2 * n
    b = (2 * n - first + second) * difference - first - second
    c = -second * difference * (1 - difference)
    share = (sqrt(max(0.0, b * b - 4 * a * c)) - b) / (2 * a)
    distance = first - second - n * difference
    variance = n * (2 * share + difference * (1 - difference))
    return distance / sqrt(variance) if variance > 0 else copysign(inf, distance) if distance else 0.0
