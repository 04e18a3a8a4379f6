"""Requests, their keys, and completions."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.core.completion import Completion, CompletionRequest, SamplingParams
from pytest_codeeval.core.continuation import Continuation, scores_read, scores_written
from pytest_codeeval.core.toolcall import ToolCall
from tests.core.strategies import COMPLETIONS, CONTINUATIONS, REQUESTS

REQUEST = CompletionRequest("litellm", "m", ({"role": "user", "content": "add"},), SamplingParams())


@given(REQUESTS)
def test_a_request_survives_json_with_its_key(request: CompletionRequest) -> None:
    again = CompletionRequest.from_json(json.loads(json.dumps(request.to_json())))
    assert again == request
    assert again.key == request.key


@given(COMPLETIONS)
def test_a_completion_survives_json(completion: Completion) -> None:
    assert Completion.from_json(json.loads(json.dumps(completion.to_json()))) == completion


def test_calls_of_tools_are_kept_and_completions_without_any_are_what_they_were() -> None:
    called = Completion("", tool_calls=(ToolCall("f", '{"a": 1', "call_1"), ToolCall("g", "")))
    assert Completion.from_json(json.loads(json.dumps(called.to_json()))) == called
    assert "tool_calls" not in Completion("text").to_json()


@pytest.mark.parametrize(
    "change",
    [
        {"backend": "other"},
        {"model": "m2"},
        {"endpoint": "http://127.0.0.1:1/v1"},
        {"messages": ({"role": "user", "content": "add "},)},
        {"messages": ({"role": "system", "content": "add"},)},
        {"sample_index": 1},
        {"params": SamplingParams(temperature=0.1)},
        {"params": SamplingParams(temperature=None)},
        {"params": SamplingParams(top_p=1.0)},
        {"params": SamplingParams(max_tokens=1025)},
        {"params": SamplingParams(seed=0)},
        {"params": SamplingParams(stop=("\n",))},
        {"tools": ("{}",)},
        {"tool_choice": "required"},
        {"messages": ({"role": "user", "content": [{"type": "text", "text": "add"}]},)},
    ],
    ids=str,
)
def test_whatever_can_change_the_answer_changes_the_key(change: dict[str, Any]) -> None:
    assert replace(REQUEST, **change).key != REQUEST.key


@given(st.text(), st.text(), st.integers(0, 9))
def test_what_is_never_sent_does_not_change_the_key(suite: str, task_id: str, turn: int) -> None:
    assert replace(REQUEST, suite=suite, task_id=task_id, turn=turn, steps=(suite,)).key == REQUEST.key


def test_a_request_of_an_earlier_version_is_of_the_first_turn() -> None:
    older = REQUEST.to_json()
    for name in ("turn", "tools", "tool_choice", "steps"):
        del older[name]
    assert CompletionRequest.from_json(older) == REQUEST


def test_an_answer_without_calls_is_stored_as_earlier_versions_did() -> None:
    assert "tool_calls" not in Completion("a").to_json()
    assert Completion.from_json(Completion("a").to_json()).tool_calls == ()


@pytest.mark.parametrize("calls", [[{}], [{"name": "a"}], [{"name": "a", "arguments": {}}], [3], ["a"], 3])
def test_what_are_no_calls_is_refused(calls: Any) -> None:
    with pytest.raises((TypeError, KeyError)):
        Completion.from_json({**Completion("a").to_json(), "tool_calls": calls})


def test_an_answer_that_calls_is_no_empty_one_and_its_words_are_counted() -> None:
    called = {"role": "assistant", "content": None, "tool_calls": [{"function": {"arguments": "x" * 100}}]}
    assert REQUEST.sent == "add"
    told = replace(REQUEST, messages=(called, {"role": "tool", "tool_call_id": "1", "content": "3"}))
    assert 100 < len(told.sent) < 200


def test_the_next_step_has_the_next_script_and_the_next_turn_those_of_its_own() -> None:
    first = replace(REQUEST, script="a", steps=("b",), later=(("On.", "z"),))
    second = first.going_on([{"role": "tool", "content": "1"}])
    third = second.going_on([{"role": "tool", "content": "2"}])
    assert [(one.script, one.steps, one.turn) for one in (second, third)] == [("b", (), 1), ("b", (), 2)]
    assert [message["content"] for message in third.messages] == ["add", "1", "2"]
    assert (first.after("x").script, first.after("x").steps) == ("z", ())


@given(st.lists(st.integers(0, 10**6), unique=True, min_size=2, max_size=20))
def test_samples_of_one_problem_never_share_a_key(indices: list[int]) -> None:
    assert len({replace(REQUEST, sample_index=index).key for index in indices}) == len(indices)


def test_the_key_is_the_same_in_every_release() -> None:
    # A change here makes every stored completion of every user unfindable.
    assert REQUEST.key == "1c2f9e07196f077f54e0e1f349a8c7fc06434cefffc20f0f074b89e10636a05b"


@pytest.mark.parametrize("data", [{}, {"params": {}}, {**REQUEST.to_json(), "more": 1}])
def test_what_is_no_request_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises((TypeError, KeyError)):
        CompletionRequest.from_json(data)


@pytest.mark.parametrize(
    "change",
    [
        {"args": (("top_k", "5"),)},
        {"mode": "completion"},
        {"mode": "auto"},
        {"mode": "completion", "prompt": "def f():"},
        {"mode": "completion", "prompt": "def f():", "prompt_stop": ("\n",)},
        {"mode": "score", "prompt": "Q", "continuations": (" a", " b")},
        {"continuations": (" a", " b")},
    ],
    ids=str,
)
def test_how_it_is_asked_changes_the_key(change: dict[str, Any]) -> None:
    changed = replace(REQUEST, **change)
    assert changed.key != REQUEST.key
    again = CompletionRequest.from_json(json.loads(json.dumps(changed.to_json())))
    assert (again, again.key) == (changed, changed.key)


def test_tasks_that_are_put_in_the_same_words_have_keys_of_their_own_where_they_are_recorded() -> None:
    asked = CompletionRequest(
        "replay", "m", ({"role": "user", "content": "Write it."},), SamplingParams(), script="T/1"
    )
    assert asked.key != replace(asked, script="T/2").key
    assert asked.key != replace(asked, script="").key


def test_other_choices_are_another_question() -> None:
    asked = replace(REQUEST, mode="score", prompt="Q", continuations=(" a", " b"))
    keys = {replace(asked, continuations=said).key for said in ((" a", " b"), (" b", " a"), (" a",), (" a b",))}
    assert len(keys) == 4


def test_what_was_stored_before_there_were_scores_has_none_and_is_stored_as_before() -> None:
    stored = Completion("text", cost=0.5).to_json()
    assert "scores" not in stored
    assert Completion.from_json(stored).scores == ()


@pytest.mark.parametrize("score", [{}, {"logprob": "NaN", "tokens": 1, "greedy": True}, 3, None, "x"], ids=str)
def test_scores_that_are_none_are_no_completion(score: Any) -> None:
    stored = Completion("text").to_json()
    with pytest.raises((TypeError, KeyError, ValueError)):
        Completion.from_json({**stored, "scores": [score]})


@pytest.mark.parametrize(
    "text", ["", "[", "3", "[3]", "[{}]", '["x"]', '[{"logprob": 1e999, "tokens": 1, "greedy": 1}]']
)
def test_a_text_without_scores_is_told_from_one_with_them(text: str) -> None:
    with pytest.raises(ValueError):
        scores_read(text)


@given(st.lists(CONTINUATIONS, max_size=3))
def test_scores_survive_as_a_text(scores: list[Continuation]) -> None:
    assert scores_read(scores_written(scores)) == tuple(scores)
