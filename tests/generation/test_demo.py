"""Scripted answers for `starter` and `starter-general`, each labelled with how it has to end."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pytest_codeeval.benchmarks import (
    AGENTS_DIALOGUES,
    AGENTS_TOOLS,
    PYTHON_CODE_COMPLETION,
    PYTHON_CODE_REPAIR,
    PYTHON_CODE_TRANSLATION,
    PYTHON_DOCSTRING_GENERATION,
    PYTHON_FUNCTION_GENERATION,
    STARTER,
    STARTER_GENERAL,
)
from pytest_codeeval.core.completion import Completion, Message, SamplingParams
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.core.problem import DataRequest
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.scorer import Tools
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.backends.demo.backend import DemoBackend
from pytest_codeeval.scoring.code.extract import solution_of
from pytest_codeeval.scoring.code.verdicts import verdict_on
from tests.generation.scripted import ask

ROWS = [
    json.loads(line)
    for line in files("pytest_codeeval.generation.backends.demo").joinpath("demo.jsonl").read_text("utf-8").splitlines()
]
PROBLEMS = {problem.task_id: problem for problem in STARTER.load(DataRequest()).problems}
GENERAL = {problem.task_id: problem for problem in STARTER_GENERAL.load(DataRequest()).problems}
OTHERS = (
    AGENTS_TOOLS,
    AGENTS_DIALOGUES,
    PYTHON_CODE_COMPLETION,
    PYTHON_CODE_REPAIR,
    PYTHON_CODE_TRANSLATION,
    PYTHON_DOCSTRING_GENERATION,
    PYTHON_FUNCTION_GENERATION,
)
ELSEWHERE = [problem.task_id for suite in OTHERS for problem in suite.load(DataRequest()).problems]
"""Whose answers other tests look at."""
CODE_ROWS = [row for row in ROWS if row["task_id"] in PROBLEMS]
GENERAL_ROWS = [row for row in ROWS if row["task_id"] in GENERAL]
FIRST_ROWS = [row for row in GENERAL_ROWS if not row.get("turn")]


def answer(task_id: str, sample: int = 0, turn: int = 0) -> Completion:
    """Ask for one answer."""
    request = replace(ask(), task_id=task_id, sample_index=sample, turn=turn)
    return asyncio.run(DemoBackend().generate([request]))[0]


def judged(
    judge: str, messages: Sequence[Message], params: SamplingParams, script: str = "", again: int = 0
) -> Completion:
    """Ask the demo model as a judge."""
    request = replace(ask(), suite="judge:starter-general", script=script)
    return asyncio.run(DemoBackend().generate([request]))[0]


TOOLS = cast(Tools, SimpleNamespace(thinking_marks=(), judges=("demo",), ask=judged))


def ends(row: dict[str, Any]) -> str:
    """Return the outcome that a row's note names."""
    return str(row["note"].partition(":")[0])


def test_it_is_a_backend_with_an_answer_to_every_problem() -> None:
    assert isinstance(DemoBackend(), ModelBackend)
    assert DemoBackend().recorded() == {task_id.lower(): 1 for task_id in (*PROBLEMS, *GENERAL, *ELSEWHERE)}
    assert {row["task_id"] for row in ROWS} == {*PROBLEMS, *GENERAL}


def test_samples_beyond_the_scripted_ones_repeat_them_in_turn() -> None:
    scripted = [row["response"] for row in ROWS if row["task_id"] == "Starter/1"]
    assert len(scripted) == 2
    assert [answer("Starter/1", sample).text for sample in range(5)] == [*scripted, *scripted, scripted[0]]


def test_another_suite_has_no_answers() -> None:
    with pytest.raises(BackendError, match="agents and the Python tasks only, not for HumanEval/0"):
        answer("HumanEval/0")


def test_each_turn_has_an_answer_of_its_own_and_no_further_turn_has_one() -> None:
    scripted = [row["response"] for row in ROWS if row["task_id"] == "General/30"]
    assert len(set(scripted)) == 2
    assert [answer("General/30", sample, turn).text for sample in (0, 1) for turn in (0, 1)] == scripted * 2
    with pytest.raises(BackendError, match="not for turn 3 of General/30"):
        answer("General/30", turn=2)


def test_every_turn_has_as_many_answers_as_the_problem_has_samples() -> None:
    # Or else a second answer would stand behind somebody else's first one.
    answers = {
        task_id: Counter(row.get("turn", 0) for row in GENERAL_ROWS if row["task_id"] == task_id) for task_id in GENERAL
    }
    for task_id, problem in GENERAL.items():
        assert set(answers[task_id]) == set(range(len(problem.extra.get("turns", ["one"])))), task_id
        assert len(set(answers[task_id].values())) == 1, task_id


