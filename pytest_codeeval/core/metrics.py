"""pass@k by the unbiased estimator of Chen et al. (2021), with a 95 % interval over problems."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb, fsum, sqrt
from typing import Any

RESAMPLES = 2000
_Z95 = 1.959963984540054


def pass_at_k(n: int, c: int, k: int) -> float:
    """Return the chance that at least one of k samples drawn from n, of which c are correct, is correct.

    1 - C(n-c, k) / C(n, k); Chen et al., "Evaluating Large Language Models Trained on Code", 2021, equation 1.
    Raises ValueError unless 0 <= c <= n and 1 <= k <= n.
    """
    if not (0 <= c <= n and 1 <= k <= n):
        raise ValueError(f"pass@{k} of {c} correct among {n} samples: needs 0 <= c <= n and 1 <= k <= n")
    return 1.0 - comb(n - c, k) / comb(n, k)


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


def mean_pass_at_k(counts: Sequence[tuple[int, int]], k: int) -> Estimate:
    """Return mean pass@k over problems given as (samples, correct), each with at least k samples.

    The interval is a percentile bootstrap over problems (seeded, so that the same results give the same interval).
    Where all problems score alike a bootstrap has no width, and a Wilson interval over problems stands instead.
    Raises ValueError for no problem at all or one with fewer than k samples.
    """
    if not counts:
        raise ValueError("pass@k of no problem")
    # Sorted: results arrive in any order, and the same ones are to give the same interval to the last digit.
    return _estimate(tuple(sorted(pass_at_k(n, c, k) for n, c in counts)))


@lru_cache(maxsize=64)  # the same numbers are asked for by the table, the thresholds and the files
def _estimate(values: tuple[float, ...]) -> Estimate:
    mean = fsum(values) / len(values)
    if values[0] == values[-1]:
        return Estimate(mean, *_wilson(mean, len(values)), "wilson")
    generator = random.Random(0)
    means = sorted(sum(generator.choices(values, k=len(values))) / len(values) for _ in range(RESAMPLES))
    return Estimate(mean, _percentile(means, 0.025), _percentile(means, 0.975), "bootstrap")


def _percentile(ordered: Sequence[float], share: float) -> float:
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def _wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's score interval (1927) for a share of n trials."""
    center = (share + _Z95**2 / (2 * n)) / (1 + _Z95**2 / n)
    half = _Z95 * sqrt(share * (1 - share) / n + _Z95**2 / (4 * n * n)) / (1 + _Z95**2 / n)
    # The share lies inside, at worst on an end; rounding would else leave 0 or 1 outside by the last digit.
    return max(0.0, min(share, center - half)), min(1.0, max(share, center + half))
