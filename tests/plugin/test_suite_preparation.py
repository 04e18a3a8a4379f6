"""When a suite is tested and measured, and when what is on record will do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.core.verdict import Verdict
from pytest_codeeval.plugin.loadedsuite import LoadedSuite
from pytest_codeeval.plugin.suite_preparation import gradable_languages, prepared
from pytest_codeeval.scoring.code import selftest
from tests.execution.scripted_runner import ScriptedRunner, problem
from tests.plugin.options import settings

PROBLEMS = tuple(problem(number) for number in range(10))
DATASET = Dataset(PROBLEMS, "a" * 64, "test", faults={"T/4": "known"})


def load(request: DataRequest) -> Dataset:
    return DATASET


LOADED = LoadedSuite(Suite("s", load, lambda problem: ""), DATASET)


def ready(
    cache: Path, runner: ScriptedRunner, run: str = "", selected: str = "T/0 T/4 T/5", **options: Any
) -> LoadedSuite:
    """Make the suite ready for a run of some problems."""
    return prepared(LOADED, {"python": runner}, selected.split(), settings(cache=str(cache), **options), run)


def test_a_suite_is_tested_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "_SECONDS", 60.0)  # on a busy machine all mutants of a quick test take longer
    first, second = ScriptedRunner(), ScriptedRunner()
    found = ready(tmp_path, first)
    assert found.self_test is not None and found.self_test.quick and found.self_test.tried == 8
    assert ready(tmp_path, second).self_test is not None
    assert (len(first.checked), second.checked) == (8 + 18, [])


def test_without_a_cache_it_is_tested_each_time() -> None:
    for runner in (ScriptedRunner(), ScriptedRunner()):
        assert prepared(LOADED, {"python": runner}, ["T/0"], settings(), "").self_test is not None
        assert runner.checked


def test_the_full_test_is_of_the_problems_that_are_run_but_for_those_known_to_be_broken(tmp_path: Path) -> None:
    ready(tmp_path, ScriptedRunner())
    runner = ScriptedRunner()
    found = ready(tmp_path, runner, self_test="full")
    assert found.self_test is not None and not found.self_test.quick
    assert {task_id for task_id, _, _ in runner.checked} == {"T/0", "T/5"}


def test_a_full_test_of_a_few_problems_does_not_stand_for_the_quick_one(tmp_path: Path) -> None:
    ready(tmp_path, ScriptedRunner(), self_test="full")
    found = ready(tmp_path, ScriptedRunner())
    assert found.self_test is not None and found.self_test.quick


def test_calibration_is_of_all_problems(tmp_path: Path) -> None:
    runner = ScriptedRunner()
    found = ready(tmp_path, runner, self_test="off", calibrate=True)
    assert len(runner.checked) == len(PROBLEMS)
    assert found.self_test is None
    assert found.calibration is not None


@pytest.mark.parametrize("options", [{"self_test": "full"}, {"calibrate": True}])
def test_one_process_of_a_run_does_the_work(tmp_path: Path, options: dict[str, Any]) -> None:
    runners = [ScriptedRunner() for _ in range(3)]
    results = [ready(tmp_path, runner, run, **options) for runner, run in zip(runners, ["1", "1", "2"], strict=True)]
    assert [bool(runner.checked) for runner in runners] == [True, False, True]
    assert results[0] == results[1]


@pytest.mark.parametrize("error", [SandboxError("on fire"), RuntimeError("on fire")])
def test_a_runner_that_breaks_is_told_and_not_put_on_record(tmp_path: Path, error: Exception) -> None:
    def says(problem: Problem, code: str, cpu_seconds: float) -> Verdict:
        raise error

    found = ready(tmp_path, ScriptedRunner(says)).self_test
    assert found is not None and found.error == f"{type(error).__name__}: on fire"
    again = ready(tmp_path, ScriptedRunner()).self_test
    assert again is not None and again.believed


def test_what_was_found_goes_with_the_dataset(tmp_path: Path) -> None:
    message = ready(tmp_path, ScriptedRunner()).to_json()
    assert message["self_test"]["tried"] == 8
    assert message["raised_limits"] == {}
    assert LOADED.to_json()["self_test"] is None


def test_a_suite_without_solutions_or_tests_has_nothing_to_try() -> None:
    assert gradable_languages(LOADED) == {"python"}
    bare = Dataset((problem(test=""), problem(2, canonical_solution="")), "a" * 64, "test")
    assert gradable_languages(LoadedSuite(LOADED.suite, bare)) == set()


def test_problems_are_tried_by_the_runner_of_their_language(tmp_path: Path) -> None:
    problems = (problem(0), problem(1, language="lua"), problem(2, language="rust"))
    loaded = LoadedSuite(LOADED.suite, Dataset(problems, "a" * 64, "test"))
    python, lua = ScriptedRunner(), ScriptedRunner()
    assert gradable_languages(loaded) == {"python", "lua", "rust"}
    prepared(loaded, {"python": python, "lua": lua}, ["T/0"], settings(cache=str(tmp_path)), "")
    assert {task_id for task_id, _, _ in python.checked} == {"T/0"}
    assert {task_id for task_id, _, _ in lua.checked} == {"T/1"}, "and without a runner nothing is tried"


def test_the_problems_of_each_language_are_spread_and_timed_by_themselves(tmp_path: Path) -> None:
    problems = tuple(problem(number, language="lua" if number == 5 else "python") for number in range(40))
    loaded = LoadedSuite(LOADED.suite, Dataset(problems, "a" * 64, "test"))
    python, lua = ScriptedRunner(), ScriptedRunner()
    found = prepared(loaded, {"python": python, "lua": lua}, ["T/0"], settings(cache=str(tmp_path)), "").self_test
    assert found is not None and (found.tried, found.believed) == (9, True)
    assert {task_id for task_id, _, _ in lua.checked} == {"T/5"}
