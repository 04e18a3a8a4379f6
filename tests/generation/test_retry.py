"""How long is waited before a request is sent again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.retry import RetryPolicy


@given(st.integers(1, 50))
def test_the_wait_doubles_up_to_the_longest(attempt: int) -> None:
    policy = RetryPolicy(first=0.5, longest=30.0)
    ceiling = min(30.0, 0.5 * 2 ** (attempt - 1))
    assert ceiling / 2 <= policy.delay(attempt, BackendError("down")) <= ceiling


@given(st.floats(0, 120), st.integers(1, 6))
def test_the_servers_wish_is_the_least_that_is_waited(wish: float, attempt: int) -> None:
    assert RetryPolicy().delay(attempt, BackendError("busy", retry_after=wish)) >= wish


def test_an_absurd_wish_is_bounded() -> None:
    assert RetryPolicy(longest_wish=120.0).delay(1, BackendError("busy", retry_after=1e9)) <= 120.5


def test_those_who_were_refused_together_do_not_come_back_together() -> None:
    policy, error = RetryPolicy(), BackendError("busy", retry_after=5.0)
    assert len({policy.delay(3, error) for _ in range(20)}) > 1
