"""Whatever comes of a call is an outcome for each of its requests, and the gate hears what is to be learnt from it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.continuation import Continuation
from pytest_codeeval.core.errors import BackendError, CodeEvalError, StorageError
from pytest_codeeval.core.toolcall import ToolCall
from pytest_codeeval.generation.admission import AdmissionControl, Permit
from pytest_codeeval.generation.caller import Caller, Outcome
from pytest_codeeval.generation.concurrency import AdaptiveConcurrency
from tests.generation.scripted import ask, fault

PASS = Permit(0.0, 0.0, False, 0, 0.0)
THREE = [ask(0), ask(1), ask(2)]
RIGHT, OTHER = Completion("a", "stop"), Completion("b", "length")


class Noting(AdmissionControl):
    """Notes what it hears."""

    def __init__(self, unpriced: BackendError | None = None) -> None:
        super().__init__(AdaptiveConcurrency(8))
        self.back: list[list[Completion]] = []
        self.errors: list[BackendError] = []
        self._unpriced = unpriced

    def came_back(self, passed: Permit, requests: Sequence[CompletionRequest], answers: Sequence[Completion]) -> None:
        self.back.append(list(answers))
        if self._unpriced is not None:
            raise self._unpriced

    def refused(self, passed: Permit, error: BackendError) -> None:
        self.errors.append(error)


class Told:
    """A backend that gives what it is told, or raises it."""

    batch_size, concurrency = 8, 8

    def __init__(self, found: Any, cacheable: bool = True) -> None:
        self.cacheable = cacheable
        self._found = found

    async def generate(self, requests: Sequence[CompletionRequest]) -> Any:
        if isinstance(self._found, BaseException):
            raise self._found
        return self._found


def call(
    found: Any, requests: Sequence[CompletionRequest] = THREE, gate: Noting | None = None, **options: Any
) -> tuple[list[Outcome], Noting]:
    """Make one call of which so much comes."""
    gate = gate or Noting()
    caller = Caller(Told(found, options.pop("cacheable", True)), gate, lambda _: None, **options)
    return asyncio.run(caller.call(requests, PASS)), gate


@pytest.mark.parametrize(
    ("answer", "is_answer"),
    [
        (Completion("", "tool_calls", tool_calls=(ToolCall("a", "{}"),)), True),
        (Completion("in words", "tool_calls"), True),
        (Completion("", "tool_calls", reasoning="hm", completion_tokens=9), False),
        (Completion("", "function_call", completion_tokens=9), False),
        (Completion("", "stop", completion_tokens=9), True),
    ],
)
def test_calls_are_an_answer_and_a_call_that_was_lost_is_none(answer: Completion, is_answer: bool) -> None:
    (outcome,), _ = call([answer], [replace(THREE[0], tools=("{}",))])
    assert isinstance(outcome, Completion) == is_answer
    if isinstance(outcome, BackendError):
        assert outcome.retryable
    (untold,), _ = call([answer], [THREE[0]])  # where no tools were given there is none that could be lost
    assert untold == answer


def test_answers_stand_in_the_order_of_the_requests_and_are_counted() -> None:
    outcomes, gate = call([RIGHT, OTHER, RIGHT])
    assert outcomes == [RIGHT, OTHER, RIGHT]
    assert (gate.back, gate.errors) == ([[RIGHT, OTHER, RIGHT]], [])


def test_an_error_is_that_of_each_request_and_is_learnt_from_once() -> None:
    error = fault()
    outcomes, gate = call(error)
    assert outcomes == [error] * 3
    assert (gate.back, gate.errors) == ([[]], [error])


def test_errors_of_single_requests_are_theirs_alone_and_each_is_learnt_from() -> None:
    first, last = fault("a"), fault("b")
    outcomes, gate = call([first, RIGHT, last])
    assert outcomes == [first, RIGHT, last]
    assert (gate.back, gate.errors) == ([[RIGHT]], [first, last])


def test_what_was_left_out_is_neither_an_answer_nor_an_error() -> None:
    outcomes, gate = call([RIGHT, None, None])
    assert outcomes == [RIGHT, None, None]
    assert (gate.back, gate.errors) == ([[RIGHT]], [])


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([RIGHT, RIGHT], "the backend gave 2 answers to 3 requests"),
        ([RIGHT] * 4, "the backend gave 4 answers to 3 requests"),
        ([None, None, None], "the backend answered none of its requests"),
    ],
)
def test_too_few_or_too_many_are_nobodys_answers(found: list[Any], said: str) -> None:
    outcomes, gate = call(found)
    assert [str(outcome) for outcome in outcomes] == [said] * 3
    assert [str(error) for error in gate.errors] == [said]
    assert len(gate.back) == 1


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (ZeroDivisionError("oops"), "the backend failed: ZeroDivisionError: oops"),
        ([RIGHT, "b", RIGHT], "the backend failed: TypeError: 'b' is no completion"),
        ([RIGHT, Completion(b"b"), RIGHT], r"the backend failed: TypeError: Completion\(text=b'b'.* is no completion"),  # type: ignore[arg-type]
    ],
)
def test_a_mistake_of_a_backend_is_no_sign_of_the_model(found: Any, said: str) -> None:
    outcomes, gate = call(found)
    for outcome in outcomes:
        with pytest.raises(BackendError, match=said):
            raise outcome  # type: ignore[misc]
    assert len(outcomes) == 3
    assert (gate.back, gate.errors) == ([[]], [])


def test_a_fault_of_ours_is_raised_once_the_call_was_counted() -> None:
    gate = Noting()
    with pytest.raises(StorageError, match="full"):
        call(StorageError("full"), gate=gate)
    assert gate.back == [[]]


@pytest.mark.parametrize("cacheable", [True, False])
def test_a_word_for_the_end_that_nobody_knows_may_change_where_a_server_says_it(cacheable: bool) -> None:
    outcomes, gate = call([RIGHT, Completion("half", "abort"), RIGHT], cacheable=cacheable)
    error = outcomes[1]
    assert isinstance(error, BackendError)
    assert error.retryable is cacheable
    assert "finish reason 'abort' is a fault of the server" in str(error)
    assert (gate.back, gate.errors) == ([[RIGHT, RIGHT]], [error])


NOTHING = Completion(" \n", "stop")


@pytest.mark.parametrize(
    ("answer", "options"),
    [
        (Completion("", "length"), {}),
        (Completion("", "stop", reasoning="hm"), {}),
        (Completion("", "stop", completion_tokens=1), {}),
        (NOTHING, {"doubts": False}),
        (NOTHING, {"cacheable": False}),
    ],
    ids=["cut off", "thought", "counted", "no doubts", "recorded"],
)
def test_an_empty_answer_is_one_where_there_is_no_reason_for_doubt(answer: Completion, options: dict[str, Any]) -> None:
    assert call([answer], [ask()], **options)[0] == [answer]


def test_an_empty_answer_is_doubted_once_for_each_request() -> None:
    gate = Noting()
    caller = Caller(Told([NOTHING]), gate, lambda _: None)
    found = [asyncio.run(caller.call([ask(task)], PASS))[0] for task in (0, 1, 0, 1)]
    assert [str(one) for one in found[:2]] == ["m answered with nothing, and no token was counted"] * 2
    assert all(isinstance(one, BackendError) and one.retryable for one in found[:2])
    assert found[2:] == [NOTHING] * 2
    assert gate.errors == found[:2]


def test_an_answer_of_which_nobody_knows_the_cost_is_kept_and_is_the_last() -> None:
    error = fault("unpriced", fatal=True)
    broken: list[CodeEvalError] = []
    caller = Caller(Told([RIGHT]), Noting(error), broken.append)
    assert asyncio.run(caller.call([ask()], PASS)) == [RIGHT]
    assert broken == [error]


def test_scores_are_of_all_continuations_or_of_none() -> None:
    asked = [replace(one, mode="score", continuations=(" a", " b")) for one in THREE]
    few, right = replace(RIGHT, scores=(Continuation(-1.0, 1),)), replace(RIGHT, scores=(Continuation(-1.0, 1),) * 2)
    outcomes, _ = call([RIGHT, few, right], asked)
    assert [str(one) for one in outcomes[:2]] == [
        f"the backend gave {said} to 2 continuations of {one.task_id}"
        for said, one in zip(("0 scores", "1 score"), asked, strict=False)
    ]
    assert outcomes[2] == right
    (unasked, *_), _ = call([right, RIGHT, RIGHT])
    assert "gave 2 scores to 0 continuations" in str(unasked)
