"""A model is asked no more where nothing gets through, and not for a few requests that fail by themselves."""

from __future__ import annotations

import pytest

from pytest_codeeval.core.errors import BackendError, StorageError
from pytest_codeeval.generation.retry import CircuitBreaker
from tests.generation.scripted import fault


@pytest.fixture
def breaker() -> CircuitBreaker:
    """One that has seen an answer, and needs three failures."""
    breaker = CircuitBreaker(3)
    breaker.answered()
    return breaker


def fail(breaker: CircuitBreaker, times: int, before: int = 1) -> list[bool]:
    """Note failures of requests that were sent after so many answers, and say which of them open it."""
    return [breaker.failed(fault(), before) is not None for _ in range(times)]


@pytest.mark.parametrize("retryable", [True, False])
def test_before_the_first_answer_three_failures_are_enough(retryable: bool) -> None:
    breaker = CircuitBreaker(3)
    opened = [breaker.failed(fault(retryable=retryable)) for _ in range(3)]
    assert [why is not None for why in opened] == [False, False, True]
    assert "3 requests in a row failed for good" in str(opened[-1])


def test_later_new_requests_have_to_fail_too(breaker: CircuitBreaker) -> None:
    assert fail(breaker, 9) == [False] * 9
    assert breaker.suspect
    assert [breaker.failed_when_suspect(fault()) is not None for _ in range(3)] == [False, False, True]


def test_an_answer_ends_the_suspicion(breaker: CircuitBreaker) -> None:
    for _ in range(2):
        fail(breaker, 3, breaker.answers)
        assert breaker.suspect
        assert [breaker.failed_when_suspect(fault()) for _ in range(2)] == [None, None]
        breaker.answered()
        assert not breaker.suspect
        assert breaker.failed_when_suspect(fault()) is None


def test_a_request_that_others_were_answered_beside_shows_nothing(breaker: CircuitBreaker) -> None:
    breaker.answered()
    assert fail(breaker, 9, before=1) == [False] * 9
    assert not breaker.suspect


def test_a_fault_of_the_request_itself_shows_nothing(breaker: CircuitBreaker) -> None:
    assert [breaker.failed(fault(retryable=False), 1) for _ in range(9)] == [None] * 9
    fail(breaker, 3)
    assert [breaker.failed_when_suspect(fault(retryable=False)) for _ in range(9)] == [None] * 9


@pytest.mark.parametrize("error", [StorageError("full"), BackendError("no such key", fatal=True)])
def test_a_fault_that_all_would_meet_opens_it_at_once(
    breaker: CircuitBreaker, error: BackendError | StorageError
) -> None:
    assert breaker.failed(error, 0) is error
