"""Resampling: the paired bootstrap, which draws units with replacement and takes the mean difference each time."""

from __future__ import annotations

import random
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from math import fsum
from operator import mul

from pytest_codeeval.results.statistics.units import Strata, Unit

RESAMPLES = 10_000
_KIND_COSTS = 8  # drawings of single units
_NOTHING = 1e-18


def resampled(strata: Strata, seed: str) -> list[float]:
    """Return the mean difference of each of 10,000 resamples; the order of the units changes nothing.

    With seeds of their own those of several suites are independent, and may be added up one by one.
    """
    generator = random.Random(f"paired bootstrap of {seed}".encode("utf-8", "surrogatepass"))
    sums = [0.0] * RESAMPLES
    for units in strata:
        for number, mean in enumerate(_means(Counter(units), generator)):
            sums[number] += mean
    return [one / len(strata) for one in sums]


def _means(kinds: Counter[Unit], generator: random.Random) -> Iterator[float]:
    """Yield the mean difference of each resample.

    Units are of few kinds in most cases (better, worse, alike), so that how often each comes is drawn at once.
    """
    ordered, n = sorted(kinds), kinds.total()
    differences, weights = zip(*ordered, strict=True)
    whole = n * weights[0] if len(set(weights)) == 1 else None
    if len(ordered) * _KIND_COSTS > n:
        units = sorted(kinds.elements())
        by_difference = [unit.difference for unit in units]
        for _ in range(RESAMPLES):
            if whole:
                yield sum(generator.choices(by_difference, k=n)) / whole
            else:
                drawn = generator.choices(units, k=n)
                yield _ratio(sum(unit.difference for unit in drawn), sum(unit.weight for unit in drawn))
        return
    counts = Counts([kinds[unit] for unit in ordered])
    for _ in range(RESAMPLES):
        found = counts.draw(generator)
        yield _ratio(sum(map(mul, found, differences)), whole or sum(map(mul, found, weights)))


def _ratio(difference: float, weight: float) -> float:
    return difference / weight if weight else 0.0


class Counts:
    """How many of each kind are drawn, with replacement: of the first, then of the second among the rest, and so on."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self._sizes = sizes
        self._tables: dict[tuple[int, int], tuple[int, list[float]]] = {}

    def draw(self, generator: random.Random) -> list[int]:
        """Draw as many as there are; return how many of each kind came."""
        found, left = [], sum(self._sizes)
        among = left
        for kind, size in enumerate(self._sizes):
            count = left
            if left and size < among:
                if (kind, left) not in self._tables:
                    self._tables[kind, left] = _binomial(left, size / among)
                least, shares = self._tables[kind, left]
                count = least + bisect(shares, generator.random(), 0, len(shares) - 1)
            found.append(count)
            left -= count
            among -= size
        return found


def _binomial(n: int, share: float) -> tuple[int, list[float]]:
    """Return the smallest count out of n that is worth mention, and the chances of it and of each above, added up."""
    top = min(n, int((n + 1) * share))
    odds = share / (1 - share)
    weights, weight = [1.0], 1.0
    for count in range(top, n):
        weight *= (n - count) / (count + 1) * odds
        if weight < _NOTHING:
            break
        weights.append(weight)
    below, weight = [], 1.0
    for count in range(top, 0, -1):
        weight *= count / (n - count + 1) / odds
        if weight < _NOTHING:
            break
        below.append(weight)
    all_weights = below[::-1] + weights
    whole = fsum(all_weights)
    return top - len(below), [one / whole for one in accumulate(all_weights)]
