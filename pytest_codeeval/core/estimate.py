"""Estimates: pass@k and pass^k by their unbiased estimators, and means with a 95 % interval over problems."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb, fsum, inf, sqrt
from typing import Any

RESAMPLES = 2000
_Z95 = 1.959963984540054
_COIN = 0.25  # the variance of a problem that is passed or failed with even chances


def pass_at_k(n: int, c: int, k: int) -> float:
    """Return the chance that at least one of k samples drawn from n, of which c are correct, is correct.

    1 - C(n-c, k) / C(n, k); Chen et al., "Evaluating Large Language Models Trained on Code", 2021, equation 1.
    Raises ValueError unless 0 <= c <= n and 1 <= k <= n.
    """
    if not (0 <= c <= n and 1 <= k <= n):
        raise ValueError(f"pass@{k} of {c} correct among {n} samples: needs 0 <= c <= n and 1 <= k <= n")
    return 1.0 - comb(n - c, k) / comb(n, k)


def pass_all_k(n: int, c: int, k: int) -> float:
    """Return the chance that all of k samples drawn from n, of which c are correct, are correct: pass^k.

    C(c, k) / C(n, k); Yao et al., "τ-bench", 2024. Raises ValueError unless 0 <= c <= n and 1 <= k <= n.
    """
    if not (0 <= c <= n and 1 <= k <= n):
        raise ValueError(f"pass^{k} of {c} correct among {n} samples: needs 0 <= c <= n and 1 <= k <= n")
    return comb(c, k) / comb(n, k)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over problems with its 95 % interval, and the method that gave the interval."""

    value: float
    low: float
    high: float
    method: str

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"value": self.value, "low": self.low, "high": self.high, "method": self.method}


def mean(values: Sequence[float], *, share: bool = True, most: float = inf) -> Estimate:
    """Return the mean of problems' figures with its 95 % interval; `share` says that they lie from 0 to 1.

    Of shares the interval is Wilson's, for as many trials as the figures are worth, and no more than `most`. Of other
    figures it is a percentile bootstrap over problems (seeded, so that the same results give the same interval), which
    has no width if all are alike. Raises ValueError for no problem at all.
    """
    if not values:
        raise ValueError("the mean of no problem")
    # Sorted: results arrive in any order, and the same ones are to give the same interval to the last digit.
    ordered = sorted(values)
    if share and ordered[0] >= 0 and ordered[-1] <= 1:
        return _share([(value, 1.0) for value in ordered], most)
    return _bootstrap(tuple(ordered))


def mean_of_means(means: Sequence[Estimate]) -> Estimate:
    """Return the plain mean of independent means.

    Its interval follows from theirs ("MOVER", Zou and Donner, 2008): the distances of their ends, added as variances.
    Raises ValueError for none.
    """
    if not means:
        raise ValueError("the mean of no mean")
    n = len(means)
    middle = fsum(one.value for one in means) / n
    below = sqrt(fsum((one.value - one.low) ** 2 for one in means)) / n
    above = sqrt(fsum((one.high - one.value) ** 2 for one in means)) / n
    return Estimate(middle, middle - below, middle + above, "mover")


def ratio(sums: Sequence[tuple[float, float]]) -> Estimate:
    """Return the share that parts have of wholes, given both for each problem, with its 95 % interval over problems.

    Raises ValueError if the wholes come to nothing, or one is less than that.
    """
    wholes = [whole for _, whole in sums]
    if not any(wholes) or min(wholes) < 0:
        raise ValueError("a share of nothing")
    return _share(sorted(sums))


def _share(sums: Sequence[tuple[float, float]], most: float = inf) -> Estimate:
    """Return the share that parts have of wholes with Wilson's interval.

    Figures of several samples, or of problems of unequal weight, are worth another number of trials than there are
    problems: as many as would give a share of ones and zeros the variance that the figures have over problems, and no
    more than `most`. Where most figures are alike, as near 0 and 1, their variance says less than it seems: the next
    problem may be another one. So it is taken as if there were one more, decided by a coin; ones and zeros are a trial
    each with it and without, and figures that are all 1 or all 0 become so.
    """
    n, whole = sum(one != 0 for _, one in sums), fsum(whole for _, whole in sums)
    middle = fsum(part for part, _ in sums) / whole
    if not 0 <= middle <= 1:  # what parts and wholes are is said by a file that anybody may have edited
        return Estimate(middle, middle, middle, "none")
    spread = fsum(((part - middle * one) / whole * n) ** 2 for part, one in sums)
    trials = n * (n * middle * (1 - middle) + _COIN) / (spread + _COIN)
    return Estimate(middle, *_wilson(middle, min(trials, most)), "wilson")


@lru_cache(maxsize=64)  # the same numbers are asked for by the table, the thresholds and the files
def _bootstrap(values: tuple[float, ...]) -> Estimate:
    middle = fsum(values) / len(values)
    if values[0] == values[-1]:
        return Estimate(middle, middle, middle, "none")
    generator = random.Random(0)
    means = sorted(sum(generator.choices(values, k=len(values))) / len(values) for _ in range(RESAMPLES))
    return Estimate(middle, percentile(means, 0.025), percentile(means, 0.975), "bootstrap")


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which a share of ordered ones lies, between two of them as far as it falls there."""
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def _wilson(share: float, n: float) -> tuple[float, float]:
    """Wilson's score interval (1927) for a share of n trials."""
    center = (share + _Z95**2 / (2 * n)) / (1 + _Z95**2 / n)
    half = _Z95 * sqrt(share * (1 - share) / n + _Z95**2 / (4 * n * n)) / (1 + _Z95**2 / n)
    # The share lies inside, at worst on an end; rounding would else leave 0 or 1 outside by the last digit.
    return max(0.0, min(share, center - half)), min(1.0, max(share, center + half))
