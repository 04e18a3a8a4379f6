"""MBPP as published, in its parts, and as it may be broken on a user's disk."""

from __future__ import annotations

import ast
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import MBPP
from pytest_codeeval.benchmarks.mbpp import entry_point, imports
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset
from pytest_codeeval.execution.languages.python import PythonRunner

ROW = {
    "task_id": 11,
    "text": "Write a function that adds.",
    "code": "def add(a, b):\r\n  return a + b",
    "test_list": ["assert add(1, 2) == 3"],
    "test_setup_code": "",
    "challenge_test_list": [],
}


def load(folder: Path, *rows: Any, split: str | None = None) -> Dataset:
    """Write rows where they are looked for, and load them."""
    path = folder / "mbpp" / "mbpp.jsonl"
    path.parent.mkdir()
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return MBPP.load(DataRequest(str(folder), split))


@pytest.mark.parametrize(
    ("split", "count", "first", "variant"),
    [
        (None, 974, "Mbpp/1", ""),
        ("full", 974, "Mbpp/1", ""),
        ("prompt", 10, "Mbpp/1", "prompt"),
        ("test", 500, "Mbpp/11", "test"),
        ("validation", 90, "Mbpp/511", "validation"),
        ("train", 374, "Mbpp/601", "train"),
        ("sanitized", 427, "Mbpp/2", "sanitized"),
    ],
)
def test_each_part_is_as_large_as_published(
    data: Path, split: str | None, count: int, first: str, variant: str
) -> None:
    dataset = MBPP.load(DataRequest(str(data), split))
    assert (len(dataset.problems), dataset.problems[0].task_id, dataset.variant) == (count, first, variant)


@pytest.mark.parametrize(
    ("split", "name"), [(None, "mbpp.jsonl"), ("test", "mbpp.jsonl"), ("sanitized", "sanitized-mbpp.json")]
)
def test_the_digest_is_that_of_the_file(data: Path, split: str | None, name: str) -> None:
    raw = (data / "mbpp" / name).read_bytes()
    assert MBPP.load(DataRequest(str(data), split)).sha256 == hashlib.sha256(raw).hexdigest()


def test_published_scores_are_over_the_test_split(data: Path) -> None:
    dataset = MBPP.load(DataRequest(str(data)))
    assert dataset.scored is not None
    name, ids = dataset.scored
    assert (name, ids) == ("test", {f"Mbpp/{number}" for number in range(11, 511)})


@pytest.mark.parametrize("split", [None, "sanitized"])
def test_every_problem_has_an_entry_point_that_its_solution_defines(data: Path, split: str | None) -> None:
    problems = MBPP.load(DataRequest(str(data), split)).problems
    assert [problem.task_id for problem in problems if not problem.entry_point] == []
    assert not any("\r\n" in problem.canonical_solution for problem in problems)


def test_rows_whose_expected_values_are_messages_are_named(data: Path) -> None:
    dataset = MBPP.load(DataRequest(str(data)))
    assert set(dataset.faults) == {"Mbpp/313", "Mbpp/362", "Mbpp/436"}
    found = {problem.task_id for problem in dataset.problems if _has_odd_message(problem.test)}
    assert found == set(dataset.faults)


def _has_odd_message(test: str) -> bool:
    asserts = [node for node in ast.walk(ast.parse(test)) if isinstance(node, ast.Assert) and node.msg]
    return any(not (isinstance(node.msg, ast.Constant) and isinstance(node.msg.value, str)) for node in asserts)


def test_the_first_release_has_three_more(runner: PythonRunner, data: Path, tmp_path: Path) -> None:
    (tmp_path / "mbpp").mkdir()
    shutil.copy(data / "mbpp/mbpp_original_2021.jsonl.gz", tmp_path / "mbpp/mbpp.jsonl.gz")
    dataset = MBPP.load(DataRequest(str(tmp_path)))
    assert set(dataset.faults) == {f"Mbpp/{number}" for number in (313, 341, 362, 436, 596, 642)}
    by_id = {problem.task_id: problem for problem in dataset.problems}
    tasks = ("Mbpp/341", "Mbpp/596", "Mbpp/642", "Mbpp/11")
    ends = [runner.check(by_id[task], by_id[task].canonical_solution, 5.0).passed for task in tasks]
    assert ends == [False, False, False, True]


