"""How many requests are in flight follows how the server takes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.generation.concurrency import AdaptiveConcurrency


def answered(limit: AdaptiveConcurrency, times: int, seconds: float = 0.1) -> None:
    """Have so many answers come in while as many as may be are in flight."""
    for _ in range(times):
        limit.answered(seconds, limit.now)


def test_one_goes_out_until_the_model_was_reached() -> None:
    limit = AdaptiveConcurrency(64)
    assert limit.now == 1
    limit.reached = True
    assert limit.now == 8


def test_it_grows_with_each_answer_up_to_the_bound() -> None:
    limit = AdaptiveConcurrency(64)
    answered(limit, 10)
    assert limit.now == 17  # of the first, only one was in flight
    answered(limit, 1000)
    assert limit.now == 64
    assert AdaptiveConcurrency(2).now == 1


def test_a_refusal_halves_it_once_for_all_that_were_in_flight() -> None:
    limit = AdaptiveConcurrency(64)
    answered(limit, 100)
    epoch = limit.epoch
    assert all(limit.refused(429, epoch, False) for _ in range(64))
    assert limit.now == 32
    answered(limit, 32)
    assert limit.now == 32  # nearly: from now on a round of answers brings one more
    answered(limit, 2)
    assert limit.now == 33


@pytest.mark.parametrize("status", [429, 503, 529])
def test_it_never_falls_below_one(status: int) -> None:
    limit = AdaptiveConcurrency(8)
    answered(limit, 8)
    for _ in range(20):
        limit.refused(status, limit.epoch, False)
    assert limit.now == 1


def test_other_errors_say_nothing_of_the_load_and_time_outs_do() -> None:
    limit = AdaptiveConcurrency(8)
    answered(limit, 8)
    assert not any(limit.refused(status, limit.epoch, False) for status in (None, 400, 401, 500))
    assert limit.now == 8
    assert limit.refused(None, limit.epoch, True)
    assert limit.now == 4


def test_slow_answers_and_an_idle_dispatcher_are_no_reason_to_grow() -> None:
    limit = AdaptiveConcurrency(64, slow=10.0)
    answered(limit, 50, seconds=11.0)
    assert limit.now == 8
    for _ in range(50):
        limit.answered(0.1, 1)
    assert limit.now == 8


@given(st.integers(1, 300), st.lists(st.sampled_from(["answer", 429, 500, None]), max_size=200))
def test_it_stays_in_its_bounds(most: int, events: list[object]) -> None:
    limit = AdaptiveConcurrency(most)
    for event in events:
        if event == "answer":
            limit.answered(0.1, limit.now)
        else:
            limit.refused(event, limit.epoch, False)  # type: ignore[arg-type]
        assert 1 <= limit.now <= most
