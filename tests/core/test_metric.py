"""Metrics: what a suite says of its own is what its scores are added up by."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pytest_codeeval.core.estimate import mean
from pytest_codeeval.core.metric import PASS_AT, Mean, MeanOfParts, PassAll, PassAt, PassAtOf, Scored, Share, metrics_of


def test_a_metric_that_is_derived_from_a_mean_is_not_taken_for_one() -> None:
    class Halved(Mean):
        def of_problem(self, samples: Sequence[Scored]) -> float | None:
            found = super().of_problem(samples)
            return found and found / 2

    halved = Halved("half")
    assert metrics_of([halved.to_json()], (), {}) == []
    assert metrics_of([halved.to_json()], (), {"half": halved}) == [halved]
    assert metrics_of([Mean("half", "x").to_json()], (), {}) == [Mean("half", "x")]


def test_a_share_adds_up_what_problems_have_of_it() -> None:
    share = Share("all", "right", "asked")
    assert metrics_of([share.to_json()], (), {}) == [share]

    def sample(right: float, asked: float) -> Scored:
        return Scored(right == asked, right, {"right": right, "asked": asked})

    found = share.estimate([[sample(3, 3)], [sample(0, 1), sample(1, 1)], [sample(0, 2)]])
    assert found is not None
    assert (round(found.value, 6), found.method) == (round(3.5 / 6, 6), "wilson")
    assert 0 <= found.low < found.value < found.high <= 1
    alike = share.estimate([[sample(1, 3)], [sample(2, 6)]])
    assert alike is not None
    assert (round(alike.value, 6), alike.method) == (0.333333, "wilson")
    assert share.estimate([[sample(1, 1)], [Scored(True, 1, {"right": 1})]]) is None
    assert share.estimate([[sample(0, 0)]]) is None
    assert share.estimate([[sample(1, 1)], [sample(0, -1)]]) is None
    assert share.of_problem([sample(1, 2), sample(1, -2)]) is None
    assert share.estimate([]) is None
    assert share.of_problem([sample(1, 2), sample(2, 2)]) == 0.75
    assert share.of_problem([]) is None


def one(part: str, value: float) -> list[Scored]:
    return [Scored(bool(value), value, {part: value})]


def test_each_part_counts_once_in_the_mean_of_parts() -> None:
    metric = MeanOfParts("mean", ("a", "b"))
    (again,) = metrics_of([metric.to_json()], (), {})
    assert again == metric
    problems = [one("a", 1.0), one("a", 1.0), one("a", 1.0), one("b", 0.0)]
    found = again.estimate(problems)
    assert found is not None
    assert (found.value, found.method) == (0.5, "mover")
    assert 0 < found.low < 0.5 < found.high < 1
    # The interval is that of the parts, which are independent.
    a, b = mean([1.0] * 3), mean([0.0])
    assert found.low == pytest.approx(0.5 - ((a.value - a.low) ** 2 + (b.value - b.low) ** 2) ** 0.5 / 2)
    assert found.high == pytest.approx(0.5 + ((a.high - a.value) ** 2 + (b.high - b.value) ** 2) ** 0.5 / 2)


def test_there_is_no_mean_of_parts_while_one_of_them_has_no_figure() -> None:
    assert MeanOfParts("mean", ("a", "b")).estimate([one("a", 1.0)]) is None
    assert MeanOfParts("mean").estimate([one("a", 1.0)]) is None


def test_a_measure_may_say_which_samples_pass() -> None:
    family = PassAtOf("base")
    assert metrics_of([PASS_AT.to_json(), family.to_json()], (2,), {}) == [
        PassAt(2),
        PassAll(2),
        PassAtOf("base", 2),
    ]
    assert [metric.name for metric in metrics_of([family.to_json()], (), {})] == [
        "base pass@1",
        "base pass@10",
        "base pass@100",
    ]
    samples = [Scored(False, 0.0, {"base": base}) for base in (1.0, 0.0, 0.0)]
    assert PassAtOf("base", 1).of_problem(samples) == pytest.approx(1 / 3)
    assert PassAtOf("base", 2).of_problem(samples) == pytest.approx(2 / 3)
    assert PassAtOf("base", 10).of_problem(samples) is None
    assert PassAtOf("base", 1).of_problem([*samples, Scored(True, 1.0)]) is None
    assert family.of_problem(samples) is None
