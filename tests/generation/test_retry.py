"""How long is waited before a request is sent again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.retry import RetryPolicy

POLICY = RetryPolicy(first=0.5, longest=30.0, longest_wish=120.0)


def delays(attempt: int, wish: float | None = None) -> list[float]:
    """Draw many pauses.

    Hypothesis seeds `random` before each example: a test that drew one only would see the same draw every time.
    """
    return [POLICY.delay(attempt, BackendError("busy", retry_after=wish)) for _ in range(200)]


@pytest.mark.parametrize(
    ("attempt", "longest"), [(1, 0.5), (2, 1.0), (3, 2.0), (6, 16.0), (7, 30.0), (8, 30.0), (50, 30.0)]
)
def test_the_wait_doubles_up_to_the_longest_and_half_of_it_is_chance(attempt: int, longest: float) -> None:
    found = delays(attempt)
    assert longest / 2 <= min(found) < 0.55 * longest
    assert 0.95 * longest < max(found) <= longest


@given(st.floats(0, 120), st.integers(1, 6))
def test_the_servers_wish_is_the_least_that_is_waited(wish: float, attempt: int) -> None:
    found = delays(attempt, wish)
    most = 0.5 * 2 ** (attempt - 1)
    assert wish + most / 2 <= min(found) < max(found) <= wish + most  # not all come back at the same moment


def test_an_absurd_wish_is_bounded() -> None:
    found = delays(1, 1e9)
    assert 120.25 <= min(found) < max(found) <= 120.5
