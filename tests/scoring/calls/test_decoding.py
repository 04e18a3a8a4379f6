"""Calls in answers: in which places and forms they are found, and what is none."""

from __future__ import annotations

import json

import pytest

from pytest_codeeval.core.toolcall import ToolCall
from pytest_codeeval.scoring.calls.decoding import NO_CALL, UNREADABLE, decoded, native_calls

ONE = {"name": "weather.get", "arguments": {"city": "Rome", "days": 3}}
OBJECT = json.dumps(ONE)
ARGUMENTS = json.dumps(ONE["arguments"])
SENT = json.dumps({**ONE, "name": "weather_get"})
FORMS = {
    "[weather.get(city='Rome', days=3)]": "whole answer python",
    "weather.get(city='Rome', days=3)": "whole answer python",
    "`weather.get(city='Rome', days=1+2)`": "whole answer python",
    "```python\n[weather.get(city='Rome', days=3)]\n```": "fence python",
    "Sure.\n```json\n[" + OBJECT + "]\n```\nOr [this](link).": "fence json",
    "Sure.\n```json\n[" + OBJECT + "]": "fence json",
    "```\nanswer = weather.get(\n  city='Rome',\n  days=3,\n)\n```": "fence lines",
    OBJECT: "whole answer json",
    f"[{OBJECT}]": "whole answer json",
    json.dumps({"tool_calls": [{"type": "function", "function": ONE}]}): "whole answer json",
    json.dumps([{"name": "weather.get", "parameters": json.dumps(ONE["arguments"])}]): "whole answer json",
    json.dumps([{"function": "weather.get", "parameters": ONE["arguments"]}]): "whole answer json",
    json.dumps({"weather.get": ONE["arguments"]}): "whole answer json",
    json.dumps([{"weather.get": json.dumps(ONE["arguments"])}]): "whole answer json",
    str([ONE]): "whole answer json",
    f"I look.\n<tool_call>\n{OBJECT}\n</tool_call>": "tag json",
    f"<tool_calls><tool_call>{OBJECT}</tool_call></tool_calls>": "tag json",
    "<TOOLCALL>[weather.get(city='Rome', days=3)]</TOOLCALL>": "tag python",
    "See [1]: it is [weather.get(city='Rome', days=3)], as asked.": "brackets python",
    f"[TOOL_CALLS] [{OBJECT}]": "brackets json",
    f"It's {OBJECT} then.": "brackets json",
    "I would call this:\n\n- weather.get(city='Rome',\n    days=3)\n\nDone.": "lines",
    f"<|python_tag|>{OBJECT}<|eom_id|>": "tag json",
    "<|python_tag|>weather.get(city='Rome', days=3)<|eot_id|>": "tag python",
    f"<|tool_call|>{OBJECT}<|/tool_call|>": "tag json",
    "weather.get(city='Rome', days=3)<|im_end|>\n": "whole answer python",
    f"<function=weather.get>{ARGUMENTS}</function>": "mark",
    f"[TOOL_CALLS]weather.get{ARGUMENTS}": "mark",
    f"[TOOL_CALLS]weather.get[ARGS]{ARGUMENTS}</s>": "mark",
    f"[TOOL_CALLS]weather.get[CALL_ID]a1b2c3d4e[ARGS]{ARGUMENTS}": "mark",
    (
        f"<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>weather.get\n```json\n{ARGUMENTS}\n```"
        "<｜tool▁call▁end｜><｜tool▁calls▁end｜>"
    ): "mark",
    f"<｜tool▁call▁begin｜>weather.get<｜tool▁sep｜>{ARGUMENTS}<｜tool▁call▁end｜>": "mark",
    f"<|tool_call_begin|>functions.weather.get:0<|tool_call_argument_begin|>{ARGUMENTS}<|tool_call_end|>": "mark",
    f">>>all\nI look.>>>weather.get\n{ARGUMENTS}": "mark",
    "```tool_code\nprint(weather.get(city='Rome', days=3))\n```": "fence python",
    "As a plan:\n```\n1. look\n```\nThen:\n```\nweather.get(city='Rome', days=3)\n```\n": "fence python",
    "```python\nweather.get(city='Rome', days=3)\n```\n\nAs JSON:\n```json\n" + SENT + "\n```": "fence python",
    "```python\nweather.get(city='Rome', days=3)\n```\n```python\nprint(answer)\n```": "fence python",
    'Action: ```json\n[{"tool_name": "weather.get", "parameters": ' + ARGUMENTS + "}]\n```": "brackets json",
    json.dumps({"function_call": {"name": "weather.get", "arguments": ARGUMENTS}}): "whole answer json",
    json.dumps({"tool_call": ONE}): "whole answer json",
    "[weather\\.get(city='Rome', days=3)]".replace("\\.", "\\_"): "whole answer python",
}


