"""Measuring: tests and intervals of a pairing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import fsum

from pytest_codeeval.core.estimate import Estimate, percentile
from pytest_codeeval.results.comparison.figures import is_pass_or_fail
from pytest_codeeval.results.comparison.pairing import Pairing
from pytest_codeeval.results.comparison.row import Flip, Row
from pytest_codeeval.results.statistics import tango
from pytest_codeeval.results.statistics.mcnemar import mcnemar
from pytest_codeeval.results.statistics.power import seen_by
from pytest_codeeval.results.statistics.resampling import resampled
from pytest_codeeval.results.statistics.signflip import sign_flip
from pytest_codeeval.results.statistics.units import Strata, difference_of, flipped, standard_error

_FEW = 30
"""With fewer problems that differ a bootstrap is too narrow to stand alone."""


def measured(suite: str, pairing: Pairing, margin: float | None) -> tuple[Row, list[float]]:
    """Return the row of a pairing with common problems, not yet adjusted for others, and the differences of resamples.

    `margin` is in points.
    """
    strata, n = pairing.strata(), len(pairing.common)
    clustered = sum(map(len, strata)) < n
    # How many samples there are decides on the test, and no result does.
    once = is_pass_or_fail(pairing.metric, pairing.scores, pairing.common) and not clustered and len(strata) == 1
    shares = flipped(strata)
    losses, gains = _discordant(strata)
    few = once and losses + gains < _FEW
    whole = shares if len(strata) > 1 else [unit.difference for unit in strata[0]]
    test = mcnemar(losses, gains) if once else sign_flip(whole)
    draws = resampled(strata, suite)
    ordered = sorted(draws)
    flips = pairing.flips()
    difference = interval_of(difference_of(strata), ordered)
    unit = 0.01 if pairing.metric.percent else 1.0
    seen = seen_by(shares, passing=n if once else 0)
    row = Row(
        suite,
        pairing.metric,
        pairing.runs[0].name,
        pairing.runs[1].name,
        n,
        pairing.value(0),
        pairing.value(1),
        difference,
        standard_error(strata),
        "mcnemar" if once else "sign flip",
        test.mid,
        test.exact,
        None if seen and pairing.metric.percent and seen > 1 else seen,
        flips,
        pairing.left_out(),
        tango.interval(gains, losses, n) if few else None,
        lowest=tango.interval(gains, losses, n)[0] if once else lowest(strata, difference, _most(pairing, flips)),
        p_equivalent=None if margin is None else _equivalence(strata, ordered, margin * unit, once=once),
    )
    return row, draws


def interval_of(middle: float, draws: Sequence[float]) -> Estimate:
    """Return a mean difference with its interval by resamples in rising order; without a width, if nothing differs."""
    if draws[0] == draws[-1]:
        return Estimate(middle, middle, middle, "none")
    return Estimate(middle, min(middle, percentile(draws, 0.025)), max(middle, percentile(draws, 0.975)), "bootstrap")


def lowest(strata: Strata, difference: Estimate, most: float = 1.0) -> float:
    """Return the lower end of a difference: the bootstrap's, but that is too high for few units that are alike.

    `most` is by how much a unit may differ.
    """
    return min(difference.low, difference.value - tango.unseen([len(units) for units in strata]) * most)


def _most(pairing: Pairing, flips: Sequence[Flip]) -> float:
    """Return by how much a problem may differ: a share by one, a rating by as much as the largest that was seen."""
    figures = (abs(one) for flip in flips for one in (flip.figure_a, flip.figure_b))
    return 1.0 if pairing.metric.percent else max(figures, default=abs(pairing.value(0)))


def _discordant(strata: Strata) -> tuple[int, int]:
    """Return how many units are worse in the second run, and how many better."""
    differences = [unit.difference for units in strata for unit in units]
    return sum(one < 0 for one in differences), sum(one > 0 for one in differences)


def _equivalence(strata: Strata, draws: Sequence[float], margin: float, *, once: bool) -> float:
    """Return the p-value for a true difference as large as the margin: two one-sided tests.

    They are Tango's for passes and failures, and by the resamples else. Where these are all alike they tell nothing of
    other problems: then it is as if each had been passed or failed by both.
    """
    losses, gains = _discordant(strata)
    if once or draws[0] == draws[-1]:
        whole = fsum(unit.weight for units in strata for unit in units)
        return tango.equivalence(gains, losses, max(1, round(whole)), margin)
    beyond = max(bisect_right(draws, -margin), len(draws) - bisect_left(draws, margin))
    return (beyond + 1) / (len(draws) + 1)
