"""Calls written as elements: the forms of current models, values by their declared types, and what is no call."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.toolbox import Toolbox, tool
from pytest_codeeval.scoring.calls.decoding import ELEMENTS, NO_CALL, UNREADABLE, decoded
from pytest_codeeval.scoring.calls.scorer import CallsScorer
from pytest_codeeval.scoring.marks import marks_with
from pytest_codeeval.scoring.toolloop import calls_of
from tests.scoring.calls.problems import TIDE, asking, foreign, weather
from tests.scoring.saying import scored

DECLARED: dict[str, Any] = {
    "weather.get": {
        "city": {"type": "string"},
        "days": {"type": "integer"},
        "least": {"type": "number"},
        "wet": {"type": "boolean"},
        "hours": {"type": "array"},
        "place": {"type": "object"},
        "until": {"type": ["integer", "null"]},
        "code": {"type": ["integer", "string"]},
        "any": {},
    },
    "tide": {"port": {"type": "string"}},
    "now": {},
}
QWEN = "<function=weather.get>\n<parameter=city>\nRome\n</parameter>\n<parameter=days>\n3\n</parameter>\n</function>"
GLM = (
    "<tool_call>weather.get\n<arg_key>city</arg_key>\n<arg_value>Rome</arg_value>\n"
    "<arg_key>days</arg_key>\n<arg_value>3</arg_value>\n</tool_call>"
)
CLAUDE = (
    '<invoke name="weather.get">\n<parameter name="city">Rome</parameter>\n'
    '<parameter name="days">3</parameter>\n</invoke>'
)
DEEPSEEK = (
    '<｜DSML｜function_calls>\n<｜DSML｜invoke name="weather.get">\n<｜DSML｜parameter name="city" string="true">Rome'
    '</｜DSML｜parameter>\n<｜DSML｜parameter name="days" string="false">3</｜DSML｜parameter>\n</｜DSML｜invoke>\n'
    "</｜DSML｜function_calls>"
)
FORMS = [
    f"<tool_call>\n{QWEN}\n</tool_call>",
    f"I look.\n\n<tool_call>\n{QWEN}\n</tool_call><|im_end|>",
    f"I look.\n{QWEN}\n</tool_call>",  # the opening left out
    QWEN,
    QWEN.replace("\n", ""),
    QWEN.replace("\n</parameter>", ""),
    f"<seed:tool_call>{QWEN}</seed:tool_call>",
    f"```xml\n{QWEN}\n```",
    GLM,
    GLM.replace("\n", ""),
    f"First: {GLM}<|observation|>",
    GLM.replace("get\n", "get<tool_sep>\n"),
    f"<function_calls>\n{CLAUDE}\n</function_calls>",
    re.sub("<(/?)", r"<\1ns:", f"<function_calls>{CLAUDE}</function_calls>"),
    f"I look.\n<minimax:tool_call>\n{CLAUDE}\n</minimax:tool_call>",
    CLAUDE.replace('"', "'"),
    DEEPSEEK,
    QWEN.replace("weather.get", "weather_get"),
]


@pytest.mark.parametrize("text", FORMS)
def test_a_call_is_found_in_each_form(text: str) -> None:
    found = decoded(text, DECLARED, declared=DECLARED)
    assert found.found == ELEMENTS
    (call,) = found.calls
    assert (call.name.replace("_", "."), call.arguments, call.fault) == ("weather.get", {"city": "Rome", "days": 3}, "")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("city", "3", "3"),
        ("city", "true", "true"),
        ("city", "null", "null"),
        ("city", "\n two\nlines \n", " two\nlines "),
        ("city", "a </b> <c>", "a </b> <c>"),
        ("days", " 3 ", 3),
        ("days", "-3", -3),
        ("days", "3.0", "3.0"),
        ("days", "three", "three"),
        ("days", "1_000", "1_000"),
        ("days", "9" * 400, "9" * 400),
        ("least", "2.5e1", 25.0),
        ("least", "2", 2),
        ("least", "1/2", "1/2"),
        ("wet", "True", True),
        ("wet", "false", False),
        ("wet", "1", "1"),
        ("wet", "yes", "yes"),
        ("hours", "[1, 2.5]", [1, 2.5]),
        ("hours", "['a', True, -1]", ["a", True, -1]),
        ("hours", "[a, b]", "[a, b]"),
        ("hours", "[__import__('os')]", "[__import__('os')]"),
        ("hours", '{"a": 1}', '{"a": 1}'),
        ("hours", "1, 2", "1, 2"),
        ("place", '{"x": {"y": null}}', {"x": {"y": None}}),
        ("place", "{'x': 1}", {"x": 1}),
        ("until", "null", None),
        ("until", "4", 4),
        ("code", "4", "4"),
        ("any", "4", "4"),
        ("of no schema", "4", "4"),
    ],
)
def test_a_value_is_of_the_type_that_is_declared_or_its_text(name: str, text: str, value: Any) -> None:
    said = f"<function=weather.get><parameter={name}>{text}</parameter></function>"
    (call,) = decoded(said, DECLARED, declared=DECLARED).calls
    found = call.arguments[name]
    assert (found, type(found)) == (value, type(value))


def test_a_value_of_deepseek_that_is_said_to_be_a_text_is_one() -> None:
    text = DEEPSEEK.replace('"days" string="false"', '"days" string="true"')
    assert decoded(text, DECLARED, declared=DECLARED).calls[0].arguments["days"] == "3"


ONE, OTHER = "<function=tide><parameter=port>a</parameter></function>", '{"name": "tide", "arguments": {"port": "b"}}'

INVOKED = '<invoke name="tide"><parameter name="port">a</parameter></invoke>'


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        (f"<tool_call>{ONE}</tool_call>\n<tool_call>{ONE.replace('>a<', '>b<')}</tool_call>", ["a", "b"]),
        (f"{ONE}</tool_call>\n<tool_call>{ONE.replace('>a<', '>b<')}</tool_call>", ["a", "b"]),
        (f"<tool_call>{ONE}</tool_call>\n<tool_call>{OTHER}</tool_call>", ["a", "b"]),
        (f"<tool_call>{ONE}{OTHER}</tool_call>", ["a", "b"]),
        (f"{ONE}\n[TOOL_CALLS]tide" + '{"port": "b"}', ["a", "b"]),
        (
            f"<function_calls>{INVOKED}\n{INVOKED.replace('>a<', '>b<')}</function_calls>",
            ["a", "b"],
        ),
        (f"<tool_call>{ONE}\nI wait.", ["a"]),
        (f"<tool_call>{ONE}</tool_call>\n<tool_call>[]</tool_call>", ["a"]),
        ("<tool_call>now</tool_call>", [None]),
        ("<function=now>\n</function>", [None]),
    ],
)
def test_all_calls_of_a_text_are_found_whatever_their_forms(text: str, ports: list[str | None]) -> None:
    calls = decoded(text, DECLARED, declared=DECLARED).calls
    assert [(call.arguments.get("port"), call.fault) for call in calls] == [(port, "") for port in ports]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("<function=tide><parameter=port>a</parameter>", ["the call has no end"]),
        ("<function=tide><parameter=port>a", ["the call has no end"]),
        (f"<function=tide><parameter=port>a\n{ONE}", ["another call begins before this one ends"]),
        (
            ONE.replace("</function>", "<parameter=port>b</parameter></function>"),
            ["the argument port stands there twice"],
        ),
        (f"{ONE}<tool_call>" + '{"name": "tide"</tool_call>', ["", "what stands in a tag of calls is none"]),
        (
            ONE.replace("</function>", "<parameter=<b>>1</parameter></function>"),
            ["what stands in the call is no argument"],
        ),
        (ONE.replace("</function>", "<b>1</b></function>"), ["what stands in the call is no argument"]),
        (ONE.replace("</function>", " as asked</function>"), [""]),
        ("<tool_call>tide<arg_key>port</arg_key></tool_call>", ["what stands in the call is no argument"]),
        (f"{ONE}<tool_call>\0x</tool_call>", ["", "what stands in a tag of calls is none"]),
        ("<tool_call>later</tool_call>" + ONE, ["", "what stands in a tag of calls is none"]),
    ],
)
def test_what_cannot_be_read_is_a_call_with_a_fault(text: str, faults: list[str]) -> None:
    assert [call.fault for call in decoded(text, DECLARED, declared=DECLARED).calls] == faults


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("`<function=tide></function>` is how one would call it.", NO_CALL),
        ("A <function=tide> is a mark, and <invoke> as well.", NO_CALL),
        ("<tool_call>none of them</tool_call>", UNREADABLE),
        ("<tool_call>none</tool_call>", UNREADABLE),
        ("<tools>tide<arg_key>port</arg_key></tools>", NO_CALL),
    ],
)
def test_what_is_no_call_is_none(text: str, found: str) -> None:
    assert decoded(text, DECLARED, declared=DECLARED) == ((), found)


def test_elements_within_an_argument_of_json_are_a_part_of_it() -> None:
    text = '{"name": "tide", "arguments": {"port": "\\n<function=tide>\\n</function>"}}'
    (call,) = decoded(f"<tool_call>{text}</tool_call>", DECLARED, declared=DECLARED).calls
    assert call.arguments == {"port": "\n<function=tide>\n</function>"}


def test_calls_are_scored_by_the_schema_of_the_question_and_as_published_are_none() -> None:
    problem = weather(days=[3], hours=[[1.5, 2.5]], wet=[True])
    more = "<parameter=hours>[1.5, 2.5]</parameter><parameter=wet>True</parameter></function>"
    score = scored(CallsScorer(), problem, QWEN.replace("</function>", more))
    assert score.passed and score.measures["strict"] == 0
    assert scored(CallsScorer(), problem, QWEN.replace("\n3\n", "three")).cause == "wrong_type"
    two = asking({"tide": {"port": ["a"]}}, {"tide": {"port": ["b"]}}, functions=(TIDE,))
    assert scored(CallsScorer(), two, f"<tool_call>{ONE}</tool_call><tool_call>{OTHER}</tool_call>").passed
    assert scored(CallsScorer(), asking(functions=(TIDE,)), ONE).cause == "extra_call"


def test_in_java_each_value_is_a_text_of_java() -> None:
    said = "<function=A.f><parameter=n>5</parameter><parameter=l>7L</parameter></function>"
    assert scored(CallsScorer(), foreign("java", n=[5], l=[7]), said).passed


@pytest.mark.parametrize("text", [FORMS[0], FORMS[3], GLM, FORMS[12]])
def test_a_loop_of_tools_reads_them_too(text: str) -> None:
    box = Toolbox(
        (tool("weather.get", "", {"city": {"type": "string"}, "days": {"type": "integer"}}),), lambda *_: (0, "")
    )
    (call,) = calls_of(Completion(text, "stop"), box, marks_with(()))
    assert (call.name, call.parsed()) == ("weather.get", {"city": "Rome", "days": 3})


BOM = "\ufeff"


@pytest.mark.parametrize("text", [f"{BOM}{OTHER}", f"{BOM}\n[{OTHER}]", f"```json\n{BOM}{OTHER}\n```"])
def test_json_with_a_byte_order_mark_is_read(text: str) -> None:
    assert [call.arguments for call in decoded(text, ["tide"]).calls] == [{"port": "b"}]


LONG = 1 << 16
HOSTILE = {
    "openings": "<function=tide>\n<parameter=port>" * (LONG // 32),
    "calls": ONE * (LONG // len(ONE)),
    "closed once": "<function=tide><parameter=port>" * (LONG // 31 - 1) + "</function>",
    "keys": "<function=tide><parameter=" + "a>" * (LONG // 2 - 30) + "</function>",
    "many arguments": "<function=tide>" + "".join(f"<parameter=p{n}>1" for n in range(3_000)) + "</function>",
    "blanks": "<tool_call>" + " " * (LONG - 20),
    "tags and blanks": ("<tool_call>" + " " * 99 + "a") * (LONG // 111),
    "long names": ("<tool_call>" + "a" * 200 + " ") * (LONG // 212),
    "keys of blanks": "<tool_call>tide<arg_key>" + (" " * 99 + "<arg_key>") * (LONG // 110) + "</tool_call>",
    "words in tags": "<tool_call>a</tool_call>" * (LONG // 24),
    "invokes": "<invoke name='tide'><parameter name=" * (LONG // 37),
    "a deep list": "<function=weather.get><parameter=hours>" + "[" * 60_000 + "</function>",
    "a deep literal": "<function=weather.get><parameter=hours>" + "[" * 90 + "'" + "]" * 90 + "</function>",
    "a long list": "<function=weather.get><parameter=hours>[" + "'a'," * 16_000 + "]</parameter></function>",
    "digits": "<function=weather.get><parameter=days>" + "9" * 60_000 + "</parameter></function>",
    "a list of digits": "<function=weather.get><parameter=hours>[" + "9" * 60_000 + "]</parameter></function>",
    "prefixes": "<a:" * (LONG // 3),
    "cuts": "\0<tool_call>" * (LONG // 12),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_takes_long_or_passes(name: str) -> None:
    problem = asking({"weather.get": {"city": ["Rome"]}})
    start = time.process_time()
    score = scored(CallsScorer(), problem, HOSTILE[name][:LONG])
    assert time.process_time() - start < 1
    assert not score.passed
