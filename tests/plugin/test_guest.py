"""A guest among the plugins and conftests of others: their marks, fixtures and ways go on working, and so do ours."""

from __future__ import annotations

import json
from typing import Any

import pytest

# Pytester forgets the modules that a run was the first to import, and the package does not.
from pytest_codeeval.plugin import controller, fixtures, worker  # noqa: F401

ROWS = [
    {"task_id": "a", "prompt": "def f(x):\n    ...", "entry_point": "f", "test": "def check(c): assert c(1) == 2"},
    {"task_id": "b", "prompt": "def g(x):\n    ...", "entry_point": "g", "test": "def check(c): assert c(1) == 3"},
    {"task_id": "c", "prompt": "def h(x):\n    ...", "entry_point": "h", "test": "def check(c): assert c(1) == 4"},
]
ANSWERS = {
    "a": "def f(x):\n    raise ValueError",
    "b": "def g(x):\n    return x + 2",
    "c": "def h(x):\n    return x",
}
SUITE = """
import pytest
from pytest_codeeval import benchmarks

@pytest.mark.suite(benchmarks.DATASET)
def test_rows(solutions, check):
    result = check(solutions)
    assert result.passed, result.explanation
"""
OPTIONS = (
    "--codeeval-model=replay:answers.jsonl",
    "--codeeval-dataset=rows.jsonl",
    "--codeeval-self-test=off",
    "-pno:randomly",
)


