"""A model is asked no more where nothing gets through, and not for a few requests that fail by themselves."""

from __future__ import annotations

import pytest

from pytest_codeeval.core.errors import BackendError, CodeEvalError, StorageError
from pytest_codeeval.generation.retry import CircuitBreaker
from tests.generation.scripted import fault


@pytest.fixture
def circuit() -> CircuitBreaker:
    """One that has seen an answer, and needs three failures."""
    circuit = CircuitBreaker(3)
    circuit.answered()
    return circuit


def fail(circuit: CircuitBreaker, times: int, before: int = 1) -> list[bool]:
    """Note failures of requests that were sent after so many answers, and say which of them open it."""
    return [circuit.failed(fault(), before) is not None for _ in range(times)]


@pytest.mark.parametrize("retryable", [True, False])
def test_before_the_first_answer_three_failures_are_enough(retryable: bool) -> None:
    circuit = CircuitBreaker(3)
    opened = [circuit.failed(fault(retryable=retryable)) for _ in range(3)]
    assert [why is not None for why in opened] == [False, False, True]
    assert isinstance(opened[-1], BackendError) and opened[-1].fatal
    assert str(opened[-1]) == ("3 requests in a row failed for good, so nothing more is sent; the last error was: down")


def test_later_new_requests_have_to_fail_too(circuit: CircuitBreaker) -> None:
    assert fail(circuit, 9) == [False] * 9
    assert circuit.suspect
    assert [circuit.failed_when_suspect(fault()) is not None for _ in range(3)] == [False, False, True]


def test_an_answer_ends_the_suspicion(circuit: CircuitBreaker) -> None:
    for _ in range(2):
        fail(circuit, 3, circuit.answers)
        assert circuit.suspect
        assert [circuit.failed_when_suspect(fault()) for _ in range(2)] == [None, None]
        circuit.answered()
        assert not circuit.suspect
        assert circuit.failed_when_suspect(fault()) is None


def test_a_request_that_others_were_answered_beside_shows_nothing(circuit: CircuitBreaker) -> None:
    circuit.answered()
    assert fail(circuit, 9, before=1) == [False] * 9
    assert not circuit.suspect


def test_a_fault_of_the_request_itself_shows_nothing(circuit: CircuitBreaker) -> None:
    assert [circuit.failed(fault(retryable=False), 1) for _ in range(9)] == [None] * 9
    assert not circuit.suspect
    fail(circuit, 3)
    assert [circuit.failed_when_suspect(fault(retryable=False)) for _ in range(9)] == [None] * 9


def test_a_fault_that_is_not_the_models_shows_nothing() -> None:
    circuit = CircuitBreaker(3)
    assert [circuit.failed(CodeEvalError("another dataset")) for _ in range(9)] == [None] * 9
    assert not circuit.suspect


@pytest.mark.parametrize("error", [StorageError("full"), BackendError("no such key", fatal=True)])
def test_a_fault_that_all_would_meet_opens_it_at_once(
    circuit: CircuitBreaker, error: BackendError | StorageError
) -> None:
    assert circuit.failed(error, 0) is error
