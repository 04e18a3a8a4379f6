"""How things stand with a model: what is under way, what is left, and what all of it will have cost."""

from __future__ import annotations

from dataclasses import replace

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.pending import PendingRequests
from pytest_codeeval.generation.traffic import Calls, Traffic
from pytest_codeeval.generation.trouble import Trouble
from tests.generation.scripted import ask, fault

ANSWER = Completion("a", "stop", completion_tokens=7, cost=0.5)


def test_calls_are_counted_with_what_they_brought() -> None:
    calls = Calls()
    calls.sent(3)
    calls.sent(1)
    calls.came_back(3, [ANSWER, replace(ANSWER, cost=None, completion_tokens=None)])
    assert calls == Calls(in_flight=1, answers=2, priced=1, tokens=7, cost=0.5)


def test_what_is_left_has_the_turns_to_come_and_not_what_is_settled() -> None:
    pending = PendingRequests(None)
    first = replace(ask(0), later=(("more", ""), ("and more", "")))
    for key, request in (("a", first), ("b", ask(1)), ("a", first)):
        pending.want(key, request, ahead=True)
    assert pending.left == 4
    pending.settle("a", ANSWER)
    assert pending.left == 1
    pending.want("a2", replace(first, later=first.later[1:], turn=1), ahead=True)
    assert pending.left == 3
    pending.settle("b", fault("down"))
    pending.settle("b", fault("down"))
    assert pending.left == 2


def test_the_cost_of_announced_requests_is_known_beforehand_and_that_of_others_is_not() -> None:
    calls = Calls(in_flight=1, answers=2, priced=2, tokens=14, cost=1.0)
    for ahead in (True, False):
        pending = PendingRequests(None)
        for number in range(4):
            pending.want(str(number), ask(number), ahead=ahead)
        pending.settle("0", ANSWER)
        found = Traffic.of(calls, pending, Trouble())
        assert (found.cost, found.left) == (1.0, 3)
        assert (found.expected, found.unforeseen) == ((2.5, 0.0) if ahead else (0.0, 1.0))


def test_a_turn_that_follows_is_not_announced_where_the_first_was_not() -> None:
    pending = PendingRequests(None)
    pending.want("a2", replace(ask(0), turn=1), ahead=True)
    assert not pending.announced


def test_several_models_are_added_up_and_the_reason_is_of_the_one_in_most_trouble() -> None:
    one, two = Trouble("one"), Trouble("two")
    one.failed(fault("one is down"), ["a"], 1, 6, 0.5)
    two.failed(BackendError("two could not be asked: refused", retryable=True), ["a", "b"], 1, 6, 0.5)
    found = Traffic.together(Traffic.of(Calls(1, 2), PendingRequests(None), trouble) for trouble in (one, two))
    assert (found.in_flight, found.answers, found.waiting, found.cost) == (2, 4, 3, None)
    assert found.reason == "could not be asked: refused"
    two.settled(["a", "b"], answered=True)
    assert two.waiting == 0
    assert Traffic.together([]) == Traffic()
