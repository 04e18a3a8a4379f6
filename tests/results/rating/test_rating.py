"""Ratings: they find known strengths again, refuse what no battle tells, and hold styles equal."""

import itertools
import math
import operator
import random

import pytest
import scipy.optimize
import scipy.stats

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.results.rating.battle import Battle, read_battles
from pytest_codeeval.results.rating.bradley_terry import POINTS, expected, rated
from pytest_codeeval.results.rating.choosing import next_pairs
from pytest_codeeval.results.rating.elo import elo, mean_elo
from pytest_codeeval.results.rating.intervals import intervals_of, student_t
from pytest_codeeval.results.rating.style import styled
from pytest_codeeval.results.rating.winrates import win_rates

TRUE = {"a": 900.0, "b": 960.0, "c": 1040.0, "d": 1100.0}


def arena(questions, seed, true=TRUE):
    chance = random.Random(seed)
    return [
        Battle(str(question), one, other, float(chance.random() < expected(true[one], true[other])))
        for question in range(questions)
        for one, other in itertools.combinations(true, 2)
    ]


def test_ratings_are_those_of_greatest_likelihood():
    battles = [*arena(30, 1), Battle("tie", "a", "d", 0.5)]
    points = rated(battles).points

    def unlikely(values):
        at = dict(zip(TRUE, values, strict=True))
        return -sum(
            won * math.log(expected(at[one.first], at[one.second]))
            + (1 - won) * math.log(1 - expected(at[one.first], at[one.second]))
            for one in battles
            for won in [one.won]
        )

    best = scipy.optimize.minimize(unlikely, [1000.0] * 4, method="BFGS", options={"gtol": 1e-9})
    centre = sum(best.x) / 4
    assert list(points.values()) == pytest.approx([value - centre + 1000 for value in best.x], abs=0.05)
    assert sum(points.values()) == pytest.approx(4000)


def test_the_order_of_battles_counts_for_online_elo_alone():
    battles = arena(20, 2)
    backwards = battles[::-1]
    assert rated(battles).points == pytest.approx(rated(backwards).points)
    assert intervals_of(battles, 50).ends == {
        name: pytest.approx(ends) for name, ends in intervals_of(backwards, 50).ends.items()
    }
    assert elo(battles) != pytest.approx(elo(backwards), abs=0.5)
    assert mean_elo(battles, 200, k=4) == pytest.approx(mean_elo(backwards, 200, seed=1, k=4), abs=3)


def test_online_elo_is_the_published_update():
    found = elo([Battle("1", "a", "b", 1.0), Battle("2", "a", "b", 0.5)], k=32)
    second = 32 * (0.5 - 1 / (1 + 10 ** (-32 / 400)))
    assert found == pytest.approx({"a": 1016 + second, "b": 984 - second})


def test_intervals_hold_the_true_rating_as_often_as_they_say():
    held = [
        low <= TRUE[name] <= high
        for seed in range(30)
        for name, (low, high) in intervals_of(arena(40, seed), resamples=60, seed=seed).ends.items()
    ]
    assert len(held) == 120
    assert 0.91 <= sum(held) / len(held) <= 0.99


def test_resamples_that_one_side_nearly_won_do_not_widen_the_interval():
    # Of two models and ten questions: log-odds with half a win for both, over the ways to draw seven wins of ten again.
    battles = [Battle(str(number), "a", "b", float(number < 7)) for number in range(10)]
    low, high = intervals_of(battles, resamples=4000).ends["a"]
    ways = [math.comb(10, won) * 0.7**won * 0.3 ** (10 - won) for won in range(11)]
    odds = [POINTS * math.log((won + 0.5) / (10.5 - won)) for won in range(11)]
    mean = sum(map(operator.mul, ways, odds))
    spread = math.sqrt(sum(way * (one - mean) ** 2 for way, one in zip(ways, odds, strict=True)))
    assert (high - low) / 2 == pytest.approx(student_t(9) * spread / 2, rel=0.04)
    assert (high + low) / 2 == pytest.approx(rated(battles).points["a"])  # which no prior has moved


@pytest.mark.parametrize("freedom", [4, 9, 79])
def test_student(freedom):
    assert student_t(freedom) == pytest.approx(scipy.stats.t.ppf(0.975, freedom), abs=0.002)


def test_who_has_won_all_has_no_rating_but_by_a_prior():
    battles = [*(Battle(str(n), "a", "b", float(n % 2)) for n in range(10)), Battle("x", "z", "a", 1.0)]
    ratings = rated(battles)
    assert ratings.points == {"a": 1000.0, "b": 1000.0, "z": None}
    assert ratings.groups == [["a", "b"], ["z"]]
    assert set(intervals_of(battles, 20).ends) == {"a", "b"}
    with_prior = rated(battles, prior=0.5).points
    assert with_prior["z"] > with_prior["a"]


def test_those_who_never_met_are_rated_apart():
    pairs = [("a", "b"), ("c", "d")]
    battles = [Battle(str(n), *pair, float(n % 3 > 0)) for n in range(9) for pair in pairs]
    ratings = rated(battles)
    assert ratings.groups == [["a", "b"], ["c", "d"]]
    rates = win_rates(battles, ratings.points, ratings.groups)
    assert rates["a", "b"].seen == pytest.approx(6 / 9)
    assert rates["a", "b"].expected == pytest.approx(6 / 9)
    assert ("a", "c") not in rates


def test_what_length_wins_is_taken_from_the_ratings():
    chance = random.Random(3)
    battles = []
    for number in range(900):
        # Both are as good, and a's answers are longer in most cases.
        longer = chance.random() < 0.8
        lengths = (300.0, 100.0) if longer else (100.0, 300.0)
        battles.append(
            Battle(str(number), "a", "b", float(chance.random() < (0.75 if longer else 0.25)), {"length": lengths})
        )
    plain, equal = rated(battles).points, styled(battles)
    assert plain["a"] - plain["b"] > 80
    assert abs(equal.points["a"] - equal.points["b"]) < 40
    assert equal.weights["length"] > 0.3


def test_the_next_pairs_are_those_that_tell_most():
    battles = [*arena(10, 4), *(Battle(f"x{n}", "a", "b", float(n % 2)) for n in range(40))]
    chosen = next_pairs([*TRUE, "new"], battles, 12)
    assert set(chosen[:4]) == {(name, "new") for name in TRUE}
    assert ("a", "b") not in chosen
    assert next_pairs(["a"], [], 3) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"model_a": "x", "model_b": "y", "winner": "modelb"}', "did you mean 'model_b'"),
        ('{"model_a": "x", "winner": "tie"}', "'model_b' names no model"),
        ('{"model_a": "x", "model_b": "x", "winner": "tie"}', "set against itself"),
        ('{"model_a": "x", "mod', "not valid JSON"),
        ("[]", "expected a JSON object"),
    ],
)
def test_what_is_no_battle_is_said_with_its_line(tmp_path, line, message):
    path = tmp_path / "battles.jsonl"
    path.write_text('{"model_a": "x", "model_b": "y", "winner": "model_a"}\n' + line + "\n")
    with pytest.raises(UsageError, match=f"line 2: .*{message}"):
        read_battles(path)