@pytest.mark.parametrize("text", FORMS)
def test_a_call_is_found_in_each_form(text: str) -> None:
    functions = ["weather_get"] if "\\_" in text else ["weather.get"]
    found = decoded(text, functions)
    assert found.found == FORMS[text]
    (call,) = found.calls
    assert (call.name, call.arguments, call.fault) == (functions[0], ONE["arguments"], "")


@pytest.mark.parametrize(
    "text",
    [
        "[tide(port='a'), tide(port='b')]",
        "tide(port='a'), tide(port='b')",
        "[tide(port='a')]\n[tide(port='b')]",
        '{"calls": [{"tool": "tide", "args": {"port": "a"}}, {"function_name": "tide", "args": {"port": "b"}}]}',
        "By tide(port):\ntide(port)\n\ntide(port='a')\ntide(port='b')",
        "First this.\n\n1. `tide(port='a')`\n2. `tide(port='b')`\n",
        '{"name": "tide", "arguments": {"port": "a"}}; {"name": "tide", "arguments": {"port": "b"}}',
        "```tool_code\nprint(tide(port='a'))\nprint(tide(port='b'))\n```",
        '[TOOL_CALLS]tide[ARGS]{"port": "a"}[TOOL_CALLS]tide[ARGS]{"port": "b"}',
        '<|python_tag|>{"name": "tide", "parameters": {"port": "a"}}; {"name": "tide", "parameters": {"port": "b"}}',
        "First:\n```\ntide(port='a')\n```\nSecond:\n```json\n" + '{"tide": {"port": "b"}}' + "\n```\nThat is all.",
        (
            '<tool_call>{"name": "tide", "arguments": {"port": "a"}}</tool_call>\n'
            '<tool_call>{"name": "tide", "arguments": {"port": "b"}}</tool_call>'
        ),
    ],
)
def test_several_calls_are_found_together(text: str) -> None:
    assert [call.arguments for call in decoded(text, ["tide"]).calls] == [{"port": "a"}, {"port": "b"}]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I cannot say [1] what that is {now}.", NO_CALL),
        ("[]", NO_CALL),
        ("```json\n[]\n```", NO_CALL),
        ('{"tool_calls": []}', NO_CALL),
        ("```python\nprint(math.sqrt(16))\nx = 3\n```", NO_CALL),
        ('The answer is {"error": {"code": 1}}.', NO_CALL),
        ("None fits. In Python:\n```python\nprint(math.sqrt(16))\n```", NO_CALL),
        ("None fits. In Python:\n```python\nprint('a')\n```", NO_CALL),
        ('None fits: {"name": "tide", "parameters": {"type": "dict", "properties": {}}} is for ships.', NO_CALL),
        (">>>all\n{no} call", NO_CALL),
        ("There are:\n\n- tide(port, hour=3)\n- weather(city)\n\nNone fits.", UNREADABLE),
        ("tide(port)", UNREADABLE),
        ("<|python_tag|>math.sqrt(16)<|eom_id|>", UNREADABLE),
        ("I cannot say.<|eot_id|>", NO_CALL),
        ("[tide(port='a'", UNREADABLE),
        ('<tool_call>{"name": "tide", "arguments": {</tool_call>', UNREADABLE),
        ('{"name": "tide"}', UNREADABLE),
        ("You may call tide(port) for that.", UNREADABLE),
    ],
)
def test_what_is_no_call_is_told_apart_from_what_was_to_be_one(text: str, found: str) -> None:
    assert decoded(text, ["tide"]) == ((), found)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[tide('a')]", "without its name"),
        ("[tide(port, 'a')]", "without its name"),
        ("[tide(**{'port': 'a'})]", "unpacked"),
        ("[tide(port=__import__('os').getpid() + 0)]", "computed"),
        ("[tide(port=9**9**9)]", "bounds"),
        ("[tide(port='a' * 10**10)]", "other things than numbers"),
        ("[tide(port=1/0)]", "cannot be computed"),
        ("[tide(port=(lambda: 1)())]", ""),
        ("[tide(port={[]: 1})]", "TypeError"),
        ("[tide(port=0x" + "f" * 5000 + ")]", "digits"),
        ("[tide(port=" + "[" * 80 + "]" * 80 + ")]", "too deep"),
        ('[{"name": "tide", "arguments": "port: a"}]', "no JSON"),
        ('[{"name": "tide", "arguments": [1]}]', "no JSON object"),
        ('<function=tide>{"port": ', "no JSON"),
        ("```python\ntide('a')\n```", "without its name"),
    ],
)
def test_a_call_whose_arguments_cannot_be_read_is_one_with_a_fault(text: str, fault: str) -> None:
    (call,) = decoded(text, ["tide"]).calls
    assert call.name == "tide"
    assert fault in call.fault
    assert bool(call.fault) == bool(fault)


