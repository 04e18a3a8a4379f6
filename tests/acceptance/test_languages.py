"""Whole runs in other languages: what is missing is skipped, what is there is graded stage by stage."""

from __future__ import annotations

import json
import shutil

import pytest

from pytest_codeeval.execution.factory import lacking
from pytest_codeeval.execution.rust.toolchain import find_toolchain

TOOLCHAIN = find_toolchain()

ROW = {
    "task_id": "own/1",
    "language": "javascript",
    "prompt": "// Twice a number.\nfunction twice(n) {\n",
    "entry_point": "twice",
    "closing": "\n}",
    "canonical_solution": "function twice(n) {\n  return 2 * n;\n}\n",
    "test": "const assert = require('node:assert');\nfunction test() {\n  let candidate = twice;\n"
    "  assert.deepEqual(candidate(3),6);\n}\n\ntest();\n",
}


def test_a_suite_without_its_tools_is_skipped_and_says_what_to_install(run, suite_folder):
    result = run("--model=reference", "-rs", suite="rust", environment={"PATH": "/nonexistent"})
    assert result.parseoutcomes() == {"skipped": 3}
    result.stdout.fnmatch_lines(["SKIPPED*Rust solutions cannot be run here: rustc: https://rustup.rs*"])


def test_rust_has_a_rate_for_each_stage(run, samples):
    if TOOLCHAIN is None:
        pytest.skip("needs rustc")
    # A run of a test has a home folder of its own, where rustup finds no toolchain.
    path = f"{TOOLCHAIN.sysroot}/bin:/usr/local/bin:/usr/bin:/bin"
    result = run("--model=reference", "-k", "starter_rust", "--self-test=off", suite="rust", environment={"PATH": path})
    assert result.parseoutcomes()["passed"] == 12
    result.stdout.fnmatch_lines(["reference  starter-rust * 100.0% *", "*build *clippy *test *overall"])
    stages = [[stage["name"] for stage in row["stages"]] for row in samples("reference")]
    assert stages == [["build", "clippy", "test"]] * 12


def test_rows_of_one_s_own_in_another_language_are_graded_and_weak(run, samples, suite_folder):
    if reason := lacking("javascript"):
        pytest.skip(reason)
    wrong = {**ROW, "task_id": "own/2", "canonical_solution": "function twice(n) {\n  return 3 * n;\n}\n"}
    (suite_folder / "own.jsonl").write_text("".join(json.dumps(row) + "\n" for row in (ROW, wrong)))
    result = run("--model=reference", "--dataset=own.jsonl", suite="dataset", here=True)
    result.assert_outcomes(passed=1, failed=1)
    found = {row["task_id"]: (row["cause"], row["weak"]) for row in samples("reference")}
    assert found == {"own/1": ("passed", True), "own/2": ("wrong_answer", True)}


def test_rows_in_two_languages_have_a_score_each(run, suite_folder):
    if reason := lacking("javascript"):
        pytest.skip(reason)
    python = {
        "task_id": "own/3",
        "prompt": "def twice(n):\n",
        "entry_point": "twice",
        "canonical_solution": "    return 2 * n\n",
        "test": "def check(candidate):\n    assert candidate(3) == 6\n",
    }
    (suite_folder / "own.jsonl").write_text("".join(json.dumps(row) + "\n" for row in (ROW, python)))
    result = run("--model=reference", "--dataset=own.jsonl", suite="dataset", here=True)
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        ["reference *dataset-own  * 2", "reference *dataset-own-javascript  * 1", "reference *dataset-own-python  * 1"]
    )
    result.stdout.no_fnmatch_line("*self-test*")


def test_a_suite_without_canonical_solutions_is_no_failure_of_the_reference(run):
    if not shutil.which("node"):
        pytest.skip("needs node")
    result = run("--model=reference", "-rs", "-k", "humaneval_js", suite="multipl_e", here=True)
    result.assert_outcomes(skipped=1, deselected=result.parseoutcomes()["deselected"])
    result.stdout.fnmatch_lines(["SKIPPED*humaneval-js comes without canonical solutions*"])
