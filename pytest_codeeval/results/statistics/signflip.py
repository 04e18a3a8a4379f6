"""Sign flips: whether differences lie to one side, judged by what they add up to if each might have gone either way."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from math import fsum, lcm
from operator import getitem
from typing import NamedTuple

DRAWS = 10_000
_MOST_FLIPPED = 16  # all 2^16 ways are gone through
_FINEST = 10_000
_MOST_WORK = 1 << 33
_SAME = 1e-9
_BYTE = 8


class SignFlip(NamedTuple):
    """A two-sided p-value, and whether it counts all ways of flipping or a drawn sample of them."""

    p: float
    exact: bool


def sign_flip(differences: Sequence[float]) -> SignFlip:
    """Return the test for the sum of differences, one a problem or cluster; what is zero has no sign to flip.

    All ways are counted if there are few, or if the differences are multiples of some fraction, as those of a share of
    samples are. Else 10,000 are drawn, seeded, and the smallest p is one in 10,001.
    """
    largest = max(map(abs, differences), default=0.0)
    found = sorted(abs(one) for one in differences if abs(one) > _SAME * largest)
    seen = abs(fsum(differences))
    if not found or seen <= _SAME * largest * len(found):
        return SignFlip(1.0, exact=True)
    steps = _steps(found)
    if steps is not None and (p := _counted(steps[0], round(seen * steps[1]))) is not None:
        return SignFlip(p, exact=True)
    least = seen - _SAME * fsum(found)
    if len(found) <= _MOST_FLIPPED:
        return SignFlip(_of_all(found, least), exact=True)
    return SignFlip(_drawn(found, least), exact=False)


def _steps(values: Sequence[float]) -> tuple[list[int], int] | None:
    """Return the values as whole numbers of a fraction of one, and that fraction's denominator; None if too fine."""
    scale = 1
    for value in dict.fromkeys(values):
        scale = lcm(scale, Fraction(value).limit_denominator(_FINEST).denominator)
        if scale > _FINEST:
            return None
    steps = [round(value * scale) for value in values]
    close = all(abs(step - value * scale) <= _SAME * step for step, value in zip(steps, values, strict=True))
    return (steps, scale) if close else None


def _counted(steps: Sequence[int], seen: int) -> float | None:
    """Return the share of all ways in which the sum lies as far from zero as was seen; None if that is too much work.

    A sum of s or more has the positive ones add up to (total + s) / 2 or more; the ways to any sum of positive ones are
    counted by one whole number, of which each sum has so many bits as the number of all ways takes.
    """
    last = (sum(steps) - seen) // 2  # by symmetry: what is left out adds up to no more
    room = (len(steps) // _BYTE + 1) * _BYTE
    if last < 0:
        return 0.0
    if (last + 1) * room * len(steps) > _MOST_WORK:
        return None
    ways, kept = 1, (1 << (last + 1) * room) - 1
    for step in steps:
        ways = (ways + (ways << step * room)) & kept
    held = ways.to_bytes((last + 1) * room // _BYTE, "little")
    size = room // _BYTE
    tail = sum(int.from_bytes(held[start : start + size], "little") for start in range(0, len(held), size))
    share: float = 2 * tail / (1 << len(steps))
    return min(1.0, share)


def _of_all(values: Sequence[float], least: float) -> float:
    sums = [0.0]
    for value in values:
        sums = [one + sign for one in sums for sign in (value, -value)]
    return sum(abs(one) >= least for one in sums) / len(sums)


def _drawn(values: Sequence[float], least: float) -> float:
    """Return the p-value by drawn flips; eight values at a time have their 256 sums in a table."""
    tables = []
    for start in range(0, len(values), _BYTE):
        sums = [0.0]
        for value in values[start : start + _BYTE]:
            sums = [*(one + value for one in sums), *(one - value for one in sums)]
        tables.append(sums * (2**_BYTE // len(sums)))
    generator = random.Random(0)
    drawn = (generator.randbytes(len(tables)) for _ in range(DRAWS))
    far: int = sum(abs(sum(map(getitem, tables, one))) >= least for one in drawn)
    return (far + 1) / (DRAWS + 1)
