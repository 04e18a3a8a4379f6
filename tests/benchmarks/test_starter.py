"""This project's own problems: their solutions pass, and every mistake that was thought of fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import STARTER
from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.problem import DataRequest, Problem
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.scoring.code.extract import solution_of
from pytest_codeeval.scoring.code.verdicts import verdict_on

Endings = dict[tuple[str, str], str]

EMPTY = "    pass\n"
DATASET = STARTER.load(DataRequest())
PROBLEMS = {problem.task_id: problem for problem in DATASET.problems}
WRONG = [json.loads(line) for line in Path(__file__).with_name("starter_wrong.jsonl").read_text("utf-8").splitlines()]


def ending(runner: PythonRunner, attempt: tuple[str, str]) -> str:
    """Return the outcome of a task's prompt, continued so."""
    task_id, continuation = attempt
    problem = PROBLEMS[task_id]
    completion = Completion(continuation, form=Form.CONTINUATION)
    run = partial(runner.check, cpu_seconds=2.0)
    return verdict_on(run, problem, completion, solution_of(completion, problem)).outcome.value


def attempts() -> Iterator[tuple[str, str]]:
    """Yield all (task id, continuation) that these tests ask about."""
    for problem in DATASET.problems:
        yield problem.task_id, problem.canonical_solution
        yield problem.task_id, EMPTY
    for row in WRONG:
        yield row["task_id"], row["completion"]


@pytest.fixture(scope="module")
def endings(runner: PythonRunner) -> Endings:
    """How every attempt ended."""
    return {attempt: ending(runner, attempt) for attempt in attempts()}


def test_there_are_24_problems_that_need_no_file() -> None:
    assert list(PROBLEMS) == [f"Starter/{number}" for number in range(24)]
    assert DATASET.source == "package"


@pytest.mark.parametrize("problem", DATASET.problems, ids=lambda problem: problem.task_id)
def test_the_canonical_solution_passes(problem: Problem, endings: Endings) -> None:
    assert endings[problem.task_id, problem.canonical_solution] == "passed"


@pytest.mark.parametrize("problem", DATASET.problems, ids=lambda problem: problem.task_id)
def test_an_empty_body_fails(problem: Problem, endings: Endings) -> None:
    assert endings[problem.task_id, EMPTY] != "passed"


@pytest.mark.parametrize("row", WRONG, ids=lambda row: f"{row['task_id']} {row['mistake']}")
def test_a_mistake_fails(row: dict[str, Any], endings: Endings) -> None:
    assert endings[row["task_id"], row["completion"]] != "passed"


def test_every_problem_has_mistakes_to_tell_apart() -> None:
    assert {row["task_id"] for row in WRONG} == set(PROBLEMS)


@pytest.mark.parametrize("problem", DATASET.problems, ids=lambda problem: problem.task_id)
def test_the_prompt_is_a_stub_that_does_not_give_the_answer_away(problem: Problem) -> None:
    assert problem.stub == problem.prompt
    assert problem.canonical_solution.strip() not in problem.prompt
    assert problem.extra["difficulty"] in range(1, 6)
