"""Golden values, and what holds of tests and intervals whatever the data."""

from __future__ import annotations

import random
import time
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_codeeval.results.statistics import tango
from pytest_codeeval.results.statistics.adjustment import benjamini_hochberg, holm
from pytest_codeeval.results.statistics.mcnemar import mcnemar
from pytest_codeeval.results.statistics.power import seen_by
from pytest_codeeval.results.statistics.resampling import resampled
from pytest_codeeval.results.statistics.signflip import sign_flip
from pytest_codeeval.results.statistics.units import Unit, difference_of, flipped, standard_error

COUNTS = st.integers(0, 60)


@pytest.mark.parametrize(
    ("b", "c", "exact", "mid"),
    [
        (10, 2, 0.038574, 0.022461),
        (6, 0, 0.031250, 0.015625),
        (15, 5, 0.041389, 0.026604),
        (25, 10, 0.016674, 0.011331),
        (30, 18, 0.111403, 0.085433),
        (1, 0, 1.0, 0.5),
        (5, 5, 1.0, 1.0),
        (0, 0, 1.0, 1.0),
    ],
)
def test_mcnemar(b: int, c: int, exact: float, mid: float) -> None:
    assert mcnemar(b, c) == mcnemar(c, b)
    assert mcnemar(b, c) == (pytest.approx(exact, abs=5e-7), pytest.approx(mid, abs=5e-7))


def test_all_to_one_side_needs_five_by_mid_p_and_six_exactly() -> None:
    assert [mcnemar(n, 0).mid < 0.05 for n in (4, 5)] == [False, True]
    assert [mcnemar(n, 0).exact < 0.05 for n in (5, 6)] == [False, True]


def test_thousands_of_problems_are_no_overflow() -> None:
    assert 0 < mcnemar(9000, 8000).mid < mcnemar(9000, 8000).exact < 1e-12
    assert mcnemar(9000, 10).exact == 0.0  # beyond the smallest float


def test_sign_flips_tell_sides_and_not_sizes() -> None:
    assert sign_flip([]) == sign_flip([0.0, 0.0]) == (1.0, 1.0, True)
    assert sign_flip([0.5])[:2] == (1.0, 0.5)
    assert sign_flip([0.1] * 6)[:2] == (2 / 64, 1 / 64)
    assert sign_flip([0.1, 0.2, 0.3]) == sign_flip([-3.0, -1.0, -2.0])
    # Of the eight ways +3, -2, -1 adds up to nothing, as it stands.
    assert sign_flip([0.3, -0.2, -0.1])[:2] == (1.0, 1.0)
    # 4 of 8 add up to 4 or more, either way, and 2 to just 4.
    assert sign_flip([0.3, 0.2, -0.1])[:2] == (0.5, 3 / 8)


@given(COUNTS, COUNTS)
def test_sign_flips_of_passes_and_failures_are_mcnemars_test(b: int, c: int) -> None:
    assert sign_flip([1 / 164] * b + [-1 / 164] * c + [0.0])[:2] == mcnemar(b, c)


def test_drawn_flips_agree_with_counted_ones_and_are_repeatable() -> None:
    generator = random.Random(7)
    steps = [generator.randint(-4, 6) / 10 for _ in range(100)]
    # Shares so fine that they are no multiples of anything, else the same.
    fine = [step * (1 + generator.random() * 1e-6) for step in steps]
    counted, drawn = sign_flip(steps), sign_flip(fine)
    assert (counted.counted, drawn.counted) == (True, False)
    assert drawn.mid == pytest.approx(counted.mid, abs=0.01)
    assert sign_flip(fine[::-1]) == drawn
    assert sign_flip([abs(one) for one in fine]).exact == 1 / 10_001


def test_shares_of_many_samples_of_many_problems_are_counted() -> None:
    generator = random.Random(9)
    found = sign_flip([generator.randint(-8, 9) / 20 for _ in range(1319)])
    assert found.counted
    assert 0 < found.mid < found.exact < 1


