"""BigCodeBench-Hard as a dataset of one's own: cases of unittest, most of which patch what the solution uses."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

WRONG = "def task_func(*a, **k): return 'this is wrong'\n"
FAKER = {"BigCodeBench/287", "BigCodeBench/313", "BigCodeBench/826"}
"""Of the 36 rows whose solutions need the standard library only, those whose tests need a package."""
NETWORK = {"BigCodeBench/1040"}
"""It speaks to a server of its own on localhost: the sandbox has no network."""


def rows(data: Path) -> list[dict[str, Any]]:
    """Return the rows whose solutions need no package, as those of a user's file."""
    with gzip.open(data / "bigcodebench" / "bigcodebench_hard.jsonl.gz", "rt") as lines:
        found = [json.loads(line) for line in lines]
    own = [row for row in found if {name.split(".")[0] for name in eval(row["libs"])} <= sys.stdlib_module_names]
    return [
        {
            "task_id": row["task_id"],
            "prompt": row["instruct_prompt"],
            "entry_point": row["entry_point"],
            "test": row["test"],
            "canonical_solution": row["code_prompt"] + row["canonical_solution"],
            "timeout": 30,  # some of them sleep
        }
        for row in own
    ]


def test_canonical_solutions_pass_and_a_wrong_one_passes_none(run, samples, suite_folder, data):
    found = rows(data)
    assert len(found) == 36
    # Every sixteenth, and what needs a network: all take most of a minute more.
    kept = [row for row in found if row["task_id"] not in FAKER]
    kept = [row for row in kept if row["task_id"] in NETWORK or kept.index(row) % 16 == 1]
    (suite_folder / "hard.jsonl").write_text("".join(json.dumps(row) + "\n" for row in kept))
    wrong = [{"task_id": row["task_id"], "solution": WRONG} for row in kept]
    (suite_folder / "wrong.jsonl").write_text("".join(json.dumps(row) + "\n" for row in wrong))
    options = ("--dataset=hard.jsonl", "--self-test=off")
    run("--model=reference", "--model=replay:wrong.jsonl", *options, suite="dataset", here=True)
    right = {row["task_id"]: row["cause"] for row in samples("reference")}
    assert {task_id for task_id, cause in right.items() if cause != "passed"} == NETWORK, right
    failed = {row["task_id"]: row["cause"] for row in samples("replay-wrong")}
    assert failed.keys() == right.keys() and "passed" not in failed.values()


def test_tests_that_need_a_package_say_which_to_allow(run, suite_folder, data):
    (suite_folder / "hard.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows(data)))
    result = run("--model=reference", "--dataset=hard.jsonl", suite="dataset", here=True)
    assert result.ret == 4
    said = (
        "codeeval: hard.jsonl, line 7: field 'test' imports 'faker' (line 2), *--allow-packages=faker, *(2 more rows*"
    )
    result.stdout.fnmatch_lines([said])
