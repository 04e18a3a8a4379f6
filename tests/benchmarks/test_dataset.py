"""A user's own problems."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import DATASET
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset


def load(folder: Path, *rows: Any, language: str = "python") -> Dataset:
    """Write rows as a user's file, and load it."""
    path = folder / "mine.v2.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return DATASET.load(DataRequest(dataset=str(path), language=language))


def test_a_prompt_is_all_that_a_row_needs(tmp_path: Path) -> None:
    dataset = load(tmp_path, {"prompt": "Say hello."}, {"prompt": "Say bye."})
    assert [(problem.task_id, problem.test, problem.entry_point) for problem in dataset.problems] == [
        ("0", "", ""),
        ("1", "", ""),
    ]
    assert dataset.variant == "mine"
    assert DATASET.prompt(dataset.problems[0]) == "Say hello."


def test_a_full_row_keeps_what_else_it_says(tmp_path: Path) -> None:
    row = {
        "task_id": 7,
        "prompt": "def f():\n",
        "test": "assert f() is None",
        "entry_point": "f",
        "canonical_solution": "c",
        "level": [1],
    }
    (problem,) = load(tmp_path, row).problems
    assert (problem.task_id, problem.entry_point, problem.canonical_solution) == ("7", "f", "c")
    assert (problem.test, problem.language, problem.extra) == ("assert f() is None", "python", {"level": [1]})
    assert "Complete the following Python function" in DATASET.prompt(problem)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({}, "line 2: field 'prompt' is missing"),
        ({"prompt": 3}, "line 2: field 'prompt' is not a text"),
        (
            {"question": "1 + 1?", "answer": "2"},
            "line 2: field 'answer' is an answer in words, .*write a suite with a sc",
        ),
        ({"prompt": "1 + 1?", "target": 0}, "line 2: field 'target' is an answer in words"),
        ({"prompt": "Which?", "choices": ["a", "b"]}, "line 2: field 'choices' is an answer in words"),
        ({"prompt": "p", "test": []}, "line 2: field 'test' is not a text"),
        ({"prompt": "p", "task_id": None}, "line 2: field 'task_id' is not a text or a whole number"),
        ({"prompt": "p", "task_id": ""}, "line 2: field 'task_id' is not a text or a whole number"),
        ({"prompt": "p", "timeout": 0}, "line 2: field 'timeout' is not a number of seconds up to 3600"),
        ({"prompt": "p", "timeout": True}, "line 2: field 'timeout' is not a number"),
        ({"prompt": "p", "timeout": "3"}, "line 2: field 'timeout' is not a number"),
        ({"prompt": "p", "task_id": "a"}, "line 2: task_id 'a' stands at .*line 1 already"),
        ([], "line 2: expected a JSON object"),
    ],
)
def test_a_malformed_row_is_named_by_file_and_line(tmp_path: Path, row: Any, said: str) -> None:
    with pytest.raises(DatasetError, match=rf"mine\.v2\.jsonl, {said}"):
        load(tmp_path, {"prompt": "fine", "task_id": "a"}, row)


def test_a_row_may_say_how_long_its_solutions_take(tmp_path: Path) -> None:
    dataset = load(tmp_path, {"prompt": "p", "timeout": 20}, {"prompt": "p"})
    assert [DATASET.timeout_of(problem) for problem in dataset.problems] == [20.0, 3.0]


def test_a_problem_knows_its_place(tmp_path: Path) -> None:
    dataset = load(tmp_path, {"prompt": "p", "task_id": "a"}, {"prompt": "p", "task_id": "b"})
    assert dataset.places["b"].endswith("mine.v2.jsonl, line 2")


def test_a_name_on_the_hub_needs_its_package(no_datasets: None) -> None:
    with pytest.raises(
        DatasetError, match=r"--dataset='owner/name' names no file or folder here, .*pytest-codeeval\[datasets\]"
    ):
        DATASET.load(DataRequest(dataset="owner/name"))


def test_a_hub_out_of_reach_is_told(hub_offline: None) -> None:
    with pytest.raises(DatasetError, match="the hub gave no 'owner/none-such' either"):
        DATASET.load(DataRequest(dataset="owner/none-such"))
