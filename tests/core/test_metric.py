"""Metrics: what a suite says of its own is what its scores are added up by."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_codeeval.core.metric import Mean, Scored, Share, metrics_of


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
    assert (round(found.value, 6), found.method) == (round(3.5 / 6, 6), "bootstrap")
    assert 0 <= found.low < found.value < found.high <= 1
    alike = share.estimate([[sample(1, 3)], [sample(2, 6)]])
    assert alike is not None
    assert (round(alike.value, 6), alike.method) == (0.333333, "wilson")
    assert share.estimate([[sample(1, 1)], [Scored(True, 1, {"right": 1})]]) is None
    assert share.estimate([[sample(0, 0)]]) is None
    assert share.estimate([]) is None
    assert share.of_problem([sample(1, 2), sample(2, 2)]) == 0.75
    assert share.of_problem([]) is None
