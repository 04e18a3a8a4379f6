"""Metrics: what a suite says of its own is what its scores are added up by."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pytest_codeeval.core.estimate import mean
from pytest_codeeval.core.metric import Mean, MeanOfParts, Scored, metrics_of


def test_a_metric_that_is_derived_from_a_mean_is_not_taken_for_one() -> None:
    class Halved(Mean):
        def of_problem(self, samples: Sequence[Scored]) -> float | None:
            found = super().of_problem(samples)
            return found and found / 2

    halved = Halved("half")
    assert metrics_of([halved.to_json()], (), {}) == []
    assert metrics_of([halved.to_json()], (), {"half": halved}) == [halved]
    assert metrics_of([Mean("half", "x").to_json()], (), {}) == [Mean("half", "x")]


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
