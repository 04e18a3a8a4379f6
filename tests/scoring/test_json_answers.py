"""Answers that have to be JSON: what is a value of RFC 8259, what a schema says of it, and odd texts in no time."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import pytest

from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.scoring.calls.validation import unchecked, violation
from pytest_codeeval.scoring.jsonanswer import JsonScorer
from pytest_codeeval.scoring.jsontext import json_text
from tests.scoring.saying import failing, scored

SCORER = JsonScorer()
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["city"],
    "properties": {
        "city": {"type": "string"},
        "unit": {"type": "string", "enum": ["metric", "imperial"]},
        "days": {"type": "integer", "minimum": 1, "maximum": 9},
        "hours": {"type": "array", "items": {"type": "number"}, "minItems": 1, "maxItems": 3},
    },
}
RIGHT = '{"city": "Oslo", "unit": "metric"}'
ASKED = Problem("Json/0", "Which arguments?", language="", extra={"schema": SCHEMA}, target=RIGHT)
FREE = Problem("Json/1", "In JSON, please.", language="", target=RIGHT)


@pytest.mark.parametrize("problem", [ASKED, FREE], ids=["with a schema", "without"])
def test_right_forms_pass_and_wrong_ones_fail(problem: Problem) -> None:
    assert failing(SCORER, problem) == []


@pytest.mark.parametrize("text", ["{}", "[1, 2]", '"a"', "null", "-0.5e+3", "\r\n\t true ", '"\\ud800"', "9" * 5_000])
def test_a_value_of_whatever_kind_is_json(text: str) -> None:
    assert scored(SCORER, FREE, text).passed


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (f"```json\n{RIGHT}\n```", "fenced"),
        (f"```\n{RIGHT}\n```\n", "fenced"),
        (f"```json {RIGHT}```", "fenced"),
        (f"~~~~ JSON\n{RIGHT}\n~~~~", "fenced"),
        ('```{"city":\n"Oslo"}```', "fenced"),
        (f"```json\n{RIGHT}...", "text_around"),
        (f"Here:\n```json\n{RIGHT}\n```", "text_around"),
        (f"```json\n{RIGHT}\n```\nThat is all.", "text_around"),
        (f"```json\n{RIGHT}\n```\n```json\n{RIGHT}\n```", "text_around"),
        (f"`{RIGHT}`", "text_around"),
        (f"{RIGHT} {RIGHT}", "text_around"),
        (f"\u00a0{RIGHT}", "text_around"),
        (f"\ufeff{RIGHT}", "text_around"),
        ('{"city": NaN}', "no_json"),
        ("-Infinity", "no_json"),
        ("```json\n[Infinity]\n```", "no_json"),
        ('{"city": "Oslo",}', "no_json"),
        ("{'city': 'Oslo'}", "no_json"),
        ('{"city": "a\tb"}', "no_json"),
        ("[01]", "no_json"),
        ("[.5, +1]", "no_json"),
        ("[１]", "no_json"),
        ("True", "no_json"),
        ("```json\n```", "no_json"),
        ("", "no_answer"),
    ],
)
def test_what_is_no_json_fails_and_says_why(text: str, cause: str) -> None:
    score = scored(SCORER, ASKED, text)
    assert (score.passed, score.cause) == (False, cause)
    assert score.measures["lenient"] == score.measures["schema"] == float(cause == "fenced")


@pytest.mark.parametrize(
    ("value", "fits", "but_enum", "said"),
    [
        ({"city": "Oslo"}, 1.0, 1.0, ""),
        ({"city": "Oslo", "days": 2.0, "hours": [1, 2.5], "more": None}, 1.0, 1.0, ""),
        ({"city": "Oslo", "unit": "Metric"}, 0.0, 1.0, "unit is none of the values that are allowed"),
        ({"city": "Oslo", "unit": 1}, 0.0, 0.0, "unit is no string"),
        ({"unit": "Metric"}, 0.0, 0.0, "city is missing in the arguments"),
        ({"city": "Oslo", "days": True}, 0.0, 0.0, "days is no integer"),
        ({"city": "Oslo", "days": 10}, 0.0, 0.0, "days is out of range"),
        ({"city": "Oslo", "hours": []}, 0.0, 0.0, "hours is a list of 0"),
        ({"city": "Oslo", "hours": [1, "2"]}, 0.0, 0.0, "hours is no number"),
        ([{"city": "Oslo"}], 0.0, 0.0, "the arguments are no object"),
    ],
)
def test_the_schema_is_a_figure_beside_validity(value: Any, fits: float, but_enum: float, said: str) -> None:
    score = scored(SCORER, ASKED, json.dumps(value))
    assert score.passed
    assert (score.measures["schema"], score.measures["schema but enum"]) == (fits, but_enum)
    assert score.detail == (f"not as its schema says: {said}" if said else "")
    assert "schema" not in scored(SCORER, FREE, json.dumps(value)).measures


def test_values_may_be_nested_as_deep_as_is_said() -> None:
    deep = "[" * 60 + "1" + "]" * 60
    assert scored(SCORER, FREE, deep).passed
    assert scored(SCORER, FREE, f"[{deep}]").detail == "the answer is no JSON: values are nested too deep"


def test_names_that_stand_there_twice_are_noted() -> None:
    score = scored(SCORER, ASKED, '{"city": 1, "unit": "metric", "city": "Oslo", "\\u0063ity": "Oslo"}')
    assert (score.passed, score.measures["schema"], score.measures["repeated names"]) == (True, 1.0, 1.0)
    assert score.detail == "a name stands there more than once: city"
    assert json_text('[{"a": 1}, {"a": 2}]').repeated == ()


@pytest.mark.parametrize(
    ("text", "passed", "cause"),
    [
        (RIGHT, True, "passed"),
        (f"{RIGHT} H", False, "cut_short"),
        (RIGHT[:-1], False, "cut_short"),
        ("18", False, "cut_short"),
        ('"18"', True, "passed"),
    ],
)
def test_an_answer_that_was_cut_off_counts_if_nothing_can_be_missing(text: str, passed: bool, cause: str) -> None:
    score = scored(SCORER, FREE, text, "length")
    assert (score.passed, score.cause, score.measures["lenient"]) == (passed, cause, float(passed))


@pytest.mark.parametrize(
    ("schema", "fits", "does_not"),
    [
        ({"type": ["string", "null"]}, [None, "a"], [1, []]),
        ({"enum": [1, [True]]}, [1.0, [True]], [True, [1], "1"]),
        ({"enum": [{"a": 0}]}, [{"a": 0.0}], [{"a": False}, {"a": 0, "b": 0}]),
        ({"properties": {"a": {}}, "additionalProperties": False}, [{"a": 1}, {}, 3], [{"b": 1}]),
        ({"additionalProperties": {"type": "number"}}, [{"b": 1}], [{"b": "1"}, {"b": True}]),
        ({"items": {"items": {"type": "integer"}}}, [[[1], "a"], "a"], [[[1.5]]]),
        ({"type": "array", "format": "date"}, [[1], (1,)], [{}, "a"]),
        ({"minimum": 0}, [0, "a", False], [-1, -(10**1200)]),
    ],
)
def test_keywords(schema: Any, fits: list[Any], does_not: list[Any]) -> None:
    assert [value for value in fits if violation(value, schema)] == []
    assert [value for value in does_not if not violation(value, schema)] == []
    assert unchecked(schema) == set()


@pytest.mark.parametrize(
    "schema", [{"$ref": "#"}, {"properties": {"a": {"anyOf": []}}}, {"items": {"additionalProperties": {"not": {}}}}]
)
def test_a_schema_that_says_more_than_is_checked_is_refused(schema: Any) -> None:
    with pytest.raises(DatasetError, match="Json/2: its schema has .*, which is not checked"):
        scored(SCORER, Problem("Json/2", "?", extra={"schema": schema}), "{}")


EXACT = JsonScorer(exact=True)


def test_where_values_count_all_but_the_right_ones_fail() -> None:
    assert failing(EXACT, ASKED) == failing(EXACT, FREE) == []
    assert {"another city", "no city", "another unit", "no unit"} <= set(EXACT.wrong_answers(ASKED))
    assert "another city" not in SCORER.wrong_answers(ASKED)


@pytest.mark.parametrize(
    ("problem", "text", "cause"),
    [
        (ASKED, '{"unit": "metric", "city": "Oslo"}', "passed"),
        (ASKED, '{"city": "Rome", "unit": "metric"}', "wrong_value"),
        (ASKED, '{"city": "Oslo"}', "wrong_value"),
        (ASKED, '{"city": 4, "unit": "metric"}', "against_schema"),
        (ASKED, "[]", "against_schema"),
        (FREE, "[]", "wrong_value"),
        (FREE, "{}", "wrong_value"),
        (FREE, "{", "no_json"),
        (replace(FREE, target='{"n": 1}'), '{"n": 1.0}', "passed"),
        (replace(FREE, target='{"n": 1}'), '{"n": true}', "wrong_value"),
    ],
)
def test_an_exact_answer_is_as_its_schema_says_and_has_the_right_values(
    problem: Problem, text: str, cause: str
) -> None:
    score = scored(EXACT, problem, text)
    assert (score.cause, score.passed) == (cause, cause == "passed")
    assert score.value == float(cause == "passed")
    assert score.measures["lenient"] == float(cause != "no_json")


HOSTILE = {
    "deep lists": "[" * 30_000 + "]" * 30_000,
    "deep objects": '{"city":' * 8_000 + "1" + "}" * 8_000,
    "open brackets": "[{" * 32_000,
    "digits": '{"city": ' + "9" * 5_000 + "}",
    "many digits": json.dumps([10**1_100] * 55),
    "a schema that is within itself": '{"$ref": "#", "$defs": {"city": {"$ref": "#/$defs/city"}}}',
    "one name": "{" + ",".join('"city":1' for _ in range(7_000)) + "}",
    "escapes": '"\\' * 32_000,
    "quotes": '"' * 65_000,
    "backticks": "`" * 65_000,
    "fences": "```json\n" * 8_000,
    "blanks in a fence": "```" + " \n" * 30_000 + "x```",
    "a call": '__import__("os").system("true")',
    "exponents": "[" + ",".join(["1e999999999"] * 5_000) + "]",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_take_no_time(text: str) -> None:
    start = time.process_time()
    score = scored(SCORER, ASKED, text)
    assert time.process_time() - start < 1
    assert score.measures["schema"] == 0