def test_a_third_of_the_answers_in_words_are_wrong_each_in_a_way_of_its_own() -> None:
    wrong = [row["note"] for row in FIRST_ROWS if ends(row) != "passed"]
    assert Counter(ends(row) for row in FIRST_ROWS) == {
        "passed": 36,
        "wrong_answer": 13,
        "low_rating": 3,
        "no_answer": 5,
    }
    assert len(set(wrong)) == len(wrong)
    of_kind = Counter(GENERAL[row["task_id"]].extra["kind"] for row in FIRST_ROWS if ends(row) != "passed")
    few = {"instructions": 2, "calls": 3, "prediction": 2, "json": 2}
    assert of_kind == {"number": 4, "choice": 4, "judge": 4, **few}
    for row in GENERAL_ROWS:  # a sample ends as one, whatever the number of its turns
        assert ends(row) == next(ends(other) for other in FIRST_ROWS if other["task_id"] == row["task_id"])


@pytest.mark.parametrize("row", CODE_ROWS, ids=lambda row: f"{row['task_id']} {ends(row)}")
def test_each_answer_ends_as_its_note_says(runner: PythonRunner, row: dict[str, Any]) -> None:
    problem = PROBLEMS[row["task_id"]]
    completion = Completion(row["response"])
    verdict = verdict_on(lambda *job: runner.check(*job, 1.0), problem, completion, solution_of(completion, problem))
    assert verdict.outcome.value == ends(row), verdict.detail


@pytest.mark.parametrize("row", FIRST_ROWS, ids=lambda row: f"{row['task_id']} {ends(row)}")
def test_each_answer_in_words_ends_as_its_note_says(runner: PythonRunner, row: dict[str, Any]) -> None:
    assert STARTER_GENERAL.scorer is not None
    problem = GENERAL[row["task_id"]]
    turns = range(len(problem.extra.get("turns", ["one"])))
    completions = [answer(problem.task_id, turn=turn) for turn in turns]
    TOOLS.run = lambda problem, code: runner.check(problem, code, 1.0)  # type: ignore[method-assign]
    score = STARTER_GENERAL.scorer.score(problem, completions, TOOLS)
    assert score.outcome == ends(row), (score.answer, score.found, score.detail)


def test_calls_of_the_script_come_as_such_to_who_gives_tools_and_as_text_to_who_does_not() -> None:
    assert STARTER_GENERAL.scorer is not None
    problem = GENERAL["General/45"]
    given = STARTER_GENERAL.prompt(problem)
    assert isinstance(given, Prompt)
    for tools in (given.tools, ()):
        (said,) = asyncio.run(DemoBackend().generate([replace(ask(), task_id="General/45", tools=tools)]))
        assert [call.name for call in said.tool_calls] == (["start_timer", "add_item"] if tools else [])
        assert STARTER_GENERAL.scorer.score(problem, [said], TOOLS).passed


def test_the_demo_shows_many_ways_to_end() -> None:
    notes = Counter(map(ends, CODE_ROWS))
    assert len(notes) >= 6
    assert notes["passed"] >= len(CODE_ROWS) / 2


SCORED = [
    json.loads(line)
    for line in files("pytest_codeeval.generation.backends.demo")
    .joinpath("scores.jsonl")
    .read_text("utf-8")
    .splitlines()
]
CHOICES = STARTER_GENERAL.scored


@pytest.mark.parametrize("row", SCORED, ids=lambda row: row["task_id"])
def test_each_problem_with_choices_is_scored_and_ends_as_its_note_says(row: dict[str, Any]) -> None:
    assert CHOICES is not None
    assert CHOICES.scorer is not None
    problem, prompt = GENERAL[row["task_id"]], CHOICES.prompt(GENERAL[row["task_id"]])
    assert isinstance(prompt, Prompt)
    about = {"task_id": row["task_id"], "mode": "score", "prompt": prompt.text, "continuations": prompt.continuations}
    (said,) = asyncio.run(DemoBackend().generate([replace(ask(), **cast(Any, about))]))
    assert [score.logprob for score in said.scores] == row["logprobs"]
    assert CHOICES.scorer.score(problem, [said], TOOLS).outcome == ends(row)


def test_the_scores_are_of_all_problems_with_choices_and_of_no_others() -> None:
    assert CHOICES is not None
    assert [row["task_id"] for row in SCORED] == [one.task_id for one in CHOICES.load(DataRequest()).problems]
    with pytest.raises(BackendError, match="has scores for starter-general only, not for ARC-Easy/0"):
        asyncio.run(DemoBackend().generate([replace(ask(), task_id="ARC-Easy/0", continuations=(" a", " b"))]))
