"""HumanEval as published, and as it may be broken on a user's disk."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import HUMANEVAL
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.execution.languages.python import PythonRunner

ROW = {
    "task_id": "HumanEval/0",
    "prompt": 'def add(a, b):\n    """Add."""\n',
    "entry_point": "add",
    "canonical_solution": "    return a + b\n",
    "test": "def check(candidate):\n    assert candidate(1, 2) == 3\n",
}


def load(folder: Path, *rows: Any) -> Dataset:
    """Write rows where they are looked for, and load them."""
    path = folder / "humaneval" / "HumanEval.jsonl"
    path.parent.mkdir()
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return HUMANEVAL.load(DataRequest(str(folder)))


def test_the_published_dataset_is_loaded_whole(data: Path) -> None:
    dataset = HUMANEVAL.load(DataRequest(str(data)))
    raw = gzip.decompress((data / "humaneval/HumanEval.jsonl.gz").read_bytes())
    assert [problem.task_id for problem in dataset.problems] == [f"HumanEval/{number}" for number in range(164)]
    assert dataset.sha256 == hashlib.sha256(raw).hexdigest()
    assert all(problem.stub == problem.prompt for problem in dataset.problems)
    assert dataset.scored is None


def test_prompts_that_contradict_their_tests_are_named(data: Path) -> None:
    faults = HUMANEVAL.load(DataRequest(str(data))).faults
    assert set(faults) == {"HumanEval/47", "HumanEval/116"}


@pytest.mark.parametrize("number", [0, 32, 38, 50, 163])
def test_the_published_solution_passes_and_an_empty_body_does_not(
    runner: PythonRunner, data: Path, number: int
) -> None:
    problem = HUMANEVAL.load(DataRequest(str(data))).problems[number]
    assert runner.check(problem, problem.prompt + problem.canonical_solution, 5.0).passed
    assert not runner.check(problem, problem.prompt + "    pass\n", 5.0).passed


def test_a_mended_prompt_is_no_fault(tmp_path: Path) -> None:
    assert load(tmp_path, {**ROW, "task_id": "HumanEval/47"}).faults == {}


def test_a_row_becomes_a_problem(tmp_path: Path) -> None:
    (problem,) = load(tmp_path, ROW).problems
    assert problem == Problem(
        "HumanEval/0", ROW["prompt"], ROW["test"], "add", ROW["canonical_solution"], language="python", extra={}
    )


@pytest.mark.parametrize("field", list(ROW))
def test_a_missing_field_is_named_by_file_and_line(tmp_path: Path, field: str) -> None:
    broken = {name: value for name, value in ROW.items() if name != field}
    with pytest.raises(DatasetError, match=rf"HumanEval\.jsonl, line 2: field '{field}' is missing"):
        load(tmp_path, {**ROW, "task_id": "HumanEval/1"}, broken)


def test_an_id_that_comes_twice_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"line 2: task_id 'HumanEval/0' stands at .*line 1 already"):
        load(tmp_path, ROW, ROW)


def test_a_missing_file_is_told_with_both_remedies(tmp_path: Path, no_datasets: None) -> None:
    with pytest.raises(DatasetError) as caught:
        HUMANEVAL.load(DataRequest(str(tmp_path)))
    assert "--data DIR (or CODEEVAL_DATA) with DIR/humaneval/HumanEval.jsonl.gz" in str(caught.value)
    assert "pip install 'pytest-codeeval[datasets]'" in str(caught.value)


def test_a_hub_out_of_reach_is_told_with_the_other_way(tmp_path: Path, hub_offline: None) -> None:
    with pytest.raises(DatasetError) as caught:
        HUMANEVAL.load(DataRequest(str(tmp_path)))
    assert "--data DIR" in str(caught.value)
    assert "the hub gave no 'openai/openai_humaneval' either" in str(caught.value)


def test_the_question_holds_the_prompt_as_python() -> None:
    question = HUMANEVAL.prompt(replace(Problem(**ROW)))
    assert f"```python\n{ROW['prompt'].rstrip()}\n```" in question
    assert "Complete the following Python function" in question
