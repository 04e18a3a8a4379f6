"""This project's own problems in Rust: their solutions pass, and every mistake that was thought of fails."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from pytest_codeeval.benchmarks import STARTER_RUST
from pytest_codeeval.benchmarks.instructions import continued
from pytest_codeeval.core.problem import DataRequest, Problem

DATASET = STARTER_RUST.load(DataRequest())
PROBLEMS = {problem.task_id: problem for problem in DATASET.problems}
WRONG = [
    json.loads(line) for line in Path(__file__).with_name("starter_rust_wrong.jsonl").read_text("utf-8").splitlines()
]

each_problem = pytest.mark.parametrize("problem", DATASET.problems, ids=lambda problem: problem.extra["crate"]["name"])


def stub_of(problem: Problem) -> str:
    """Return the file that the prompt gives."""
    found = re.search(r"^```rust\n(.*?)^```$", problem.prompt, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def solutions_of(problem: Problem) -> dict[str, str]:
    """Return the canonical solution, the stub and the mistakes, by name."""
    found = {"canonical": problem.canonical_solution, "stub": stub_of(problem)}
    for row in WRONG:
        if row["task_id"] == problem.task_id:
            found[row["mistake"]] = problem.canonical_solution.replace(row["find"], row["replace"])
    return found


def failures(problem: Problem, solutions: Mapping[str, str], folder: Path) -> dict[str, list[str]]:
    """Return the tests that fail of each solution; all are built at once, as modules of one crate."""
    rustc = shutil.which("rustc")
    if rustc is None:
        pytest.skip("rustc is not installed: it builds solutions in Rust")
    name = problem.extra["crate"]["name"]
    modules = {f"s{number}": key for number, key in enumerate(solutions)}
    library = "".join(f"pub mod {module} {{\n{solutions[key]}\n}}\n" for module, key in modules.items())
    use = re.compile(rf"^use {name}::", re.MULTILINE)
    tests = "".join(f"mod {module} {{\n{use.sub(f'use {name}::{module}::', problem.test)}\n}}\n" for module in modules)
    (folder / "lib.rs").write_text(f"#![allow(warnings)]\n{library}")
    (folder / "tests.rs").write_text(f"#![allow(warnings)]\n{tests}")
    edition = f"--edition={problem.extra['crate']['edition']}"
    for arguments in (
        [edition, "--crate-type=rlib", f"--crate-name={name}", "lib.rs"],
        [edition, "--test", "-o", "tests", f"--extern={name}=lib{name}.rlib", "tests.rs"],
    ):
        built = subprocess.run([rustc, *arguments], cwd=folder, capture_output=True, text=True, timeout=300)
        if "error: Edition" in built.stderr or "is unstable" in built.stderr:
            pytest.skip("rustc is older than edition 2024")
        assert built.returncode == 0, built.stderr
    ran = subprocess.run([folder / "tests"], cwd=folder, capture_output=True, text=True, timeout=300)
    found: dict[str, list[str]] = {key: [] for key in solutions}
    ends = re.findall(r"^test (\w+)::(\w+) \.\.\. (ok|FAILED)$", ran.stdout, re.MULTILINE)
    assert len(ends) == len(modules) * problem.test.count("#[test]")
    for module, test, end in ends:
        if end == "FAILED":
            found[modules[module]].append(test)
    return found


def test_there_are_12_problems_that_need_no_file() -> None:
    assert list(PROBLEMS) == [f"StarterRust/{number}" for number in range(12)]
    assert DATASET.source == "package"
    assert DATASET.skipped == {}


@each_problem
def test_the_canonical_solution_passes_and_every_mistake_fails(problem: Problem, tmp_path: Path) -> None:
    found = failures(problem, solutions_of(problem), tmp_path)
    assert found.pop("canonical") == []
    assert len(found.pop("stub")) == problem.test.count("#[test]")
    assert [mistake for mistake, failed in found.items() if not failed] == []


@pytest.mark.parametrize("row", WRONG, ids=lambda row: f"{row['task_id']} {row['mistake']}")
def test_a_mistake_is_one_change_of_the_canonical_solution(row: dict[str, str]) -> None:
    assert PROBLEMS[row["task_id"]].canonical_solution.count(row["find"]) == 1
    assert row["find"] != row["replace"]


def test_every_problem_has_mistakes_to_tell_apart() -> None:
    for problem in DATASET.problems:
        assert len(solutions_of(problem)) >= 5, problem.task_id


@each_problem
def test_the_tests_are_several_and_none_is_left_out(problem: Problem) -> None:
    assert 6 <= problem.test.count("#[test]") <= 12
    assert "#[ignore]" not in problem.test
    assert list(problem.extra["crate"]["tests"].values()) == [problem.test]


@each_problem
def test_the_prompt_gives_a_stub_and_not_the_answer(problem: Problem) -> None:
    assert problem.entry_point in stub_of(problem)
    assert "todo!()" in stub_of(problem)
    assert problem.canonical_solution not in problem.prompt
    assert problem.extra["difficulty"] in range(1, 5)
    assert not problem.stub


@each_problem
def test_the_question_asks_for_the_whole_file(problem: Problem) -> None:
    question = STARTER_RUST.prompt(problem)
    assert "one ```rust code block that holds the whole content of src/lib.rs (Rust 2024)" in question
    assert problem.test not in question
    assert problem.prompt.strip() in question


def test_a_base_model_continues_a_comment_with_the_task() -> None:
    text, stops = continued(PROBLEMS["StarterRust/0"])
    assert text.startswith("// Work out what it costs to send a parcel, in cents.\n//\n")
    assert "\n// pub fn postage(grams: u32, express: bool) -> Option<u32> {\n" in text
    assert text.endswith("\n// ```\n\n")
    assert "\n```" in stops and len(stops) <= 4