@pytest.fixture
def outcomes(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory):
    """Run pytest in a project with a suite of three rows, a right answer among them, and read the scores."""
    monkeypatch.setenv("CODEEVAL_CACHE", str(tmp_path_factory.getbasetemp() / "codeeval-cache"))
    (pytester.path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    answers = [json.dumps({"task_id": task, "response": f"```python\n{code}\n```"}) for task, code in ANSWERS.items()]
    (pytester.path / "answers.jsonl").write_text("\n".join(answers))
    (pytester.path / "test_rows.py").write_text(SUITE)

    def outcomes(*args: str) -> tuple[pytest.RunResult, dict[str, Any]]:
        result = pytester.runpytest_inprocess(*OPTIONS, *args)
        lines = (pytester.path / "results" / "replay-answers" / "samples.jsonl").read_text().splitlines()
        rows = map(json.loads, lines)
        return result, {row["task_id"]: row["cause"] for row in rows}

    return outcomes


RIGHT = {"a": "exception", "b": "passed", "c": "wrong_answer"}


def test_fixtures_of_others_stay_theirs(pytester, outcomes):
    (pytester.path / "theirs.py").write_text(
        "import pytest\n@pytest.fixture\ndef check(): return 'check of a plugin'\n"
        "@pytest.fixture\ndef problem(): return 'problem of a plugin'\n"
    )
    pytester.makeconftest("import pytest\n@pytest.fixture\ndef case(): return 'case of a conftest'\n")
    (pytester.path / "test_own.py").write_text(
        "import pytest\ndef test(check, problem, case): assert {check, problem, case} == "
        "{'check of a plugin', 'problem of a plugin', 'case of a conftest'}\n"
        "@pytest.mark.suite('smoke')\ndef test_marked(): pass\n@pytest.mark.suite\ndef test_bare(): pass\n"
        "def test_mistaken(solutions): pass\n"
    )
    pytester.syspathinsert()
    result, found = outcomes("-p", "theirs", "--strict-markers")
    assert found == RIGHT
    result.assert_outcomes(passed=4, failed=2, errors=1)
    result.stdout.fnmatch_lines(["'solutions' is a fixture of tests that are marked with @pytest.mark.suite(SUITE)*"])


def test_a_mark_of_the_same_name_skips_nothing(pytester):
    pytester.makepyfile("import pytest\n@pytest.mark.suite('smoke')\ndef test(tmp_path): assert tmp_path\n")
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_a_suite_in_a_class_is_skipped_without_a_model(pytester):
    pytester.makepyfile(
        "import pytest\nfrom pytest_codeeval import benchmarks\nclass Test:\n"
        "    @pytest.mark.suite(benchmarks.STARTER)\n    def test(self, request, solutions, check): pass\n"
    )
    pytester.runpytest_inprocess().assert_outcomes(skipped=1)


# What is in the midst of something when it is broken off, as by pytest-timeout, takes its answer for the next one's.
BROKEN_OFF = """
import pytest
from pytest_codeeval.core.verdict import Cause, Verdict

class Runner:
    language = "python"
    broken = False

    def check(self, problem, code, cpu_seconds):
        if problem.task_id == "a":
            self.broken = True
            pytest.fail("Timeout >0.5s")
        right = self.broken or problem.task_id == "b"
        return Verdict(Cause.PASSED if right else Cause.WRONG_ANSWER, "", ())

def pytest_codeeval_make_runner(language):
    return Runner()
"""


def test_a_check_that_is_broken_off_costs_itself_only(pytester, outcomes):
    pytester.makeconftest(BROKEN_OFF)
    result, found = outcomes()
    assert found == {task: cause for task, cause in RIGHT.items() if task != "a"}
    result.stdout.fnmatch_lines(
        ["1 problem* could not be evaluated, through no fault of the model*", "*Timeout >0.5s*"]
    )


MARKED = """
import pytest

def pytest_configure(config):
    config.addinivalue_line("markers", "timeout(seconds): ends a test that takes longer")
    config.addinivalue_line("markers", "enable_socket: lets a test speak to a network")

@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    for item in items:
        marks = {name: item.get_closest_marker(name) for name in ("timeout", "enable_socket")}
        print(item.name, {name: mark.args for name, mark in marks.items() if mark})
"""


def test_other_plugins_are_told_to_leave_items_of_suites_alone(pytester, outcomes):
    pytester.makeconftest(MARKED)
    (pytester.path / "test_own.py").write_text("def test_own(): pass")
    result, _ = outcomes("-s")
    result.stdout.fnmatch_lines(["test_own {}", "test_rows*-b?* {'timeout': (0,), 'enable_socket': ()}"])
    (pytester.path / "test_rows.py").write_text(SUITE.replace("@", "@pytest.mark.timeout(9)\n@", 1))
    result = pytester.runpytest_inprocess(*OPTIONS, "--codeeval-results=other", "-s", "--strict-markers")
    result.stdout.fnmatch_lines(["test_rows*-b?* {'timeout': (9,), 'enable_socket': ()}"])


FORKS = """
import os, pytest

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    if "-b]" in item.nodeid:
        item.session.config.pluginmanager.get_plugin("codeeval-worker")._process = -1
"""


def test_an_item_in_a_process_of_its_own_is_an_error_that_says_so(pytester, outcomes):
    pytester.makeconftest(FORKS)
    result, found = outcomes()
    assert "b" not in found
    result.stdout.fnmatch_lines(["*a model cannot be asked from a process that was forked for one item*"])


def test_a_model_in_an_ini_file_leaves_runs_of_other_tests_alone(pytester):
    pytester.makeini("[pytest]\ncodeeval_model = demo")
    pytester.makepyfile("def test(): pass")
    result = pytester.runpytest_inprocess()
    assert result.ret == 0
    result.stdout.no_fnmatch_line("*code evaluation*")
    assert pytester.runpytest_inprocess("--model=demo").ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert pytester.runpytest_inprocess("--fail-under=starter:pass@1=1").ret != 0


INI = {
    "a threshold without a model": "codeeval_fail_under = starter:pass@1=0.1",
    "both": "codeeval_model = demo\ncodeeval_fail_under = starter:pass@1=0.1",
    "no key": "codeeval_model = openai:gpt-4o\ncodeeval_fail_under = starter:pass@1=0.1",
    "no recording": "codeeval_model = replay:nowhere.jsonl",
    "a value that cannot be": "codeeval_model = demo\ncodeeval_temperature = hot",
}


@pytest.mark.parametrize(
    ("ini", "workers"),
    [*((ini, []) for ini in INI.values()), (INI["both"], ["-n1"]), (INI["no recording"], ["-n1"])],
    ids=[*INI, "both, xdist", "no recording, xdist"],
)
def test_what_an_ini_file_asks_of_models_leaves_runs_of_other_tests_alone(pytester, monkeypatch, ini, workers):
    for name in ("CODEEVAL_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    pytester.makeini(f"[pytest]\n{ini}")
    pytester.makepyfile("def test(): pass")
    result = pytester.runpytest_inprocess(*workers)
    result.assert_outcomes(passed=1)
    assert result.ret == 0
    result.stdout.no_fnmatch_line("*code evaluation*")
    assert not (pytester.path / "results").exists()


@pytest.mark.parametrize(
    ("ini", "said", "workers"),
    [
        (INI["a threshold without a model"], "*codeeval_fail_under=starter:pass@1=0.1 needs a model to judge*", []),
        (INI["no recording"], "*codeeval_model=replay:nowhere.jsonl names no file*", []),
        (INI["no recording"], "*codeeval_model=replay:nowhere.jsonl names no file*", ["-n1"]),
    ],
)
def test_what_an_ini_file_asks_and_cannot_be_ends_a_run_of_suites(pytester, ini, said, workers):
    pytester.makeini(f"[pytest]\n{ini}")
    pytester.makepyfile(SUITE)
    result = pytester.runpytest_inprocess(*workers)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([said])


def test_a_threshold_on_the_command_line_is_for_this_run(pytester):
    pytester.makeini("[pytest]\ncodeeval_model = replay:nowhere.jsonl")
    pytester.makepyfile("def test(): pass")
    assert pytester.runpytest_inprocess("--fail-under=starter:pass@1=1").ret == pytest.ExitCode.USAGE_ERROR
