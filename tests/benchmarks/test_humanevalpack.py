"""HumanEvalPack in Rust as published, and as it may be broken on a user's disk."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import HUMANEVALPACK_RUST
from pytest_codeeval.benchmarks.instructions import continued
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset

DECLARATION = "\nuse std::mem;\nuse rand::Rng;\nuse regex::Regex;\nuse md5;\n\nfn add(x: i32, y: i32) -> i32{\n"
ROW: dict[str, Any] = {
    "task_id": "Rust/53",
    "prompt": "fn main(){}\n\nuse std::mem;\nuse rand::Rng;\nuse regex::Regex;\nuse md5;\n\n"
    "/* Add. */\nfn add(x: i32, y: i32) -> i32{\n",
    "declaration": DECLARATION,
    "canonical_solution": "    x + y\n}\n",
    "buggy_solution": "    x - y\n}\n",
    "bug_type": "operator misuse",
    "test": "#[cfg(test)]\nmod tests {\n    use super::*;\n\n"
    "    #[test]\n    fn adds() { assert_eq!(add(1, 2), 3); }\n}\n",
    "entry_point": "sum",
}


def load(folder: Path, *rows: Any) -> Dataset:
    """Write rows where they are looked for, and load them."""
    path = folder / "rust" / "humanevalpack_rust.jsonl"
    path.parent.mkdir()
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return HUMANEVALPACK_RUST.load(DataRequest(str(folder)))


def without_comments(code: str) -> str:
    """Return code without block comments and white space."""
    return re.sub(r"\s+", "", re.sub(r"/\*.*?\*/", "", code, flags=re.DOTALL))


def test_the_published_dataset_is_loaded_whole(data: Path) -> None:
    dataset = HUMANEVALPACK_RUST.load(DataRequest(str(data)))
    raw = gzip.decompress((data / "rust/humanevalpack_rust.jsonl.gz").read_bytes())
    assert [problem.task_id for problem in dataset.problems] == [f"Rust/{number}" for number in range(164)]
    assert dataset.sha256 == hashlib.sha256(raw).hexdigest()
    assert all(problem.stub == problem.prompt and problem.language == "rust" for problem in dataset.problems)


def test_what_needs_a_crate_cannot_be_graded(data: Path) -> None:
    def reason(crate: str) -> str:
        return f"needs the crate {crate}, which is not available offline"

    assert HUMANEVALPACK_RUST.load(DataRequest(str(data))).skipped == {
        **{f"Rust/{number}": reason("rand") for number in (32, 38, 50, 53)},
        "Rust/91": reason("regex"),
        "Rust/162": reason("md5"),
    }


def test_no_problem_that_is_graded_names_a_crate(data: Path) -> None:
    dataset = HUMANEVALPACK_RUST.load(DataRequest(str(data)))
    for problem in dataset.problems:
        given = problem.prompt + problem.test + problem.canonical_solution
        assert "fn main(){}" not in given
        if problem.task_id not in dataset.skipped:
            assert not re.search(r"\b(rand|regex|md5)(::|;)", given), problem.task_id


def test_the_prompt_is_the_start_of_the_canonical_solution_with_the_task_as_a_comment(data: Path) -> None:
    for problem in HUMANEVALPACK_RUST.load(DataRequest(str(data))).problems:
        start = without_comments(problem.prompt)
        assert "/*" in problem.prompt
        assert without_comments(problem.canonical_solution).startswith(start), problem.task_id
        assert without_comments(problem.extra["buggy_solution"]).startswith(start), problem.task_id
        assert problem.extra["buggy_solution"] != problem.canonical_solution


def test_a_completion_brings_its_own_closing_brace(data: Path) -> None:
    for problem in HUMANEVALPACK_RUST.load(DataRequest(str(data))).problems:
        assert problem.extra["closing"] == ""
        assert problem.canonical_solution.rstrip().endswith("}")
        assert problem.test.lstrip().startswith("#[cfg(test)]\nmod tests {")


def test_the_entry_point_is_the_function_that_the_tests_call(data: Path) -> None:
    problems = HUMANEVALPACK_RUST.load(DataRequest(str(data))).problems
    for problem in problems:
        assert re.search(rf"\bfn\s+{problem.entry_point}\b", problem.prompt), problem.task_id
        assert re.search(rf"\b{problem.entry_point}\b", problem.test), problem.task_id
    assert problems[71].entry_point == "triangle_area_f64"  # the row says triangle_area


def test_a_row_becomes_a_problem(tmp_path: Path) -> None:
    (problem,) = load(tmp_path, ROW).problems
    start = "use std::mem;\n\nfn add(x: i32, y: i32) -> i32{\n"
    assert problem.prompt == "use std::mem;\n\n/* Add. */\nfn add(x: i32, y: i32) -> i32{\n"
    assert problem.entry_point == "add"
    assert problem.test == ROW["test"]
    assert problem.canonical_solution == f"{start}    x + y\n}}\n"
    assert problem.extra["buggy_solution"] == f"{start}    x - y\n}}\n"
    assert problem.extra["bug_type"] == "operator misuse"


def test_the_question_holds_the_prompt_as_rust(tmp_path: Path) -> None:
    (problem,) = load(tmp_path, ROW).problems
    assert f"```rust\n{problem.prompt.rstrip()}\n```" in HUMANEVALPACK_RUST.prompt(problem)
    text, stops = continued(problem)
    assert text == problem.prompt
    assert "\nfn " in stops and len(stops) <= 4


@pytest.mark.parametrize("field", ["task_id", "prompt", "declaration", "canonical_solution", "buggy_solution", "test"])
def test_a_missing_field_is_named_by_file_and_line(tmp_path: Path, field: str) -> None:
    with pytest.raises(DatasetError, match=rf"humanevalpack_rust\.jsonl, line 2: field '{field}' is missing"):
        load(tmp_path, {**ROW, "task_id": "Rust/0"}, {**ROW, field: None})


@pytest.mark.parametrize("declaration", ["use std::mem;\n", "fn add(x: i32, y: i32) -> i32;\n", "def add(x, y): {\n"])
def test_a_declaration_that_begins_no_function_is_refused(tmp_path: Path, declaration: str) -> None:
    with pytest.raises(DatasetError, match="line 1: field 'declaration' begins no function"):
        load(tmp_path, {**ROW, "declaration": declaration})


def test_an_id_that_comes_twice_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"line 2: task_id 'Rust/53' stands at .*line 1 already"):
        load(tmp_path, ROW, ROW)


def test_a_missing_file_is_told_with_both_remedies(tmp_path: Path, no_datasets: None) -> None:
    with pytest.raises(DatasetError) as caught:
        HUMANEVALPACK_RUST.load(DataRequest(str(tmp_path)))
    assert "--data DIR (or CODEEVAL_DATA) with DIR/rust/humanevalpack_rust.jsonl.gz" in str(caught.value)
    assert "pip install 'pytest-codeeval[datasets]'" in str(caught.value)
