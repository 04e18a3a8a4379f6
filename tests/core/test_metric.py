"""Metrics: what a suite says of its own is what its scores are added up by."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_codeeval.core.metric import Mean, Scored, metrics_of


def test_a_metric_that_is_derived_from_a_mean_is_not_taken_for_one() -> None:
    class Halved(Mean):
        def of_problem(self, samples: Sequence[Scored]) -> float | None:
            found = super().of_problem(samples)
            return found and found / 2

    halved = Halved("half")
    assert metrics_of([halved.to_json()], (), {}) == []
    assert metrics_of([halved.to_json()], (), {"half": halved}) == [halved]
    assert metrics_of([Mean("half", "x").to_json()], (), {}) == [Mean("half", "x")]
