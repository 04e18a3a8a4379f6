"""Tests and adjustments agree with those of scipy and statsmodels, which import slowly and are asked here alone."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as their_mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from pytest_codeeval.core.estimate import mean
from pytest_codeeval.results.statistics.adjustment import benjamini_hochberg, holm
from pytest_codeeval.results.statistics.mcnemar import mcnemar
from pytest_codeeval.results.statistics.resampling import resampled
from pytest_codeeval.results.statistics.signflip import sign_flip
from pytest_codeeval.results.statistics.units import Unit, standard_error


def test_mcnemar_on_a_thousand_tables() -> None:
    generator = random.Random(1)
    for _ in range(1000):
        b, c = (generator.randrange(generator.choice([4, 30, 600])) for _ in range(2))
        found = mcnemar(b, c)
        exact = their_mcnemar([[5, b], [c, 7]], exact=True).pvalue
        assert found.exact == pytest.approx(exact, rel=1e-9), (b, c)
        mid = 1.0 if b == c else exact - stats.binom.pmf(min(b, c), b + c, 0.5)
        assert found.mid == pytest.approx(mid, rel=1e-9), (b, c)


def test_sign_flips_of_passes_and_failures_are_the_exact_test() -> None:
    generator = random.Random(2)
    for _ in range(200):
        b, c = generator.randrange(80), generator.randrange(80)
        differences = [1 / 200] * b + [-1 / 200] * c + [0.0] * 40
        expected = stats.binomtest(b, b + c).pvalue if b + c else 1.0
        found = sign_flip(differences)
        assert (found.exact, found.counted) == (pytest.approx(expected, rel=1e-9), True), (b, c)


@pytest.mark.parametrize("finest", [10, 7, 0])
def test_sign_flips_of_any_differences(finest: int) -> None:
    generator = np.random.default_rng(3)
    for _ in range(15):
        drawn = generator.normal(0.2, 0.5, size=10)
        differences = np.round(drawn * finest) / finest if finest else drawn
        options = {"permutation_type": "samples", "n_resamples": np.inf, "vectorized": True}
        expected = stats.permutation_test((differences,), lambda x, axis: x.sum(axis=axis), **options).pvalue
        found = sign_flip([float(one) for one in differences])
        assert (found.exact, found.counted) == (pytest.approx(expected, rel=1e-9), True)


@pytest.mark.parametrize(
    ("ours", "theirs", "times"),
    [(holm, "holm", 8), (benjamini_hochberg, "fdr_bh", 200)],  # their Holm seeks a level that nobody asks for
)
def test_adjustments(ours: Callable[[list[float]], list[float]], theirs: str, times: int) -> None:
    generator = random.Random(4)
    for _ in range(times):
        values = [generator.random() ** 4 for _ in range(generator.randrange(1, 12))]
        assert ours(values) == pytest.approx(multipletests(values, method=theirs)[1])


def test_the_interval_of_passes_and_failures_is_wilsons() -> None:
    generator = random.Random(5)
    for _ in range(200):
        n = generator.randrange(1, 400)
        passed = generator.randrange(n + 1)
        found = mean([1.0] * passed + [0.0] * (n - passed))
        low, high = proportion_confint(passed, n, method="wilson")
        assert (found.low, found.high) == (pytest.approx(low, abs=1e-12), pytest.approx(high, abs=1e-12))


@pytest.mark.parametrize("samples", [1, 10, 0])
def test_the_bootstrap_and_the_standard_error(samples: int) -> None:
    generator = np.random.default_rng(6)
    drawn = np.clip(generator.normal(0.1, 0.5, size=120), -1, 1)
    values = np.round(drawn * samples) / samples if samples else drawn
    units = [[Unit(float(value), 1.0) for value in values]]
    options = {"method": "percentile", "n_resamples": 10_000, "rng": generator}
    theirs = stats.bootstrap((values,), np.mean, **options).confidence_interval
    ours = sorted(resampled(units, "s"))
    width = theirs.high - theirs.low
    assert ours[250] == pytest.approx(theirs.low, abs=0.06 * width)
    assert ours[9750] == pytest.approx(theirs.high, abs=0.06 * width)
    assert np.std(ours) == pytest.approx(np.std(values) / 120**0.5, rel=0.03)
    assert standard_error(units) == pytest.approx(stats.sem(values))
