"""Aider's polyglot: exercises of three tracks, of which those that can be graded here are."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import POLYGLOT
from pytest_codeeval.benchmarks.catalogue import DataFile
from pytest_codeeval.benchmarks.fetching import fetch
from pytest_codeeval.benchmarks.polyglot import told
from pytest_codeeval.benchmarks.polyglot_archive import rows_of_polyglot
from pytest_codeeval.core.errors import DataAbsent, DatasetError
from pytest_codeeval.core.problem import PACKAGE, DataRequest, Dataset
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.score import Score
from pytest_codeeval.execution.factory import lacking, make_runner
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.execution.sandbox.choice import SandboxChoice

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


def whole_or_skip(language: str, data: Path) -> Dataset:
    """Load them, and skip the test on a machine that lacks what they are tested with."""
    try:
        return whole(language, data)
    except DataAbsent as error:
        pytest.skip(str(error))


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
        ("javascript", 49, set(), 49),
        ("java", 47, {"hangman", "rest-api"}, 45),
        ("cpp", 26, set(), 26),
    ],
)
def test_the_published_exercises_are_loaded_whole(
    language: str, size: int, skipped: set[str], solved: int, data: Path
) -> None:
    dataset = whole_or_skip(language, data)
    assert (len(dataset.problems), dataset.variant) == (size, language)
    found = {task.partition("/")[2] for task, why in dataset.skipped.items() if not re.search("Boost|AssertJ", why)}
    assert found == skipped
    graded = [problem for problem in dataset.problems if problem.task_id.partition("/")[2] not in skipped]
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
    ("language", "name"),
    [
        ("rust", "nucleotide-codons"),
        ("go", "robot-simulator"),
        ("go", "paasio"),
        ("javascript", "parallel-letter-frequency"),
        ("java", "queen-attack"),
        ("cpp", "space-age"),
    ],
)
def test_an_example_of_other_languages_passes_and_its_stub_fails(
    language: str, name: str, data: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if reason := lacking(language):
        pytest.skip(reason)
    dataset = whole_or_skip(language, data)
    (problem,) = (one for one in dataset.problems if one.task_id == f"{language}/{name}")
    cache = tmp_path_factory.getbasetemp().parent / "toolchains"  # shared by the processes of a run
    runner = make_runner(language, SandboxChoice(locks=str(cache)))
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
    said = told(problem, Score(False, detail="\x1b[31m```\n<f at 0x7fb0aaff>" + "x" * 9999))
    assert "<f at 0x…>" in said
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


def test_a_language_without_exercises_is_named() -> None:
    with pytest.raises(DataAbsent, match="polyglot has no exercises in 'lua'; it has them in python, rust, go, java"):
        POLYGLOT.load(DataRequest(language="lua"))


SPEC = {
    "solution_files": ["two.js"],
    "task_id": "javascript/two",
    "test_files": ["two.spec.js"],
    "example_files": [".meta/proof.ci.js"],
    "files": {
        "two.js": "export const two = 0;\n",
        "two.spec.js": "import { two } from './two';\ntest('two', () => { expect(two.valueOf()).toEqual(2); });\n",
        ".meta/proof.ci.js": "export const two = 2;\n",
        "data/a.txt": "a\n",
        "package.json": "{}",
    },
}


def spec(folder: Path, test: str) -> Dataset:
    """Write an exercise in JavaScript with these tests, and load it."""
    (folder / "polyglot").mkdir()
    row = {**ROW, **SPEC, "files": {**SPEC["files"], "two.spec.js": test}}
    (folder / "polyglot" / "javascript.jsonl").write_text(json.dumps(row))
    return POLYGLOT.load(DataRequest(str(folder), language="js"))


def test_an_exercise_in_files_has_those_that_its_tests_need(tmp_path: Path) -> None:
    if reason := lacking("javascript"):
        pytest.skip(reason)
    dataset = spec(tmp_path, SPEC["files"]["two.spec.js"])
    (problem,) = dataset.problems
    assert not dataset.skipped and problem.canonical_solution == "export const two = 2;\n"
    assert problem.extra[PACKAGE] == {
        "solution": ["two.js"],
        "test": "two.spec.js",
        "files": {"data/a.txt": "a\n", "two.js": "export const two = 0;\n"},
    }


@pytest.mark.parametrize(
    ("used", "named"),
    [
        ("expect(two).toBeOdd()", "toBeOdd"),
        ("expect(f(')')).not.toContain(2)", "toContain"),
        ("jest.fn()", "jest.fn"),
        ("test.each([])", "test.each"),
    ],
)
def test_tests_that_use_more_of_jest_than_is_known_are_skipped(used: str, named: str, tmp_path: Path) -> None:
    if reason := lacking("javascript"):
        pytest.skip(reason)
    assert spec(tmp_path, used).skipped == {"javascript/two": f"its tests use {named}, which is not known here"}


def archive(*files: tuple[str, str]) -> bytes:
    """Return a gzipped tar archive as a repository's host gives it."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as tar:
        for path, text in files:
            member = tarfile.TarInfo(f"polyglot-abc/{path}")
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))
    return raw.getvalue()


ABOUT = {"files": {"solution": ["two.go"], "test": ["two_test.go"], "example": [".meta/example.go"]}}
EXERCISE = {
    ".meta/config.json": json.dumps(ABOUT),
    ".docs/instructions.md": "Do.\n",
    ".docs/instructions.append.md": "Do more.\n",
    "two.go": "package two\n",
    "two_test.go": "package two\n",
    ".meta/example.go": "package two\n",
}
FILES = [(f"go/exercises/practice/two/{path}", text) for path, text in EXERCISE.items()]


def test_an_archive_becomes_the_rows_that_are_fetched(tmp_path: Path) -> None:
    rows = rows_of_polyglot(archive(*FILES, ("rust/exercises/practice/x/y", "")), "it", "go")
    (row,) = map(json.loads, rows.splitlines())
    assert (row["task_id"], row["instructions"]) == ("go/two", "Do.\n\nDo more.\n")
    assert row["files"].keys() == {name for name in EXERCISE if not name.startswith(".docs")}
    (tmp_path / "abc.tar.gz").write_bytes(archive(*FILES))
    contents = (hashlib.sha256(rows).hexdigest(),)
    url = "https://github.com/o/r/archive/abc.tar.gz"
    file = DataFile(
        "polyglot-go", ("polyglot/go.jsonl.gz", "polyglot/go.jsonl"), "", url, contents, "MIT", 1, archive=True
    )
    assert fetch(file, tmp_path / "data", str(tmp_path), lambda *_: None) is not None
    (problem,) = POLYGLOT.load(DataRequest(str(tmp_path / "data"), split="go")).problems
    assert (problem.extra["file"], problem.canonical_solution) == ("two.go", "package two\n")


@pytest.mark.parametrize(
    "raw",
    [b"", b"no archive", archive(("go/exercises/practice/two/two.go", "x")), archive()],
    ids=["nothing", "words", "of too little", "of nothing"],
)
def test_what_is_no_archive_is_said_to_be_none(raw: bytes) -> None:
    with pytest.raises(DatasetError, match="^that is no archive of the polyglot benchmark"):
        rows_of_polyglot(raw, "that", "go")


def test_without_data_the_suite_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataAbsent, match="Aider's polyglot in Rust was not found"):
        POLYGLOT.load(DataRequest(str(tmp_path), split="rust"))
