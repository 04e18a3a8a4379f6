"""Suites whose problems need packages: ClassEval, BigCodeBench-Hard and EvoEval's sample."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import pytest

from pytest_codeeval.benchmarks import BIGCODEBENCH_HARD, CLASSEVAL, EVOEVAL
from pytest_codeeval.benchmarks.packages import imported, not_allowed
from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.execution.reference import reference
from pytest_codeeval.scoring.code.extract import solution_of

WRONG = "def task_func(*a, **k): return 'this is wrong'\n"


def test_packages_are_those_that_are_imported_from_outside() -> None:
    source = (
        "import os.path, numpy.linalg as l\nfrom . import x\nfrom bs4 import BeautifulSoup\ndef f():\n    import PIL\n"
    )
    assert imported(source, "import (", "from __future__ import annotations") == {"numpy", "bs4", "PIL"}


def test_a_problem_says_which_packages_it_lacks() -> None:
    needs = {"a": ["numpy"], "b": ["zzz", "numpy"], "c": []}
    assert not_allowed(needs, ()) == {
        "a": "needs the package numpy; install it, and allow it with --allow-packages=numpy",
        "b": "needs the packages numpy and zzz; install them, and allow them with --allow-packages=numpy,zzz",
    }
    pytest.importorskip("numpy")
    assert not_allowed(needs, ("numpy",)).keys() == {"b"}


def test_of_classeval_87_classes_and_more_can_be_graded(data: Path) -> None:
    pytest.importorskip("numpy")
    bare, found = (CLASSEVAL.load(DataRequest(str(data), packages=names)) for names in ((), ("numpy",)))
    assert (len(found.problems), len(bare.skipped), len(found.skipped)) == (100, 14, 10)
    named = {task: why.partition(";")[0] for task, why in found.skipped.items()}
    assert named["ClassEval_44"] == "needs the packages bs4 and gensim"
    assert named["ClassEval_17"] == "its tests ask for the events to come of a day that has passed"
    assert set(found.faults) == {"ClassEval_51"}


@pytest.mark.parametrize("number", [1, 4, 5, 22, 39, 61, 92])
def test_a_canonical_class_passes_and_its_skeleton_fails(number: int, data: Path, runner: PythonRunner) -> None:
    problem = CLASSEVAL.load(DataRequest(str(data))).problems[number]
    assert problem.stub == problem.prompt and problem.prompt.startswith(("#", "class", "import", "from"))
    assert runner.check(problem, reference(problem), 3.0).passed
    assert not runner.check(problem, problem.prompt, 3.0).passed


def test_a_base_model_is_shown_the_skeleton_in_comments(data: Path) -> None:
    for problem in CLASSEVAL.load(DataRequest(str(data))).problems:
        prompt = CLASSEVAL.prompt(problem)
        assert isinstance(prompt, Prompt)
        assert f"class {problem.entry_point}" in prompt.turns[0] and f"# class {problem.entry_point}" in prompt.text
        assert all(line.startswith("#") for line in prompt.text.split("\n") if line)


def test_of_bigcodebench_hard_those_without_a_package_are_graded(data: Path, runner: PythonRunner) -> None:
    dataset = BIGCODEBENCH_HARD.load(DataRequest(str(data)))
    graded = [problem for problem in dataset.problems if problem.task_id not in dataset.skipped]
    assert (len(dataset.problems), len(graded)) == (148, 32)
    assert "no network in the sandbox" in dataset.skipped["BigCodeBench/1040"]
    assert set(dataset.faults) == {"BigCodeBench/503", "BigCodeBench/760"}
    assert dataset.skipped["BigCodeBench/409"].startswith("needs the packages numpy, openpyxl and pandas;")
    assert dataset.skipped["BigCodeBench/287"].startswith("needs the package faker;")  # only its tests do
    for problem in graded[1::12]:
        prompt = BIGCODEBENCH_HARD.prompt(problem)
        assert isinstance(prompt, Prompt)
        assert (prompt.turns, prompt.text) == ((problem.extra["instruction"],), problem.prompt)
        assert runner.check(problem, reference(problem), 30.0).passed, problem.task_id
        assert not runner.check(problem, WRONG, 30.0).passed, problem.task_id


def test_the_form_in_which_bigcodebench_is_published_is_read_too(data: Path, tmp_path: Path) -> None:
    with gzip.open(data / "bigcodebench" / "bigcodebench_hard.jsonl.gz", "rt") as lines:
        rows = {row["task_id"]: row for row in map(json.loads, list(lines)[:3])}
    (tmp_path / "bigcodebench").mkdir()
    (tmp_path / "bigcodebench" / "bigcodebench_hard.json").write_text(json.dumps(rows))
    found = BIGCODEBENCH_HARD.load(DataRequest(str(tmp_path))).problems
    assert found == BIGCODEBENCH_HARD.load(DataRequest(str(data))).problems[:3]


def test_evoeval_needs_what_its_tests_import(data: Path) -> None:
    bare = EVOEVAL.load(DataRequest(str(data)))
    assert len(bare.problems) == len(bare.skipped) == 11
    assert "--allow-packages=numpy" in bare.skipped["combine_EvoEval/1"]
    assert all(problem.stub and "def check(" in problem.test for problem in bare.problems)


@pytest.mark.parametrize("labels", ["", "[]", "{}", '{"entry_point": 1}', "[" * 99999])
def test_labels_that_cannot_be_are_named(labels: str, tmp_path: Path) -> None:
    (tmp_path / "sandboxfusion_samples").mkdir()
    row = {"id": "EvoEval_x/1", "content": "x", "test": "x", "canonical_solution": "x", "labels": labels}
    (tmp_path / "sandboxfusion_samples" / "code_eval_EvoEval.jsonl").write_text(json.dumps(row))
    with pytest.raises(DatasetError, match=r"line 1: field 'labels'"):
        EVOEVAL.load(DataRequest(str(tmp_path)))


@pytest.mark.parametrize("suite", [CLASSEVAL, BIGCODEBENCH_HARD, EVOEVAL], ids=lambda suite: suite.name)
def test_what_is_skipped_is_what_imports_something_from_outside(suite: Suite, data: Path) -> None:
    dataset = suite.load(DataRequest(str(data)))
    for problem in dataset.problems:
        outside = imported(problem.prompt, problem.canonical_solution, problem.test) - sys.stdlib_module_names
        assert not outside or problem.task_id in dataset.skipped, problem.task_id


def test_a_base_model_writes_the_class_behind_its_skeleton(data: Path, runner: PythonRunner) -> None:
    problem = CLASSEVAL.load(DataRequest(str(data))).problems[1]
    whole = Completion(problem.canonical_solution, form=Form.CONTINUATION)
    assert runner.check(problem, solution_of(whole, problem).code or "", 3.0).passed