def test_values_are_what_they_are_in_python_and_words_of_json_are_known() -> None:
    text = "[f(a=+5, b=-2.5, c=not_me, d=true, e=null, g=(1, 2), h={'k': [1]}, i='a' 'b', j=2**3, k=2*3-1, l=g(x=1))]"
    (call,) = decoded(text, ["f"]).calls
    assert call.arguments == {
        "a": 5,
        "b": -2.5,
        "c": "not_me",
        "d": True,
        "e": None,
        "g": (1, 2),
        "h": {"k": [1]},
        "i": "ab",
        "j": 8,
        "k": 5,
        "l": {"g": {"x": 1}},
    }


def test_an_object_with_a_field_for_each_function_is_several_calls() -> None:
    found = decoded('{"tide": {"port": "a"}, "tide_at": {"hour": 1}}', ["tide", "tide.at"])
    assert [(call.name, call.arguments) for call in found.calls] == [("tide", {"port": "a"}), ("tide_at", {"hour": 1})]
    assert decoded('{"tide": {"port": "a"}, "other": {"hour": 1}}', ["tide"]) == ((), UNREADABLE)


def test_a_broken_tag_beside_a_whole_one_is_a_call_too_many() -> None:
    text = '<tool_call>{"name": "tide", "arguments": {"port": "a"}}</tool_call><tool_call>{"name"</tool_call>'
    calls = decoded(text, ["tide"]).calls
    assert [bool(call.fault) for call in calls] == [False, True]


def test_a_mark_within_an_argument_is_none() -> None:
    text = '[TOOL_CALLS]tide{"port": "[TOOL_CALLS]tide{"}'
    assert [call.arguments for call in decoded(text, ["tide"]).calls] == [{"port": "[TOOL_CALLS]tide{"}]


def test_arguments_that_are_like_a_declaration_are_arguments() -> None:
    given = {"properties": {"type": "dict"}, "type": "house"}
    assert [call.arguments for call in decoded(json.dumps({"name": "tide", "arguments": given}), ["tide"]).calls] == [
        given
    ]


def test_a_call_in_a_fence_of_a_function_that_is_not_on_offer_is_one() -> None:
    found = decoded("Then:\n```python\nships(port='a')\n```\n", ["tide"])
    assert [call.name for call in found.calls] == ["ships"]


def test_the_same_call_twice_in_one_fence_is_two() -> None:
    assert len(decoded("```\n[tide(port='a'), tide(port='a')]\n```", ["tide"]).calls) == 2


def test_native_calls_have_their_arguments_as_text() -> None:
    sent = (ToolCall("f", '{"a": 1}'), ToolCall("f", " "), ToolCall("f", '{"a": '), ToolCall("f", "[1]"))
    assert [(call.arguments, bool(call.fault)) for call in native_calls(sent).calls] == [
        ({"a": 1}, False),
        ({}, False),
        ({}, True),
        ({}, True),
    ]
