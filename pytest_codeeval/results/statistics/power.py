"""Power: which difference a comparison of this size could have seen."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, sqrt
from statistics import NormalDist

_LEVEL, _POWER = 0.05, 0.8
_DISTANCE = NormalDist().inv_cdf(1 - _LEVEL / 2) + NormalDist().inv_cdf(_POWER)
_FEWEST = 5
"""So many problems that only one model passes, and none that only the other, are the fewest with p below .05."""


def seen_by(shares: Sequence[float], *, passing: int = 0) -> float | None:
    """Return the smallest true difference that would be found in four of five such comparisons, at the level of .05.

    `shares` are what units add to the mean difference. `passing` is the number of problems if each passes or fails,
    which bounds it from below. None if nothing differs, and nothing else is known.
    """
    found = _DISTANCE * sqrt(fsum(share**2 for share in shares))
    return max(found, min(1.0, _FEWEST / passing)) if passing else found or None
