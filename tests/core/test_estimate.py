"""pass@k, pass^k and their interval."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.core import estimate as metrics
from pytest_codeeval.core.estimate import Estimate, mean, pass_all_k, pass_at_k
from pytest_codeeval.core.metric import Mean, PassAll, PassAt, PassAtOf, Scored

N_C_K = st.integers(1, 200).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n)))
COUNTS = st.lists(
    st.integers(3, 30).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), min_size=1, max_size=8
)


def mean_pass_at_k(counts: Sequence[tuple[int, int]], k: int) -> Estimate:
    """Return the estimate of pass@k for problems given as (samples, correct)."""
    estimate = PassAt(k).estimate([[Scored(number < c, float(number < c)) for number in range(n)] for n, c in counts])
    if estimate is None:
        raise ValueError("no figure")
    return estimate


@given(N_C_K)
def test_it_is_a_probability(n_c_k: tuple[int, int, int]) -> None:
    assert 0.0 <= pass_at_k(*n_c_k) <= 1.0


@given(N_C_K)
def test_it_grows_with_the_number_correct(n_c_k: tuple[int, int, int]) -> None:
    n, c, k = n_c_k
    if c < n:
        assert pass_at_k(n, c, k) <= pass_at_k(n, c + 1, k)


@given(N_C_K)
def test_it_grows_with_k(n_c_k: tuple[int, int, int]) -> None:
    n, c, k = n_c_k
    if k < n:
        assert pass_at_k(n, c, k) <= pass_at_k(n, c, k + 1)


@pytest.mark.parametrize("n", range(1, 8))
def test_it_is_the_share_of_all_draws_that_hold_a_correct_one(n: int) -> None:
    for c in range(n + 1):
        for k in range(1, n + 1):
            draws = list(combinations([True] * c + [False] * (n - c), k))
            assert pass_at_k(n, c, k) == pytest.approx(sum(map(any, draws)) / len(draws))
            assert pass_all_k(n, c, k) == pytest.approx(sum(map(all, draws)) / len(draws))


@pytest.mark.parametrize("n", [1, 5, 200])
def test_with_as_many_draws_as_samples_one_correct_is_enough(n: int) -> None:
    assert [pass_at_k(n, 0, n), pass_at_k(n, 1, n)] == [0.0, 1.0]


def test_large_numbers_stay_exact() -> None:
    product = math.prod(1 - 100 / n for n in range(10_000 - 5_000 + 1, 10_000 + 1))
    assert pass_at_k(10_000, 5_000, 100) == pytest.approx(1 - product)


@pytest.mark.parametrize(("n", "c", "k"), [(5, 6, 1), (5, -1, 1), (5, 1, 0), (5, 1, 6), (0, 0, 1)])
def test_impossible_numbers_are_refused(n: int, c: int, k: int) -> None:
    with pytest.raises(ValueError, match=f"pass@{k} of {c} correct among {n}"):
        pass_at_k(n, c, k)
    with pytest.raises(ValueError, match=f"pass.{k} of {c} correct among {n}"):
        pass_all_k(n, c, k)


def test_a_problem_has_a_figure_for_as_many_draws_as_it_has_samples() -> None:
    two = [Scored(True, 1.0), Scored(False, 0.0)]
    assert [PassAt(2).of_problem(two), PassAll(2).of_problem(two)] == [1.0, 0.0]
    assert [PassAt(3).of_problem(two), PassAll(3).of_problem(two)] == [None, None]


@given(COUNTS, st.integers(1, 3))
def test_the_interval_holds_the_mean_and_lies_between_nothing_and_all(counts: list[tuple[int, int]], k: int) -> None:
    estimate = mean_pass_at_k(counts, k)
    assert 0.0 <= estimate.low <= estimate.value <= estimate.high <= 1.0


@pytest.mark.parametrize("c", [0, 1, 2, 3])
def test_the_interval_holds_the_mean_where_all_problems_end_alike(c: int) -> None:
    for problems in range(1, 200):
        estimate = mean_pass_at_k([(3, c)] * problems, 1)
        assert estimate.method == "wilson"
        assert 0.0 <= estimate.low <= estimate.value <= estimate.high <= 1.0
        assert estimate.low < estimate.high


def test_the_same_results_give_the_same_interval_and_leave_the_global_generator_alone() -> None:
    counts = [(40, c) for c in range(0, 41, 4)]
    random.seed(1)
    before = random.getstate()
    found = []
    for again in (counts, counts[::-1]):
        metrics._bootstrap.cache_clear()  # what another run has not got
        found.append([mean_pass_at_k(again, 5), mean([float(c) for _, c in again], share=False)])
    assert found[0] == found[1]
    assert random.getstate() == before


def test_the_bootstrap_of_ratings_agrees_with_the_normal_approximation_on_many_problems() -> None:
    estimate = mean([9.0] * 120 + [4.0] * 80, share=False)
    half = 1.96 * 5 * math.sqrt(0.6 * 0.4 / 200)
    assert (estimate.value, estimate.method) == (7.0, "bootstrap")
    assert estimate.low == pytest.approx(7 - half, abs=0.075)
    assert estimate.high == pytest.approx(7 + half, abs=0.075)
    assert mean([3.0, 3.0], share=False) == Estimate(3.0, 3.0, 3.0, "none")


def test_problems_that_score_all_or_nothing_are_trials() -> None:
    # Wilson's interval for 17 of 24 by the formula of the textbook.
    estimate = mean_pass_at_k([(1, 1)] * 17 + [(1, 0)] * 7, 1)
    z2 = 1.959963984540054**2
    middle, half = (17 + z2 / 2) / (24 + z2), math.sqrt(z2 * (17 * 7 / 24 + z2 / 4)) / (24 + z2)
    assert (estimate.low, estimate.high) == (pytest.approx(middle - half), pytest.approx(middle + half))


def test_samples_are_no_problems() -> None:
    once, alike, apart = (
        mean_pass_at_k(counts, 1)
        for counts in (
            [(1, 1), (1, 0)] * 50,
            [(10, 10), (10, 0)] * 50,  # ten samples that say the same tell no more than one
            [(10, 6), (10, 4)] * 50,
        )
    )
    assert (alike.low, alike.high) == (pytest.approx(once.low), pytest.approx(once.high))
    # Ten trials a problem at most, though these are as even as if they were 25.
    assert apart.high - apart.low == pytest.approx((once.high - once.low) / math.sqrt(10), rel=0.05)


def test_figures_are_worth_no_more_than_their_samples() -> None:
    counts = [(4, 2)] * 100  # by their variance alone, which is none, worth endless trials
    passed = [[Scored(number < c, 0.0) for number in range(n)] for n, c in counts]
    accuracy, of_one = Mean("accuracy").estimate(passed), mean_pass_at_k(counts, 1)
    z2 = 1.959963984540054**2
    assert of_one.high - 0.5 == pytest.approx(math.sqrt(z2 / (400 + z2)) / 2)
    assert accuracy is not None
    assert (accuracy.low, accuracy.high) == (of_one.low, of_one.high)
    assert math.isinf(Mean("turns", "turns").trials(passed[0]))
    assert (PassAll(2).trials(passed[0]), PassAtOf("m", 2).trials(passed[0])) == (4, 4)


def test_problems_that_are_nearly_alike_may_be_followed_by_another_one() -> None:
    # Of pass@10 these are 99 times 1 and once 0.99995, whose variance would be that of millions of trials.
    alike, nearly = (mean_pass_at_k([(20, 20)] * 99 + [(20, c)], 10) for c in (20, 9))
    assert (nearly.low, nearly.high) == (pytest.approx(alike.low, abs=1e-4), pytest.approx(1))
    z2 = 1.959963984540054**2
    assert alike.low == pytest.approx(1 - z2 / (100 + z2))  # a trial each


@pytest.mark.parametrize(
    ("problems", "n", "k", "chances"),
    [
        (164, 100, 10, lambda chance: chance.betavariate(1.5, 0.1)),
        (40, 100, 1, lambda chance: chance.betavariate(0.05, 3.0)),
        (40, 100, 10, lambda chance: chance.choices((1.0, 0.5, 0.0), (93, 4, 3))[0]),
    ],
)
def test_the_interval_holds_the_truth_where_most_problems_are_alike(
    problems: int, n: int, k: int, chances: Callable[[random.Random], float]
) -> None:
    # Without the problem that a coin decides it does in 86 %, 84 % and 72 % of cases.
    chance = random.Random(0)
    drawn = [chances(chance) for _ in range(4000)]
    figures = [pass_at_k(n, sum(chance.random() < p for _ in range(n)), k) for p in drawn]
    truth = math.fsum(figures) / len(figures)
    found = [mean(chance.choices(figures, k=problems), most=problems * n) for _ in range(400)]
    assert sum(one.low <= truth <= one.high for one in found) >= 0.94 * len(found)


def test_what_is_no_share_has_no_interval_of_one() -> None:
    assert mean([0.5, 2.5, 3.0]).method == "bootstrap"
    assert metrics.ratio([(3.0, 1.0), (2.0, 1.0)]) == Estimate(2.5, 2.5, 2.5, "none")
    for wholes in [(0.0, 0.0), (1.0, -1.0), (-1.0, -2.0)]:
        with pytest.raises(ValueError, match="of nothing"):
            metrics.ratio([(1.0, whole) for whole in wholes])


def test_the_unit_of_parts_and_wholes_makes_no_difference() -> None:
    sums = [(1.0, 2.0), (3.0, 3.0), (0.0, 0.0), (0.0, 1.0), (2.0, 4.0)]
    plain, tiny = (metrics.ratio([(part * unit, whole * unit) for part, whole in sums]) for unit in (1.0, 1e-200))
    assert (tiny.low, tiny.high) == (pytest.approx(plain.low), pytest.approx(plain.high))
    assert (plain.low, plain.high) == (
        pytest.approx(metrics.ratio([one for one in sums if one[1]]).low),
        pytest.approx(metrics.ratio([*sums, (0.0, 0.0)]).high),
    )


def test_more_problems_narrow_the_interval() -> None:
    few, many = (mean_pass_at_k([(1, 1), (1, 0)] * times, 1) for times in (10, 100))
    assert many.high - many.low < (few.high - few.low) / 2


def test_wilson_is_that_of_the_textbook() -> None:
    # 95 % Wilson interval for 0 of 10 is [0, z²/(n+z²)].
    assert mean_pass_at_k([(1, 0)] * 10, 1).high == pytest.approx(3.8415 / 13.8415, abs=1e-4)


def test_no_problem_has_no_mean() -> None:
    assert PassAt(1).estimate([]) is None
    with pytest.raises(ValueError, match="no problem"):
        mean([])


def test_a_problem_with_too_few_samples_leaves_no_figure() -> None:
    enough, few = [Scored(True, 1.0)] * 3, [Scored(True, 1.0)]
    assert PassAt(2).estimate([enough, enough]) is not None
    assert PassAt(2).estimate([enough, few]) is None
