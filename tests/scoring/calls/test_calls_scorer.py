"""CallsScorer: whole answers, what is said of wrong ones, and the published decoder beside."""

from __future__ import annotations

import json

import pytest

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.toolcall import ToolCall
from pytest_codeeval.scoring.calls.scorer import CallsScorer
from tests.scoring.calls.problems import asking, foreign, weather
from tests.scoring.saying import TOOLS, scored

SCORER = CallsScorer()
TWO = asking({"tide": {"port": ["a", "b"]}}, {"tide": {"port": ["a"]}})
NONE = asking()


def native(problem: Problem, *calls: tuple[str, str], finish: str = "tool_calls") -> Score:
    sent = tuple(ToolCall(name, arguments) for name, arguments in calls)
    return SCORER.score(problem, [Completion("I call that.", finish, tool_calls=sent)], TOOLS)


def stages(score: Score) -> dict[str, bool]:
    return {stage.name: stage.passed for stage in score.stages}


@pytest.mark.parametrize(
    ("text", "cause", "reached"),
    [
        ("[weather.get(city='Rome', days=1)]", "passed", [True, True, True, True]),
        ("[weather_get(city='Rome', days=1)]", "passed", [True, True, True, True]),
        ("[weather.get(city='Rome', days=1, unit='K')]", "wrong_value", [True, True, False, False]),
        ("[weather.get(city='Oslo', days=1)]", "wrong_value", [True, True, True, False]),
        ("[weather.get(city='Rome', days='1')]", "wrong_type", [True, True, False, False]),
        ("[weather.get(city='Rome')]", "missing_parameter", [True, True, True, False]),
        ("[weather.get(days=1)]", "missing_parameter", [True, True, False, False]),
        ("[weather.get('Rome', days=1)]", "bad_arguments", [True, False]),
        ("[weather(city='Rome', days=1)]", "wrong_name", [False, True]),
        ("[tide(port='a')]", "wrong_name", [False, True]),
        ("[weather.get(city='Rome', days=1), tide(port='a')]", "wrong_count", [False, True]),
        ("It is warm there.", "no_call", []),
        ("[weather.get(city=", "unreadable_call", []),
    ],
)
def test_the_first_stage_that_broke_is_seen(text: str, cause: str, reached: list[bool]) -> None:
    score = scored(SCORER, weather(days=[1], unit=["C", "F", ""]), text)
    assert (score.cause, list(stages(score).values())) == (cause, reached)
    assert list(stages(score)) == ["name", "json", "schema", "values"][: len(reached)]
    assert score.measures["mine"] == float(cause == "passed")


def test_calls_answer_in_whatever_order_and_none_is_taken_twice() -> None:
    right = ("[tide(port='a'), tide(port='b')]", "[tide(port='b'), tide(port='a')]", "[tide(port='a'), tide(port='a')]")
    assert all(scored(SCORER, TWO, text).passed for text in right)
    assert not scored(SCORER, TWO, "[tide(port='b'), tide(port='b')]").passed


def test_native_calls_are_scored_and_the_text_beside_them_is_not() -> None:
    problem = weather()
    score = native(problem, ("weather_get", '{"city": "Rome"}'))
    assert (score.passed, score.found, score.measures) == (True, "native", {"mine": 1.0, "strict": 1.0})
    assert native(problem, ("weather_get", '{"city": "Rome"')).cause == "bad_arguments"
    assert native(problem, ("weather_get", '{"city": "Rome"'), finish="length").cause == "cut_short"
    assert native(problem, ("weather_get", '["Rome"]')).cause == "bad_arguments"
    assert native(problem, ("weather_get", "{}"), ("weather_get", "{}")).cause == "wrong_count"
    assert native(NONE, ("tide", "{}")).cause == "extra_call"
    longest = native(problem, ("weather_get", '{"city": "' + "x" * 70_000 + '"}'))
    assert (longest.outcome, longest.measures) == ("output", {"mine": 0.0, "strict": 0.0})


@pytest.mark.parametrize(
    ("text", "passed", "no_attempt", "strict"),
    [
        ("None of them fits.", True, 1.0, 1.0),
        ("[]", True, 1.0, 1.0),
        ("[tide(port=", True, 0.0, 1.0),
        ("[tide(port='a')]", False, 0.0, 0.0),
        ("```json\n" + '[{"name": "tide", "arguments": {}}]' + "\n```", False, 0.0, 1.0),  # published: nothing read
        ("", False, 0.0, 1.0),
        ("x" * 70_000, False, 0.0, 0.0),
    ],
)
def test_where_no_function_fits_a_call_is_wrong(text: str, passed: bool, no_attempt: float, strict: float) -> None:
    score = scored(SCORER, NONE, text)
    assert (score.passed, score.measures["no attempt"], score.measures["strict"]) == (passed, no_attempt, strict)


