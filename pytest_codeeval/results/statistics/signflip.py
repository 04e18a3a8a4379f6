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
    """Its two-sided p-values, as McNemar's: `exact`, and `mid`, less by half of the chance of just what was seen.

    `counted` says that all ways of flipping were, and not a drawn sample of them.
    """

    exact: float
    mid: float
    counted: bool = True


def sign_flip(differences: Sequence[float]) -> SignFlip:
    """Return the test for the sum of differences, one a problem or cluster; what is zero has no sign to flip.

    All ways are counted if there are few, or if the differences are multiples of some fraction, as those of a share of
    samples are. Else 10,000 are drawn, seeded, and the smallest p is one in 10,001.
    """
    largest = max(map(abs, differences), default=0.0)
    found = sorted(one for one in differences if abs(one) > _SAME * largest)
    seen, close = abs(fsum(found)), _SAME * fsum(map(abs, found))
    if seen <= close:
        return SignFlip(1.0, 1.0)
    steps = _steps(found)
    if steps and (counted := _counted([abs(step) for step in steps], abs(sum(steps)))):
        return counted
    if len(found) <= _MOST_FLIPPED:
        return _of_all(found, seen, close)
    return _drawn(found, seen, close)


def _steps(values: Sequence[float]) -> list[int]:
    """Return the values as multiples of a fraction of one; none if that would be too fine."""
    scale = 1
    for value in dict.fromkeys(values):
        scale = lcm(scale, Fraction(value).limit_denominator(_FINEST).denominator)
        if scale > _FINEST:
            return []
    steps = [round(value * scale) for value in values]
    close = all(abs(step - value * scale) <= _SAME * abs(step) for step, value in zip(steps, values, strict=True))
    return steps if close else []


def _counted(steps: Sequence[int], seen: int) -> SignFlip | None:
    """Return the test by all ways, None if these are too much work.

    A sum as far down as was seen has the positive ones add up to (total - seen) / 2 or less, and as many ways lead up.
    The ways to any sum of positive ones are counted by one whole number, of which each sum has so many bits as the
    number of all ways takes.
    """
    last = (sum(steps) - seen) // 2
    size = len(steps) // _BYTE + 1
    if (last + 1) * size * _BYTE * len(steps) > _MOST_WORK:
        return None
    ways, kept = 1, (1 << (last + 1) * size * _BYTE) - 1
    for step in steps:
        ways = (ways + (ways << step * size * _BYTE)) & kept
    held = ways.to_bytes((last + 1) * size, "little")
    counts = [int.from_bytes(held[start : start + size], "little") for start in range(0, len(held), size)]
    tail, whole = sum(counts), 1 << len(steps)
    return SignFlip(min(1.0, 2 * tail / whole), min(1.0, (2 * tail - counts[-1]) / whole))


def _of_all(values: Sequence[float], seen: float, close: float) -> SignFlip:
    sums = [0.0]
    for value in values:
        sums = [one + sign for one in sums for sign in (value, -value)]
    far, beyond = (sum(abs(one) >= seen + edge for one in sums) for edge in (-close, close))
    return SignFlip(far / len(sums), (far + beyond) / 2 / len(sums))


def _drawn(values: Sequence[float], seen: float, close: float) -> SignFlip:
    """Return the test by drawn flips; eight values at a time have their 256 sums in a table."""
    tables = []
    for start in range(0, len(values), _BYTE):
        sums = [0.0]
        for value in values[start : start + _BYTE]:
            sums = [*(one + value for one in sums), *(one - value for one in sums)]
        tables.append(sums * (2**_BYTE // len(sums)))
    generator = random.Random(0)
    drawn = [abs(sum(map(getitem, tables, generator.randbytes(len(tables))))) for _ in range(DRAWS)]
    far, beyond = (sum(one >= seen + edge for one in drawn) for edge in (-close, close))
    return SignFlip((far + 1) / (DRAWS + 1), ((far + beyond) / 2 + 1) / (DRAWS + 1), counted=False)
