"""The tasks with tools and the dialogues of this project's own: right ways pass, others do not, the demo as it says."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from importlib.resources import files
from typing import Any

import pytest

from pytest_codeeval.benchmarks import AGENTS_DIALOGUES, AGENTS_TOOLS
from pytest_codeeval.benchmarks.desk import TOOLS, call, desk
from pytest_codeeval.core.completion import Completion, CompletionRequest, SamplingParams
from pytest_codeeval.core.problem import DataRequest, Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.core.toolcall import ToolCall
from pytest_codeeval.generation.backends.demo.backend import DemoBackend
from pytest_codeeval.scoring.answertest import NoTools, answer_test
from pytest_codeeval.scoring.conversation import Conversation
from pytest_codeeval.scoring.saidcheck import CHECKS, broken_check

SUITES = (AGENTS_TOOLS, AGENTS_DIALOGUES)
TASKS = {problem.task_id: problem for problem in AGENTS_TOOLS.load(DataRequest()).problems}
TALKS = {problem.task_id: problem for problem in AGENTS_DIALOGUES.load(DataRequest()).problems}
ROWS = [
    json.loads(line)
    for line in files("pytest_codeeval.generation.backends.demo").joinpath("agents.jsonl").read_text().splitlines()
]
STATE: dict[str, Any] = {"store": {"a": "1"}, "calendar": {"Monday 09:00": {"end": "10:00", "title": "Tea"}}}


def score(suite: Suite, problem: Problem, *texts: str, reason: str = "stop") -> Score:
    """Score these answers."""
    assert suite.scorer is not None
    return suite.scorer.score(problem, [Completion(text, finish_reason=reason) for text in texts], NoTools())


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_right_ways_pass_and_wrong_ones_fail(suite: Suite) -> None:
    problems = suite.load(DataRequest()).problems
    assert suite.scorer is not None
    tested = answer_test(suite.scorer.for_problem, problems, quick=False)
    assert (tested.tried, tested.failures, tested.survivors) == (24, (), ())
    assert tested.mutants > 100


@pytest.mark.parametrize("row", [row for row in ROWS if not row.get("turn")], ids=lambda row: row["task_id"])
@pytest.mark.parametrize("native", [True, False], ids=["native", "in words"])
def test_each_demo_ends_as_its_note_says(row: dict[str, Any], native: bool) -> None:
    suite, problems = (AGENTS_TOOLS, TASKS) if row["task_id"] in TASKS else (AGENTS_DIALOGUES, TALKS)
    problem = problems[row["task_id"]]
    turns = problem.extra.get("turns", [problem.prompt])
    request: CompletionRequest | None = CompletionRequest(
        "demo",
        "demo",
        ({"role": "user", "content": turns[0]},),
        SamplingParams(),
        task_id=problem.task_id,
        later=tuple((turn, "") for turn in turns[1:]),
        tools=TOOLS if native else (),
    )
    assert suite.scorer is not None
    talk, said = Conversation(request, toolbox=suite.scorer.toolbox(problem)), []  # type: ignore[arg-type]
    while request is not None:
        said += asyncio.run(DemoBackend().generate([request]))
        request = talk.after(said[-1])
    found = suite.scorer.score(problem, said, NoTools())
    assert found.outcome == row["note"].partition(":")[0], found.detail
    assert any(completion.tool_calls for completion in said) == (
        native and any("<tool_call>" in one["response"] for one in ROWS if one["task_id"] == row["task_id"])
    )


def test_some_of_the_demo_are_wrong_each_in_a_way_of_its_own() -> None:
    ends = [row["note"] for row in ROWS if not row.get("turn")]
    wrong = [note for note in ends if not note.startswith("passed")]
    assert len(wrong) == len(set(wrong)) == 13
    assert {row["task_id"] for row in ROWS} == {*TASKS, *TALKS}


def test_a_right_answer_over_a_wrong_state_fails_and_says_so() -> None:
    problem = TASKS["Desk/11"]
    found = score(AGENTS_TOOLS, problem, "Answer: violet")
    assert (found.passed, found.value, found.cause) == (False, 0.0, "wrong_state")
    assert found.measures == {"state": 0.0, "answer": 1.0, "steps": 1.0}


def test_an_answer_cut_off_is_none() -> None:
    problem = TASKS["Desk/0"]
    right = AGENTS_TOOLS.scorer.references(problem) if AGENTS_TOOLS.scorer else ()
    assert score(AGENTS_TOOLS, problem, *right).passed
    assert score(AGENTS_TOOLS, problem, *right[:-1], "It is 10767", reason="length").outcome == "cut_short"


@pytest.mark.parametrize(
    "text",
    [
        "Answer: Choir",
        "Answer:\nChoir",
        "**Answer:** Choir",
        "It is the choir.\n\n**Answer: Choir**",
        "ANSWER: `choir`.",
        "- Answer: Choir",
        "**Answer**: Choir",
        "**Final Answer:** Choir",
        "The answer is: Choir",
        "### Final answer\n\nChoir",
    ],
)
def test_forms_of_an_answer_line(text: str) -> None:
    problem = TASKS["Desk/12"]
    right = AGENTS_TOOLS.scorer.references(problem) if AGENTS_TOOLS.scorer else ()
    assert score(AGENTS_TOOLS, problem, *right[:-1], text).passed
    assert not score(AGENTS_TOOLS, problem, *right[:-1], text.replace("hoir", "hoir practice")).passed


def test_titles_and_texts_are_compared_without_case_and_blanks_around() -> None:
    problem = TASKS["Desk/12"]
    given = {"day": "tuesday", "start": "14:00", "end": "14:45", "title": " dentist "}
    step = f'<tool_call>{{"name": "calendar_add", "arguments": {json.dumps(given)}}}</tool_call>'
    assert score(AGENTS_TOOLS, problem, step, "Answer: Choir").passed


@pytest.mark.parametrize(("stored", "right"), [("136", True), ("136.00", True), (136.0, True), ("13.6", False)])
def test_numbers_that_are_left_are_compared_by_their_value(stored: str | float, right: bool) -> None:
    step = f'<tool_call>{{"name": "store_set", "arguments": {json.dumps({"key": "coat/sale", "value": stored})}}}'
    assert score(AGENTS_TOOLS, TASKS["Desk/8"], step, "Answer: 136").passed is right


CALLS: list[tuple[str, Any, str]] = [
    ("calculate", {"operation": "divide", "a": 1, "b": 3}, "0.333333"),
    ("calculate", {"operation": "multiply", "a": "1.5", "b": 2}, "3"),
    ("calculate", {"operation": "divide", "a": 1, "b": 0}, "error: nothing can be divided by 0"),
    ("calculate", {"operation": "multiply", "a": 1e15, "b": 10}, "error: the result is beyond 1e+15"),
    ("calculate", {"operation": "add", "a": 10**400, "b": 1}, "error: a has to be a number of at most 1e+15"),
    ("calculate", {"operation": "add", "a": 1e300, "b": 1}, "error: a has to be a number of at most 1e+15"),
    ("calculate", {"operation": "add", "a": True, "b": 1}, "error: a has to be a number of at most 1e+15"),
    ("calculate", {"operation": "add", "a": "１", "b": 1}, "error: a has to be a number of at most 1e+15"),
    ("calculate", {"operation": ["add"], "a": 1, "b": 1}, "error: operation has to be a text"),
    ("calculate", {"operation": "add", "a": 0.1, "b": 0.2}, "0.3"),
    ("convert", {"amount": 1, "from_unit": "mile", "to_unit": "kilometre"}, "1.609344 kilometre"),
    (
        "convert",
        {"amount": 1, "from_unit": "mile", "to_unit": "hour"},
        "error: mile is a unit of length, hour one of time",
    ),
    ("store_get", {"key": "b"}, "error: there is no key 'b'"),
    ("store_get", {}, "error: key has to be a text"),
    ("store_set", {"key": "a", "value": 2.0}, "a is 2"),
    ("store_set", {"key": "a" * 501, "value": "x"}, "error: key is longer than 500 characters"),
    ("store_keys", {}, "a"),
    ("store_delete", {"key": "a"}, "a is gone"),
    ("calendar_list", {"day": "Monday"}, "09:00-10:00 Tea"),
    ("calendar_list", {"day": "Mon"}, "error: day has to be one of Monday, "),
    (
        "calendar_add",
        {"day": "Monday", "start": "9:30", "end": "11:00", "title": "x"},
        "error: Monday 09:00-10:00 is taken: Tea",
    ),
    ("calendar_add", {"day": "Monday", "start": "10:00", "end": "11:00", "title": "x"}, "added: Monday 10:00-11:00 x"),
    ("calendar_add", {"day": "Monday", "start": "11:00", "end": "10:00", "title": "x"}, "error: an event has to end"),
    ("calendar_remove", {"day": "Monday", "start": "08:00"}, "error: nothing starts on Monday 08:00"),
    ("calendar_remove", {"day": "Monday", "start": "24:00"}, "error: start has to be a time such as 09:30"),
]


@pytest.mark.parametrize(("name", "given", "told"), CALLS, ids=lambda value: str(value)[:30])
def test_tools_of_the_desk_answer_whatever_they_are_called_with(name: str, given: Any, told: str) -> None:
    before = json.dumps(STATE)
    state, result = call(STATE, ToolCall(name, json.dumps(given)))
    assert result.startswith(told)
    assert json.dumps(STATE) == before  # a call changes no state that was there before
    assert (state != STATE) == (
        not result.startswith("error") and name in ("store_set", "store_delete", "calendar_add")
    )


def test_every_tool_is_called_by_a_right_way() -> None:
    used = Counter(name for problem in TASKS.values() for step in problem.extra["reference"][:-1] for name, _ in step)
    assert used.keys() == desk(STATE).names


@pytest.mark.parametrize(
    "text", [" " * 65_000, "a " * 32_000, "`" * 65_000, "1 " * 32_000, "-" * 65_000, "\n" * 65_000]
)
def test_odd_texts_take_no_time(text: str) -> None:
    wanted: dict[str, Any] = {name: ["a", "b"] for name in CHECKS}
    wanted |= {"number_is": "3", "lines": 3, "words_at_most": 3}
    wanted |= {"begins_with": "x", "ends_with": "x", "each_line_begins_with": "x"}
    start = time.process_time()
    for check, value in wanted.items():
        broken_check(text, {check: value})
    score(AGENTS_TOOLS, TASKS["Desk/12"], text)
    score(AGENTS_TOOLS, TASKS["Desk/0"], text)
    assert time.process_time() - start < 2