def test_an_answer_that_was_cut_off_before_any_call_has_not_declined_to_call() -> None:
    assert scored(SCORER, NONE, "Let me see which of them", "length").cause == "cut_short"


@pytest.mark.parametrize(
    ("text", "strict", "passed"),
    [
        ("weather.get(city='Rome', days=1)", 1, True),
        ("`[weather.get(city='Rome', days=1)]`", 1, True),
        ("[weather.get(city='Rome', days=+1)]", 0, True),  # published: any sign negates
        ("[weather.get(city='Rome', days=~-1)]", 0, False),
        ("[weather.get(city='Rome', days=3-2)]", 1, True),
        ("[weather.get('x', city='Rome', days=1)]", 1, False),  # published: it vanishes
        ("[weather_get(city='Rome', days=1)]", 0, True),
        ("```python\n[weather.get(city='Rome', days=1)]\n```", 0, True),
        ('[{"weather_get": "{\\"city\\": \\"Rome\\", \\"days\\": 1}"}]', 1, True),
        ('{"tool_calls": [{"name": "weather.get", "arguments": {"city": "Rome", "days": 1}}]}', 1, True),
        ("[weather.get(city='Rome', days=int('1')+0)]", 0, False),
        ("{weather.get(city='Rome', days=1),}", 0, False),
    ],
)
def test_the_published_decoder_is_told_beside(text: str, strict: float, passed: bool) -> None:
    score = scored(SCORER, weather(days=[1]), text)
    assert (score.measures["strict"], score.passed) == (strict, passed)


@pytest.mark.parametrize("language", ["java", "javascript"])
def test_calls_in_other_languages_are_read_as_texts(language: str) -> None:
    problem = foreign(language, n=[5], s=["a, b"], o=["new Foo(1, 2)"])
    assert scored(SCORER, problem, '[A.f(n=5, s="a, b", o=new Foo(1, 2))]').passed
    assert scored(SCORER, problem, 'Call:\n```\nA.f(n = 5, s = "a, b", o = new Foo(1, 2));\n```').passed
    assert scored(
        SCORER, problem, '[{"name": "A_f", "arguments": {"n": "5", "s": "a, b", "o": "new Foo(1, 2)"}}]'
    ).passed
    assert scored(SCORER, problem, '[A.f(5, "a, b", new Foo(1, 2))]').cause == "bad_arguments"
    assert not scored(SCORER, problem, '[A.f(n=6, s="a, b", o=new Foo(1, 2))]').passed


LONG = 1 << 16
HOSTILE = {
    "[": "[" * LONG,
    "lines of {": "{\n" * (LONG // 2),
    "calls never closed": "tide(\n" * (LONG // 6),
    "tags": "<tool_call>" * (LONG // 11),
    "fences": "```\n" * (LONG // 4),
    "calls in fences": "```\ntide(x=1)\n```\n" * (LONG // 19),
    "marks": "<function=tide>{" * (LONG // 16),
    "marks of deep objects": ("<function=tide>" + '{"a":' * 100) * (LONG // 515),
    "a mark's long name": ">>>" * (LONG // 4) + "a" * (LONG // 5),
    "escaped quotes": "[" + '"\\"' * (LONG // 3 - 1),
    "prose": "I can't [do] that {now} tide(x) \n" * (LONG // 33),
    "deep objects": '[{"name": "tide", "arguments": ' + '{"a":' * 12_000 + "1}]",
    "deep lists": "[tide(port=" + "[" * 150 + "]" * 150 + ")]",
    "digits": "[tide(port=" + "9" * 5_000 + ")]",
    "digits of JSON": '[{"name": "tide", "arguments": {"port": ' + "9" * 5_000 + "}}]",
    "sums": "[tide(port=" + "1+" * 30_000 + "1)]",
    "products": "[tide(port=" + "*".join(["2**4000"] * 8_000) + ")]",
    "powers": "[tide(port=9**9**9)]",
    "an import": "[tide(port=__import__('os').system('exit 1'))]",
    "many calls": "[" + "tide(port='c'), " * 4_000 + "]",
    "types": "[A.f(v=new ArrayList<" + "a," * 30_000 + ">())]",
    "maps": "[A.f(m=new HashMap<>() {{" + 'put("a", 1);' * 5_000 + "}})]",
    "blanks": "[A.f(m={" + " " * 60_000 + "})]",
    "lists in lists": "[A.f(v=" + "[" * 11 + "1," * 30_000 + "]" * 11 + ")]",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_that_a_model_may_write_takes_long_or_does_anything_but_fail(cpu: None, name: str) -> None:
    for problem in (TWO, foreign("java", n=[1], v=[["a"]], m=[{"k": [1]}])):
        score = scored(SCORER, problem, HOSTILE[name])
        assert not score.passed
        assert json.loads(json.dumps(score.to_json())) == json.loads(
            json.dumps(Score.from_json(score.to_json()).to_json())
        )
        assert not native(problem, ("tide", HOSTILE[name])).passed
