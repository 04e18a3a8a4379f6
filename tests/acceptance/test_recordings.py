"""Runs of recordings: several at once, odd task ids, fewer samples than asked for, tasks that nobody knows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

ODD = "s\ud800"
PROMPT = 'def add(a, b):\n    """Return the sum."""\n'
TEST = "def check(candidate):\n    assert candidate(1, 2) == 3\n"
RIGHT, WRONG = "def add(a, b):\n    return a + b\n", "def add(a, b):\n    return a\n"
LEET = {
    "task_id": "leet",
    "prompt": "class Solution:\n    def add(self, a, b):\n        '''Return the sum.'''\n",
    "entry_point": "Solution().add",
    "inputs": [[1, 2]],
    "outputs": [3],
}
METHOD = "class Solution:\n    def add(self, a, b):\n        return a + b\n"


def write(path: Path, *rows: Any) -> None:
    """Write rows as JSONL."""
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_several_recordings_in_one_run(run, suite_folder):
    row = {"task_id": ODD, "prompt": PROMPT, "entry_point": "add", "test": TEST}
    write(suite_folder / "mine.jsonl", row, LEET)
    odd = {"task_id": ODD, "solution": RIGHT}
    write(
        suite_folder / "a" / "samples.jsonl", odd, {**odd, "solution": WRONG}, {"task_id": "leet", "solution": METHOD}
    )
    write(suite_folder / "b" / "samples.jsonl", odd, {"task_id": "none/1", "solution": RIGHT})
    result = run(
        *("--model=replay:a/samples.jsonl", "--model=replay:b/samples.jsonl", "--dataset=mine.jsonl", "-n2"),
        *("--samples=2", "--fewer-samples", "--html=report.html", "--junitxml=junit.xml", "-rA"),
        suite="dataset",
    )
    assert result.ret == 0, result.stdout.str()
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        [
            "replay:a/samples on dataset-mine: 1 problem has fewer than 2 samples (as few as 1)",
            "replay:b/samples on dataset-mine: 1 problem has fewer than 2 samples (as few as 1)",
            "replay:b/samples: 1 recorded task is of no suite of this run, and not scored (none/1)",
        ]
    )
    assert "INTERNALERROR" not in result.stdout.str()
    run_json = json.loads((suite_folder / "results" / "replay-a-samples" / "run.json").read_text())
    assert run_json["unknown_tasks"] == {"count": 0, "first": []}
    # Each problem by its own number of samples: 1 of 2, and 1 of 1.
    assert run_json["scores"][0]["pass_at"]["1"]["value"] == 0.75
    assert run_json["scores"][0]["weak"] == 0
    run_json = json.loads((suite_folder / "results" / "replay-b-samples" / "run.json").read_text())
    assert run_json["unknown_tasks"] == {"count": 1, "first": ["none/1"]}
    rows = (suite_folder / "results" / "replay-b-samples" / "samples.jsonl").read_text().splitlines()
    assert [json.loads(line)["task_id"] for line in rows] == [ODD]
    assert "\\ud800" in (suite_folder / "junit.xml").read_text()
    assert "\\ud800" in (suite_folder / "report.html").read_text()


def test_fewer_samples_than_asked_for_are_an_error_said_once(run, suite_folder):
    rows = [{"task_id": name, "prompt": PROMPT, "entry_point": "add", "test": TEST} for name in "xyz"]
    write(suite_folder / "mine.jsonl", *rows)
    write(suite_folder / "a.jsonl", *({"task_id": name, "solution": RIGHT} for name in "xxyz"))
    result = run("--model=replay:a.jsonl", "--dataset=mine.jsonl", "--samples=2", suite="dataset", here=True)
    assert result.ret == 1
    result.assert_outcomes(passed=1, errors=2)
    said = "replay:a has only 1 of the samples that --samples asks for; give --samples=1, or --fewer-samples"
    result.stdout.fnmatch_lines(["2 problems could not be evaluated*", f"  y and 1 more: {said}*"])


def test_recordings_of_cruxeval_are_of_the_mode_that_their_folder_says(run, suite_folder):
    code = "def f(a, b):\n    return [a] * b"
    rows = [{"id": f"sample_{n}", "code": code, "input": f"'x', {n}", "output": str(["x"] * n)} for n in range(3)]
    write(suite_folder / "cruxeval" / "cruxeval.jsonl", *rows)
    said = {"input": "f(*'x', N)", "output": "['x'] * N"}
    for mode, text in said.items():
        path = suite_folder / f"m_temp0.2_{mode}" / "generations.json"
        path.parent.mkdir()
        lists = {f"sample_{n}": [text.replace("N", str(n)), "f(1)", "exec('1')"] for n in range(3)}
        path.write_text(json.dumps(lists, indent=4))
    recorded = [f"--model=replay:m_temp0.2_{mode}/generations.json" for mode in said]
    result = run(*recorded, "--model=reference", "--data=.", "-rs", suite="cruxeval", here=True)
    assert result.ret == 0, result.stdout.str()
    result.assert_outcomes(passed=12, skipped=2)
    for mode in said:
        found = json.loads((suite_folder / "results" / f"replay-m-temp0.2-{mode}-generations" / "run.json").read_text())
        [score] = found["scores"]
        assert (score["suite"], score["pass_at"]["1"]["value"]) == (f"cruxeval-{mode}", pytest.approx(1 / 3))
        assert found["datasets"][f"cruxeval-{mode}"]["self_test"]["survivors"] == []
