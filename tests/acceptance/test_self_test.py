"""A dataset whose own solutions fail, or whose tests cannot tell, is not scored in silence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

WRONG = {
    "task_id": "own/1",
    "prompt": "def double(x):\n",
    "entry_point": "double",
    "canonical_solution": "    return 3 * x\n",
    "test": "assert double(2) == 4",
}
BLIND = {
    "task_id": "own/2",
    "prompt": "def half(x):\n",
    "entry_point": "half",
    "canonical_solution": "    return x / 2\n",
    "test": "half(2)",
}


@pytest.fixture
def own(suite_folder: Path) -> str:
    (suite_folder / "own.jsonl").write_text("".join(json.dumps(row) + "\n" for row in (WRONG, BLIND)))
    return "--dataset=own.jsonl"


def test_the_quick_self_test_says_what_speaks_against_a_score(run, own, suite_folder):
    result = run("--model=reference", own, "-k", "own/2", suite="dataset", here=True)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "the quick self-test of dataset-own (2 problems and * wrong solution*) speaks against its scores:",
            "  own/1: its own solution fails (wrong answer: assert double(2) == 4*",
            "  own/2: a wrong solution passes (empty_body)",
        ]
    )
    about = json.loads((suite_folder / "results/reference/run.json").read_text())
    assert about["datasets"]["dataset-own"]["self_test"]["failures"][0][0] == "own/1"


def test_a_full_self_test_that_has_nothing_to_try_is_none(run, suite_folder):
    row = {"prompt": "def half(x):\n", "entry_point": "half", "test": "assert half(2) == 1"}
    answer = {"task_id": "0", "solution": "def half(x):\n    return x / 2\n"}
    (suite_folder / "own.jsonl").write_text(json.dumps(row) + "\n")
    (suite_folder / "answers.jsonl").write_text(json.dumps(answer) + "\n")
    result = run("--model=replay:answers.jsonl", "--dataset=own.jsonl", "--self-test=full", suite="dataset", here=True)
    result.assert_outcomes(passed=1)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["dataset-own: the full self-test could not be done (no problem has both a test and *"])


def test_with_a_full_self_test_such_a_run_has_failed(run, own):
    result = run("--model=reference", own, "-k", "own/2", "--self-test=full", suite="dataset", here=True)
    result.assert_outcomes(passed=1)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["the full self-test of dataset-own (1 problem and * speaks against its scores:"])
