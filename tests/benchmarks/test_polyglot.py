"""Aider's polyglot: exercises of three tracks, of which those that can be graded here are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import POLYGLOT
from pytest_codeeval.benchmarks.polyglot import told
from pytest_codeeval.core.errors import DataAbsent, DatasetError, UsageError
from pytest_codeeval.core.problem import DataRequest, Dataset
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.score import Score
from pytest_codeeval.execution.factory import lacking, make_runner
from pytest_codeeval.execution.languages.python import PythonRunner

ROW: dict[str, Any] = {
    "task_id": "python/two-fer",
    "instructions": "# Instructions\n\nSay it.\n",
    "solution_files": ["two_fer.py"],
    "test_files": ["two_fer_test.py"],
    "example_files": [".meta/example.py"],
    "editor_files": ["given.py"],
    "files": {
        "two_fer.py": "def two_fer(name):\n    pass\n",
        "two_fer_test.py": "import unittest\nfrom two_fer import two_fer\n\n\nclass T(unittest.TestCase):\n"
        "    def test_one(self):\n        self.assertEqual(two_fer('you'), 'One for you.')\n",
        ".meta/example.py": "def two_fer(name):\n    return f'One for {name}.'\n",
        "given.py": "X = 1\n",
    },
}


def whole(language: str, data: Path) -> Dataset:
    """Load the exercises of a language."""
    return POLYGLOT.load(DataRequest(str(data), split=language))


def load(folder: Path, row: Any) -> Dataset:
    """Write a row where it is looked for, and load it."""
    (folder / "polyglot").mkdir()
    (folder / "polyglot" / "python.jsonl").write_text(json.dumps(row))
    return POLYGLOT.load(DataRequest(str(folder)))


@pytest.mark.parametrize(
    ("language", "size", "skipped", "solved"),
    [
        ("python", 34, set(), 34),
        ("rust", 30, {"gigasecond", "grep", "simple-cipher", "macros"}, 21),
        ("go", 39, {"counter"}, 38),
    ],
)
def test_the_published_exercises_are_loaded_whole(
    language: str, size: int, skipped: set[str], solved: int, data: Path
) -> None:
    dataset = whole(language, data)
    assert (len(dataset.problems), dataset.variant) == (size, language)
    assert {task.partition("/")[2] for task in dataset.skipped} == skipped
    graded = [problem for problem in dataset.problems if problem.task_id not in dataset.skipped]
    assert sum(bool(problem.canonical_solution) for problem in graded) == solved
    for problem in dataset.problems:
        assert problem.test and not problem.stub
        prompt = POLYGLOT.prompt(problem)
        assert isinstance(prompt, Prompt) and not prompt.text
        assert f"The file {problem.extra['file']} is given as:" in prompt.turns[0]


@pytest.mark.parametrize(("name", "weak"), [("bowling", False), ("list-ops", True), ("grep", True)])
def test_an_example_in_python_passes_and_its_stub_fails(
    name: str, weak: bool, data: Path, runner: PythonRunner
) -> None:
    (problem,) = (one for one in whole("python", data).problems if one.task_id == f"python/{name}")
    verdict = runner.check(problem, problem.canonical_solution, 10.0)
    assert (verdict.passed, verdict.weak) == (True, weak), verdict
    assert not runner.check(problem, problem.extra["given"][problem.extra["file"]], 10.0).passed


@pytest.mark.parametrize(
    ("language", "name"), [("rust", "nucleotide-codons"), ("go", "robot-simulator"), ("go", "paasio")]
)
def test_an_example_of_other_languages_passes_and_its_stub_fails(language: str, name: str, data: Path) -> None:
    if reason := lacking(language):
        pytest.skip(reason)
    (problem,) = (one for one in whole(language, data).problems if one.task_id == f"{language}/{name}")
    runner = make_runner(language)
    try:
        assert runner.check(problem, problem.canonical_solution, 10.0).passed
        assert not runner.check(problem, problem.extra["given"][problem.extra["file"]], 10.0).passed
    finally:
        getattr(runner, "close", lambda: None)()


def test_a_model_is_shown_the_files_and_what_the_tests_said(tmp_path: Path, runner: PythonRunner) -> None:
    (problem,) = load(tmp_path, ROW).problems
    assert (problem.entry_point, problem.extra["file"]) == ("two_fer", "two_fer.py")
    prompt = POLYGLOT.prompt(problem)
    assert isinstance(prompt, Prompt)
    (turn,) = prompt.turns
    assert "The file two_fer.py is given as:\n\n```python\ndef two_fer(name):\n    pass\n```" in turn
    assert "The file given.py stays as it is:" in turn and "assertEqual" not in turn and "One for {name}" not in turn
    verdict = runner.check(problem, "def two_fer(name): return 'None'\n", 3.0)
    said = told(problem, Score(False, verdict.outcome, verdict.detail, verdict.cause))
    assert "wrong answer" in said and "'None' != 'One for you.'" in said and "whole content of two_fer.py" in said


def test_what_the_tests_said_is_cut_and_made_printable(tmp_path: Path) -> None:
    (problem,) = load(tmp_path, ROW).problems
    said = told(problem, Score(False, detail="\x1b[31m```\n" + "x" * 9999))
    assert "\x1b" not in said and len(said) < 5000 and "````\n" in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"files": None}, "field 'files' is no texts by path"),
        ({"files": {"two_fer.py": 1}}, "field 'files' is no texts by path"),
        ({"solution_files": []}, "field 'solution_files' names no file that the row has"),
        ({"example_files": ["x"]}, "field 'example_files' names no file that the row has"),
        ({"test_files": ["x"]}, "field 'test_files' names no file that the row has"),
        ({"files": {**ROW["files"], "two_fer_test.py": "import ("}}, "field 'files' has tests that are not Python"),
    ],
)
def test_a_row_that_cannot_be_is_named(change: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=f"line 1: {said}"):
        load(tmp_path, {**ROW, **change})


def test_a_language_without_its_test_tools_says_what_is_missing() -> None:
    with pytest.raises(UsageError, match="polyglot in 'javascript' cannot be graded: its exercises need jest"):
        POLYGLOT.load(DataRequest(language="js"))
    with pytest.raises(UsageError, match="polyglot in 'lua' cannot be graded: it has no such exercises; there"):
        POLYGLOT.load(DataRequest(language="lua"))


def test_without_data_the_suite_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataAbsent, match="Aider's polyglot in Rust was not found"):
        POLYGLOT.load(DataRequest(str(tmp_path), split="rust"))
