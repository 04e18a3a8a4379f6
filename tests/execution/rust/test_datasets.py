from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.core.problem import Problem
from tests.execution.rust.trial import Trial

# Several test files, tests of macros, of an allocator, of Cargo.toml, equality by hand, aliases.
EXERCISES = ("all-your-base", "custom-set", "doubly-linked-list", "forth", "macros", "paasio", "run-length-encoding")
ROWS = (0, 84)  # more of them are tried in the sandbox


def rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def exercise(row: dict[str, Any]) -> Problem:
    name = re.search(r'name = "([\w-]+)"', row["cargo_toml"])
    assert name
    crate = {
        "name": name[1],
        "edition": "2024",
        "tests": row["tests"],
        "files": row["other_files"],
        "allow": re.findall(r'(?m)^(\w+) = "allow"', row["cargo_toml"]),
        "features": list(row["features"]),
    }
    return Problem(row["slug"], "", "\n".join(row["tests"].values()), language="rust", extra={"crate": crate})


@pytest.mark.parametrize("slug", EXERCISES)
def test_the_example_of_an_exercise_passes_and_its_stub_does_not(data: Path, trial: Trial, slug: str) -> None:
    row = next(row for row in rows(data / "rust" / "exercism.jsonl.gz") if row["slug"] == slug)
    ended = trial(exercise(row), row["example"], seconds=60)
    gated = sum(text.count('#[cfg(feature = "') for text in row["tests"].values())
    assert ended.passed, ended
    assert ended.ran == row["test_count"] - gated
    assert not trial(exercise(row), row["stub"], seconds=60).passed


@pytest.mark.parametrize("number", ROWS)
def test_of_a_program_the_right_solution_passes_and_the_buggy_one_does_not(
    data: Path, trial: Trial, number: int
) -> None:
    row = rows(data / "rust" / "humanevalpack_rust.jsonl.gz")[number]
    crates = ("use rand::Rng;", "use regex::Regex;", "use md5;")
    prompt = "".join(line for line in row["declaration"].splitlines(True) if line.strip() not in crates)
    problem = Problem(row["task_id"], prompt, row["test"], row["entry_point"], language="rust", extra={"closing": ""})
    assert trial(problem, prompt + row["canonical_solution"], seconds=20).passed
    assert not trial(problem, prompt + row["buggy_solution"], seconds=5).passed
