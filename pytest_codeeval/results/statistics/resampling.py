"""Resampling: the paired bootstrap, which draws units with replacement and takes the mean difference each time."""

from __future__ import annotations

import random
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from math import fsum

from pytest_codeeval.results.statistics.units import Strata, Unit

RESAMPLES = 10_000
_MOST_KINDS = 40
_NOTHING = 1e-18


def resampled(strata: Strata, seed: str) -> list[float]:
    """Return the mean differences of 10,000 resamples in rising order; the order of the units changes nothing."""
    generator = random.Random(f"paired bootstrap of {seed}")
    sums = [0.0] * RESAMPLES
    for units in strata:
        for number, mean in enumerate(_means(Counter(units), generator)):
            sums[number] += mean
    return sorted(one / len(strata) for one in sums)


def _means(kinds: Counter[Unit], generator: random.Random) -> Iterator[float]:
    """Yield the mean difference of each resample.

    Units are of few kinds in most cases (better, worse, alike), so that how often each is drawn is drawn at once.
    """
    ordered = sorted(kinds)
    n = kinds.total()
    if len(ordered) > _MOST_KINDS:
        alike = len({unit.weight for unit in ordered}) == 1
        units = sorted(kinds.elements())
        differences, whole = [unit.difference for unit in units], n * units[0].weight
        for _ in range(RESAMPLES):
            if alike:
                yield sum(generator.choices(differences, k=n)) / whole
            else:
                yield _ratio(generator.choices(units, k=n))
        return
    counts = _counts([kinds[unit] for unit in ordered], generator)
    for _ in range(RESAMPLES):
        drawn = list(zip(ordered, counts(), strict=True))
        whole = fsum(count * unit.weight for unit, count in drawn)
        yield fsum(count * unit.difference for unit, count in drawn) / whole if whole else 0.0


def _ratio(units: Sequence[Unit]) -> float:
    whole = fsum(unit.weight for unit in units)
    return fsum(unit.difference for unit in units) / whole if whole else 0.0


def _counts(sizes: Sequence[int], generator: random.Random) -> Callable[[], list[int]]:
    """Return what draws as many units as there are, and says how many are of each kind: of the first, of the second
    among the rest, and so on.
    """
    tables: dict[tuple[int, int], tuple[int, list[float]]] = {}
    n = sum(sizes)

    def draw() -> list[int]:
        found, left, among = [], n, n
        for kind, size in enumerate(sizes):
            if left and size < among:
                if (kind, left) not in tables:
                    tables[kind, left] = _binomial(left, size / among)
                least, shares = tables[kind, left]
                count = least + min(bisect(shares, generator.random()), len(shares) - 1)
            else:
                count = left
            found.append(count)
            left -= count
            among -= size
        return found

    return draw


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