@pytest.mark.parametrize("number", [11, 367, 596, 927])
def test_the_published_solution_passes_and_an_empty_one_does_not(runner: PythonRunner, data: Path, number: int) -> None:
    problem = MBPP.load(DataRequest(str(data))).problems[number - 1]
    assert runner.check(problem, problem.canonical_solution, 5.0).passed
    assert not runner.check(problem, f"def {problem.entry_point}(*args): pass", 5.0).passed


def test_a_row_becomes_a_problem(tmp_path: Path) -> None:
    (problem,) = load(tmp_path, {**ROW, "test_setup_code": "x = 1\r\ny = 2"}).problems
    assert problem.task_id == "Mbpp/11"
    assert problem.canonical_solution == "def add(a, b):\n  return a + b"
    assert problem.entry_point == "add"
    assert problem.test == "x = 1\ny = 2\nassert add(1, 2) == 3"
    shown, setup = ROW["test_list"], "x = 1\r\ny = 2"
    assert problem.extra == {"split": "test", "shown_tests": shown, "setup": setup, "challenge_tests": []}
    assert problem.stub == ""


def test_the_question_shows_words_and_tests(tmp_path: Path) -> None:
    (problem,) = load(tmp_path, ROW).problems
    question = MBPP.prompt(problem)
    assert question.startswith("Write a function that adds.\n")
    assert "```python\nassert add(1, 2) == 3\n```" in question


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"task_id": "11"}, "field 'task_id' is not a whole number"),
        ({"task_id": True}, "field 'task_id' is not a whole number"),
        ({"text": None}, "field 'text' is missing"),
        ({"code": ""}, "field 'code' is empty"),
        ({"test_list": "assert"}, "field 'test_list' is not a list of texts"),
        ({"test_list": []}, "field 'test_list' is empty"),
        ({"test_setup_code": 3}, "field 'test_setup_code' is not a text"),
    ],
)
def test_a_malformed_row_is_named_by_file_and_line(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    with pytest.raises(DatasetError, match=rf"mbpp\.jsonl, line 2: {said}"):
        load(tmp_path, {**ROW, "task_id": 1}, {**ROW, **change})


def test_an_id_that_comes_twice_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"line 2: task_id 'Mbpp/11' stands at .*line 1 already"):
        load(tmp_path, ROW, ROW)


@pytest.mark.parametrize(("split", "file"), [(None, "mbpp/mbpp.jsonl"), ("sanitized", "mbpp/sanitized-mbpp.json")])
def test_a_missing_file_is_told_with_both_remedies(
    tmp_path: Path, no_datasets: None, split: str | None, file: str
) -> None:
    with pytest.raises(DatasetError) as caught:
        MBPP.load(DataRequest(str(tmp_path), split))
    assert f"with DIR/{file}" in str(caught.value)
    assert "pytest-codeeval[datasets]" in str(caught.value)


@pytest.mark.parametrize(
    ("code", "tests", "expected"),
    [
        ("def add(a): ...", ["assert add(1) == 1"], "add"),
        ("def helper(x): ...\ndef add(a): ...", ["assert add(helper(1)) == 1"], "add"),
        ("def add(a): ...", ["assert set(add(1)) == set()"], "add"),
        ("class Pair: ...\ndef longest(p): ...", ["assert longest([Pair(1, 2)]) == 1"], "longest"),
        ("def add(a): ...", ["assert (", "assert add(1) == 1"], "add"),
        ("def add(a): ...", ["assert plus(1) == 1"], ""),
    ],
)
def test_the_entry_point_is_what_the_tests_call_outermost(code: str, tests: list[str], expected: str) -> None:
    assert entry_point(code, tests) == expected


def test_modules_that_the_tests_lean_on_are_imported() -> None:
    tests = ["assert math.isclose(f(1), sys.maxsize)", "assert own.x == 1", "assert (", "assert f(re.compile('a'))"]
    assert imports(tests) == ["import math", "import re", "import sys"]


def test_the_one_slow_problem_may_take_longer(data: Path) -> None:
    problems = MBPP.load(DataRequest(str(data))).problems
    assert [problem.task_id for problem in problems if MBPP.timeout_of(problem) != MBPP.timeout] == ["Mbpp/123"]
