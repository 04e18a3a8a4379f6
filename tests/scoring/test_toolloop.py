"""The loop of tool calls: what a model calls is answered, kept to its bound, and told in a form that servers take."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from pytest_codeeval.core.calltext import calls_in_words, calls_written, tools_in_words
from pytest_codeeval.core.completion import Completion, CompletionRequest, SamplingParams
from pytest_codeeval.core.toolbox import Toolbox, tool
from pytest_codeeval.core.toolcall import ToolCall
from pytest_codeeval.scoring.answertest import NoTools
from pytest_codeeval.scoring.conversation import Conversation
from pytest_codeeval.scoring.marks import marks_with
from pytest_codeeval.scoring.toolloop import calls_of, tools_left

ADD = tool("add", "Adds to the sum.", {"n": {"type": "integer"}})
MARKS = marks_with(())


def add(state: int, call: ToolCall) -> tuple[int, str]:
    """Add to a sum."""
    number = (call.parsed() or {}).get("n")
    return (state + number, f"sum {state + number}") if isinstance(number, int) else (state, "error: n is no integer")


BOX = Toolbox((ADD,), add, start=0)
REQUEST = CompletionRequest("b", "m", ({"role": "user", "content": "Go."},), SamplingParams(), tools=(ADD,))
IN_WORDS = CompletionRequest("b", "m", ({"role": "user", "content": "Go."},), SamplingParams())


def calls(*arguments: str, name: str = "add", text: str = "", **more: Any) -> Completion:
    """An answer that calls with these arguments."""
    made = tuple(ToolCall(name, one, f"c{number}") for number, one in enumerate(arguments))
    return Completion(text, "tool_calls", tool_calls=made, **more)


def left_in(said: list[Completion]) -> int:
    """The state in which answers leave the tools."""
    state: int = tools_left(BOX, said, NoTools()).state
    return state


def talk(request: CompletionRequest, *answers: Completion) -> Iterator[CompletionRequest | None]:
    """Yield the request that follows each answer."""
    conversation = Conversation(request, toolbox=BOX)
    return (conversation.after(answer) for answer in answers)


def test_results_are_told_in_order_and_the_state_goes_on() -> None:
    first, second, end = talk(REQUEST, calls('{"n": 1}', '{"n": 2}'), calls('{"n": 4}'), Completion("7", "stop"))
    assert first is not None and second is not None
    assert end is None
    asked, called, *results = first.messages
    assert asked == REQUEST.messages[0]
    assert called["content"] is None
    assert [one["function"]["arguments"] for one in called["tool_calls"]] == ['{"n": 1}', '{"n": 2}']
    assert results == [
        {"role": "tool", "tool_call_id": "c0", "content": "sum 1"},
        {"role": "tool", "tool_call_id": "c1", "content": "sum 3"},
    ]
    assert second.messages[-1]["content"] == "sum 7"
    assert (first.turn, second.turn) == (1, 2)
    assert len({REQUEST.key, first.key, second.key}) == 3


def test_the_state_follows_from_what_was_said_alone() -> None:
    said = [calls('{"n": 1}', '{"n": 2}'), calls('{"n": 4}'), Completion("7", "stop")]
    assert left_in(said) == 7
    assert left_in(said[1:]) == 4


def test_a_loop_that_never_ends_is_ended() -> None:
    conversation, request, asked = Conversation(REQUEST, toolbox=BOX), REQUEST, 1
    while (following := conversation.after(calls('{"n": 1}'))) is not None:
        request, asked = following, asked + 1
    assert asked == BOX.most_steps == 8
    assert left_in([calls('{"n": 1}')] * asked) == 7
    assert request.turn == 7


def test_each_message_of_the_user_has_steps_of_its_own() -> None:
    request = CompletionRequest(
        "b", "m", ({"role": "user", "content": "Go."},), SamplingParams(), tools=(ADD,), later=(("On.", ""),)
    )
    conversation = Conversation(request, toolbox=BOX)
    for _ in range(7):
        assert conversation.after(calls('{"n": 1}'))
    following = conversation.after(Completion("7", "stop"))
    assert following is not None and following.messages[-1] == {"role": "user", "content": "On."}
    assert [bool(conversation.after(calls('{"n": 1}'))) for _ in range(8)] == [True] * 7 + [False]


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (ToolCall("add", '{"n": 1'), 'error: the arguments are no JSON object: {"n": 1'),
        (ToolCall("add", "[1]"), "error: the arguments are no JSON object: [1]"),
        (ToolCall("add", '{"n": NaN}'), "error: the arguments are no JSON object: "),
        (ToolCall("add", "[" * 60_000), "error: the arguments are no JSON object: [[["),
        (ToolCall("add", '{"n": ' + "9" * 60_000 + "}"), "error: the arguments are no JSON object: "),
        (ToolCall("add", '{"n": "' + " " * 70_000 + '"}'), "error: the arguments are no JSON object: "),
        (ToolCall("add", '{"n": "x"}'), "error: n is no integer"),
        (ToolCall("add", ""), "error: n is no integer"),
        (ToolCall("no/such tool\n", "{}"), r"error: there is no tool 'no/such tool\n'; there are add"),
        (ToolCall("", "{}"), "error: there is no tool ''"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_whatever_is_called_is_answered_and_told_in_a_form_that_servers_take(call: ToolCall, told: str) -> None:
    start = time.process_time()
    (following,) = talk(REQUEST, Completion("", "tool_calls", tool_calls=(call,)))
    assert time.process_time() - start < 1
    assert following is not None
    result = following.messages[-1]["content"]
    assert result.startswith(told)
    assert len(result) < 400
    sent = following.messages[1]["tool_calls"][0]
    assert isinstance(json.loads(sent["function"]["arguments"]), dict)
    assert sent["function"]["name"].replace("_", "").replace("-", "").isalnum() or not call.name
    assert sent["id"] == following.messages[-1]["tool_call_id"] == "call_0_0"


def test_ids_that_are_there_twice_are_made_anew() -> None:
    twice = (ToolCall("add", '{"n": 1}', "x"), ToolCall("add", '{"n": 2}', "x"))
    (following,) = talk(REQUEST, Completion("", "tool_calls", tool_calls=twice))
    assert following is not None
    assert [one["tool_call_id"] for one in following.messages[2:]] == ["call_0_0", "call_0_1"]


def test_too_many_calls_at_once_are_answered_but_not_made() -> None:
    many = calls(*['{"n": 1}'] * 40)
    (following,) = talk(REQUEST, many)
    assert following is not None
    assert [one["content"].startswith("error: more than 32") for one in following.messages[2:]] == [False] * 32 + [
        True
    ] * 8
    assert left_in([many, Completion("x", "stop")]) == 32


@pytest.mark.parametrize("reason", ["length", "content_filter"])
def test_an_answer_that_was_not_brought_to_its_end_calls_nothing(reason: str) -> None:
    (following,) = talk(REQUEST, Completion("", reason, tool_calls=(ToolCall("add", '{"n": 1}'),)))
    assert following is None


def test_thinking_goes_back_as_it_came_and_is_not_said() -> None:
    answer = calls('{"n": 1}', text="<think>a plan</think>Adding.", reasoning="kept apart")
    (following,) = talk(REQUEST, answer)
    assert following is not None
    assert (following.messages[1]["content"], following.messages[1]["reasoning_content"]) == ("Adding.", "kept apart")


WRITTEN = '<tool_call>\n{"name": "add", "arguments": {"n": 3}}\n</tool_call>'


@pytest.mark.parametrize(
    ("text", "made"),
    [
        (WRITTEN, 1),
        (f"<think>{WRITTEN}</think>\nI add.\n{WRITTEN}\n{WRITTEN}", 2),
        (WRITTEN.removesuffix("</tool_call>"), 1),
        ('{"name": "add", "parameters": {"n": 3}}', 1),
        ('```json\n[{"name": "add", "arguments": {"n": 3}}]\n```', 1),
        ('[TOOL_CALLS]add{"n": 3}', 1),
        ('I add.<function=add>{"n": 3}</function><|eot_id|>', 1),
        ('<|python_tag|>{"name": "add", "parameters": {"n": 3}}', 1),
        ("<|python_tag|>add(n=3)", 1),
        ('{"name": "Bob", "arguments": {"n": 3}}', 0),
        ("I called `add(n=3)`:\n\n```python\nadd(n=3)\n```\n\nAnswer: 3", 0),
        ("[]", 0),
        ("The sum is 3.", 0),
        (f"<think>{WRITTEN}</think>\nIt is 3.", 0),
        ("", 0),
    ],
)
def test_calls_in_the_text_are_calls(text: str, made: int) -> None:
    assert calls_of(Completion(text, "stop"), BOX, MARKS) == (ToolCall("add", '{"n": 3}'),) * made


def test_calls_in_the_text_are_told_as_the_tools_were_given() -> None:
    (native,) = talk(REQUEST, Completion(f"I add.\n{WRITTEN}", "stop"))
    (words,) = talk(IN_WORDS, Completion(f"I add.\n{WRITTEN}", "stop"))
    assert native is not None and words is not None
    assert native.messages[1]["tool_calls"][0]["function"] == {"name": "add", "arguments": '{"n": 3}'}
    assert (native.messages[1]["content"], native.messages[2]["role"]) == ("I add.", "tool")
    assert words.messages[1:] == (
        {"role": "assistant", "content": f"I add.\n{WRITTEN}"},
        {"role": "user", "content": "<tool_response>\nsum 3\n</tool_response>"},
    )


def test_calls_behind_marks_of_the_models_own_are_answered_too() -> None:
    (native,) = talk(REQUEST, Completion('[TOOL_CALLS]add{"n": 3}', "stop"))
    assert native is not None
    assert (native.messages[1]["content"], native.messages[2]["content"]) == (None, "sum 3")
    (broken,) = talk(REQUEST, Completion('[TOOL_CALLS]add{"n": 3', "stop"))
    assert broken is not None
    assert broken.messages[2]["content"].startswith("error: the arguments are no JSON object: no JSON (")


def test_a_block_that_is_no_call_is_answered_too() -> None:
    (words,) = talk(IN_WORDS, Completion('<tool_call>{"name": "add", "arguments": {"n": 3}</tool_call>', "stop"))
    assert words is not None
    assert "error: there is no tool ''" in words.messages[-1]["content"]


def test_what_is_written_of_calls_is_read_again() -> None:
    made = (ToolCall('a"b', '{"x": "</tool>"}'), ToolCall("c", "{}"))
    assert calls_written(f"Now.\n{calls_in_words(made)}") == ("Now.\n\n", made)
    assert '"Adds to the sum."' in tools_in_words([ADD])


@pytest.mark.parametrize("text", ["<tool_call>" * 6000, "<tool_call></tool_call>" * 3000, "</tool_call>" * 6000])
def test_odd_texts_take_no_time(text: str) -> None:
    start = time.process_time()
    tuple(talk(REQUEST, Completion(text, "stop")))
    assert time.process_time() - start < 1


def test_without_tools_here_calls_end_the_conversation() -> None:
    assert Conversation(REQUEST).after(calls('{"n": 1}')) is None