def test_holm_and_benjamini_hochberg() -> None:
    values = [0.01, 0.04, 0.03, 0.005]
    assert holm(values) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert benjamini_hochberg(values) == pytest.approx([0.02, 0.04, 0.04, 0.02])
    assert holm([]) == benjamini_hochberg([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]


@pytest.mark.parametrize(
    ("n", "share", "points"),
    [(164, 0.1, 6.9), (164, 0.2, 9.8), (164, 0.3, 12.0), (500, 0.1, 4.0), (974, 0.2, 4.0), (1319, 0.3, 4.2)],
)
def test_what_could_have_been_seen(n: int, share: float, points: float) -> None:
    found = seen_by([(share / n) ** 0.5], passing=n)  # as so many differences of 1 / n
    assert found is not None
    assert round(100 * found, 1) == points


def test_what_could_be_seen_is_no_less_than_what_could_be_significant() -> None:
    assert seen_by([], passing=164) == seen_by([1 / 164], passing=164) == 5 / 164
    assert seen_by([], passing=3) == 1.0
    assert seen_by([0.0]) is None


def test_tango() -> None:
    z2 = 1.959963984540054**2
    assert tango.interval(0, 0, 164) == (pytest.approx(-z2 / (164 + z2)), pytest.approx(z2 / (164 + z2)))
    low, high = tango.interval(41, 5, 164)
    assert low < 36 / 164 < high
    assert tango.interval(5, 41, 164) == (-high, -low)
    assert tango.interval(3, 0, 3)[1] == pytest.approx(1.0)


def test_the_ends_of_tangos_interval_are_so_many_standard_errors_away() -> None:
    def likelihood(share: float, b: int, c: int, n: int, end: float) -> float:
        return b * log(share + end) + c * log(share) + (n - b - c) * log(1 - 2 * share - end)

    for b, c, n in ((10, 2, 40), (3, 8, 164), (41, 5, 164)):
        for end in tango.interval(b, c, n):
            # The likeliest share that only the second passes, if the difference were the end: by search.
            low, high = max(0.0, -end) + 1e-9, (1 - end) / 2 - 1e-9
            for _ in range(200):
                one, other = low + (high - low) / 3, high - (high - low) / 3
                better = likelihood(one, b, c, n, end) > likelihood(other, b, c, n, end)
                low, high = (low, other) if better else (one, high)
            error = ((2 * low + end * (1 - end)) / n) ** 0.5
            assert abs((b - c) / n - end) / error == pytest.approx(1.959964, abs=1e-3)


@given(COUNTS, COUNTS, st.integers(0, 100))
def test_tangos_interval_leaves_zero_out_as_the_test_does_that_it_inverts(b: int, c: int, more: int) -> None:
    low, high = tango.interval(b, c, max(1, b + c + more))
    statistic = (b - c) ** 2 / (b + c) if b + c else 0.0
    assert -1 <= low <= high <= 1
    assert (low > 0 or high < 0) == (statistic > 1.959963984540054**2)


def test_equivalence_is_that_the_wider_interval_lies_within_the_margin() -> None:
    for b, c, n in ((0, 0, 164), (3, 5, 164), (20, 10, 1319)):
        low, high = tango.interval(b, c, n, level=0.9)
        edge = max(-low, high)
        assert tango.equivalence(b, c, n, edge) == pytest.approx(0.05, abs=1e-6)
        assert tango.equivalence(b, c, n, edge * 1.1) < 0.05 < tango.equivalence(b, c, n, edge * 0.9)
    assert tango.equivalence(3, 0, 3, 1.0) == 0.0


def test_units_weigh_what_their_problems_do() -> None:
    strata = [[Unit(1.0, 1.0), Unit(0.0, 3.0)], [Unit(-1.0, 2.0), Unit(0.0, 2.0)]]
    assert difference_of(strata) == pytest.approx((0.25 - 0.25) / 2)
    assert flipped(strata) == [0.125, 0.0, -0.125, 0.0]
    assert standard_error([[Unit(1.0, 1.0)]]) is None
    # Two clusters of two alike problems are two units: C / (C - 1) is 2.
    clustered = [[Unit(2.0, 2.0), Unit(0.0, 2.0)]]
    assert standard_error(clustered) == pytest.approx(0.5)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.sampled_from([-1.0, 0.0, 0.5, 1.0]), min_size=2, max_size=8), st.sampled_from([1, 20]), st.randoms())
def test_resamples_do_not_depend_on_the_order(values: list[float], times: int, generator: random.Random) -> None:
    units = [Unit(value, 1.0) for value in values] * times
    shuffled = units.copy()
    generator.shuffle(shuffled)
    assert resampled([units], "s") == resampled([shuffled], "s")


def test_each_suite_has_resamples_of_its_own() -> None:
    units = [[Unit(1.0, 1.0), Unit(0.0, 1.0)] * 50]
    a, b = resampled(units, "a"), resampled(units, "b")
    together = sorted((x + y) / 2 for x, y in zip(a, b, strict=True))
    # Independent: their mean is narrower by the square root of two.
    width = sorted(a)[9750] - sorted(a)[250]
    assert together[9750] - together[250] == pytest.approx(width / 2**0.5, rel=0.08)


def test_unequal_weights_and_strata_are_drawn_by_themselves() -> None:
    heavy = [Unit(float(number % 3), 1.0 + number % 3) for number in range(60)]
    draws = sorted(resampled([heavy, [Unit(0.5, 1.0)]], "s"))
    middle = (difference_of([heavy]) + 0.5) / 2
    assert draws[250] < middle < draws[9750]
    # The one unit of the second stratum comes each time, and adds no width.
    alone = sorted(resampled([heavy], "s"))
    assert draws[9750] - draws[250] == pytest.approx((alone[9750] - alone[250]) / 2)


def test_a_large_suite_takes_no_time_to_speak_of() -> None:
    generator = random.Random(8)
    few = [Unit(float(generator.choice([-1, 0, 0, 0, 1])), 1.0) for _ in range(1319)]
    began = time.process_time()
    resampled([few], "s")
    sign_flip([unit.difference / 1319 for unit in few])
    assert time.process_time() - began < 1.5
