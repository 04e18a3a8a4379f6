"""Scripted answers for `starter`, each labelled with how it has to end."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest

from pytest_codeeval.benchmarks import STARTER
from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.core.problem import DataRequest
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.generation.backend import ModelBackend, RecordedBackend
from pytest_codeeval.generation.backends.demo import DemoBackend
from pytest_codeeval.scoring.code.extract import solution_of
from pytest_codeeval.scoring.code.verdicts import verdict_on
from tests.generation.scripted import ask

ROWS = [
    json.loads(line)
    for line in files("pytest_codeeval.generation.backends").joinpath("demo.jsonl").read_text("utf-8").splitlines()
]
PROBLEMS = {problem.task_id: problem for problem in STARTER.load(DataRequest()).problems}


def answer(task_id: str, sample: int = 0) -> Completion:
    """Ask for one answer."""
    return asyncio.run(DemoBackend().generate([replace(ask(), task_id=task_id, sample_index=sample)]))[0]


def test_it_is_a_backend_with_an_answer_to_every_problem() -> None:
    assert isinstance(DemoBackend(), ModelBackend)
    assert isinstance(DemoBackend(), RecordedBackend)
    assert DemoBackend().recorded() == {task_id.lower(): 1 for task_id in PROBLEMS}
    assert {row["task_id"] for row in ROWS} == set(PROBLEMS)


def test_samples_beyond_the_scripted_ones_repeat_them_in_turn() -> None:
    scripted = [row["response"] for row in ROWS if row["task_id"] == "Starter/1"]
    assert len(scripted) == 2
    assert [answer("Starter/1", sample).text for sample in range(5)] == [*scripted, *scripted, scripted[0]]


def test_another_suite_has_no_answers() -> None:
    with pytest.raises(BackendError, match="starter suite only, not for HumanEval/0"):
        answer("HumanEval/0")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['task_id']} {row['note'].partition(':')[0]}")
def test_each_answer_ends_as_its_note_says(runner: PythonRunner, row: dict[str, Any]) -> None:
    problem = PROBLEMS[row["task_id"]]
    completion = Completion(row["response"])
    verdict = verdict_on(runner, problem, completion, solution_of(completion, problem), 1.0)
    assert verdict.outcome.value == row["note"].partition(":")[0], verdict.detail


def test_the_demo_shows_many_ways_to_end() -> None:
    notes = Counter(row["note"].partition(":")[0] for row in ROWS)
    assert len(notes) >= 6
    assert notes["passed"] >= len(ROWS) / 2
