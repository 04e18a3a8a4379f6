"""A user's own problems in Rust and other languages than Python."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import DATASET
from pytest_codeeval.benchmarks.instructions import continued
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem

STUB = "/// Add.\npub fn add(a: i32, b: i32) -> i32 {\n"
UNIT = "#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn adds() { assert_eq!(add(1, 2), 3); }\n}\n"
MAIN = "fn main() {\n    assert_eq!(add(1, 2), 3);\n}\n"
OWN = "use sums::*;\n\n#[test]\nfn adds() {\n    assert_eq!(add(1, 2), 3);\n}\n"
TOML = '[package]\nname = "sums"\nversion = "0.1.0"\nedition = "2018"\n\n[lints.clippy]\nneedless_return = "allow"\n'


def load(folder: Path, *rows: Any, language: str = "rust") -> Dataset:
    """Write rows as a user's file, and load it."""
    path = folder / "mine.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return DATASET.load(DataRequest(dataset=str(path), language=language))


def problem_of(folder: Path, row: dict[str, Any], language: str = "rust") -> Problem:
    """Load one row."""
    return load(folder, row, language=language).problems[0]


@pytest.mark.parametrize("field", ["test", "tests"])
@pytest.mark.parametrize("test", [UNIT, MAIN])
def test_a_prompt_that_breaks_off_in_a_function_is_continued(tmp_path: Path, field: str, test: str) -> None:
    problem = problem_of(tmp_path, {"prompt": STUB, field: test, "entry_point": "add", "level": 2})
    assert (problem.stub, problem.test, problem.language) == (STUB, test, "rust")
    assert problem.extra == {"closing": "", "level": 2}
    assert "Complete the following Rust function" in DATASET.prompt(problem)
    assert continued(problem) == (STUB, ())


@pytest.mark.parametrize(
    "end", ["    // sum them\n", "    let sum = a + b;\n", "    if a > b {\n        return a;\n    }\n"]
)
def test_a_prompt_may_break_off_further_inside(tmp_path: Path, end: str) -> None:
    assert problem_of(tmp_path, {"prompt": STUB + end, "test": MAIN}).extra == {"closing": ""}


@pytest.mark.parametrize(
    "prompt",
    [
        "Write a function `add` that adds two numbers.",
        STUB + "    todo!()\n}\n",
        "Print a { and say why fn is no word.",
    ],
)
def test_a_prompt_in_words_or_a_whole_stub_is_put_as_it_stands(tmp_path: Path, prompt: str) -> None:
    problem = problem_of(tmp_path, {"prompt": prompt, "test": UNIT})
    assert (problem.stub, problem.extra) == ("", {})
    assert DATASET.prompt(problem) == prompt


def test_a_brace_that_tests_begin_with_is_the_end_of_the_solution(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, {"prompt": STUB, "tests": "}\n\n" + MAIN, "stop": ["\n}"]})
    assert (
        problem.stub + "    a + b" + problem.extra["closing"] + "\n" + problem.test == f"{STUB}    a + b\n}}\n\n{MAIN}"
    )
    assert continued(problem) == (STUB, ("\n}",))


def test_a_closing_is_taken_as_said_on_a_line_of_its_own(tmp_path: Path) -> None:
    prompt = "Some words, then code."
    problem = problem_of(tmp_path, {"prompt": prompt, "test": MAIN, "closing": "}"})
    assert (problem.stub, problem.extra) == (prompt, {"closing": "\n}"})
    assert problem_of(tmp_path, {"prompt": prompt, "test": MAIN, "closing": ""}).extra == {"closing": ""}


def test_other_languages_are_continued_too(tmp_path: Path) -> None:
    row = {"prompt": "function add(a, b) {\n", "test": "console.assert(add(1, 2) === 3)\n"}
    assert problem_of(tmp_path, row, "javascript").extra == {"closing": ""}
    row = {"prompt": "def add(a, b)\n", "test": "raise unless add(1, 2) == 3\n", "closing": "end"}
    problem = problem_of(tmp_path, row, "ruby")
    assert (problem.stub, problem.extra["closing"]) == (row["prompt"], "\nend")
    assert "Complete the following Ruby function" in DATASET.prompt(problem)


def test_the_language_is_that_of_the_row_where_it_names_one(tmp_path: Path) -> None:
    rows = [
        {"prompt": STUB, "test": MAIN, "language": "rs"},
        {"prompt": "def f(): ...", "test": "assert True", "language": "English"},
        {"prompt": "def f(): ...", "test": "assert True", "language": None},
    ]
    problems = load(tmp_path, *rows, language="python").problems
    assert [problem.language for problem in problems] == ["rust", "python", "python"]


def test_tests_that_begin_by_using_a_crate_are_a_file_of_its_tests(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, {"prompt": "Write a crate that adds.", "test": OWN, "entry_point": "add"})
    assert problem.extra == {
        "crate": {
            "name": "sums",
            "edition": "2021",
            "tests": {"tests/sums.rs": OWN},
            "files": {},
            "allow": [],
            "features": [],
        }
    }
    assert (problem.test, problem.stub) == (OWN, "")
    assert "one ```rust code block that holds the whole content of src/lib.rs (Rust 2021)" in DATASET.prompt(problem)


@pytest.mark.parametrize(
    "head",
    [
        "// Tests.\n\n",
        "//! Tests.\n",
        "use std::mem;\n",
        "use std::{\n    mem,\n};\n",
        "/* a\nb */ #![allow(unused)]\nuse core::fmt;\n",
        "\n",
    ],
)
def test_the_crate_is_the_first_that_is_not_rusts_own(tmp_path: Path, head: str) -> None:
    problem = problem_of(tmp_path, {"prompt": "p", "test": head + OWN})
    assert problem.extra["crate"]["name"] == "sums"


@pytest.mark.parametrize("head", ["mod tests {\n", "#[test]\nfn first() {}\n", "fn main() {}\n", '"', "/* "])
def test_only_the_top_of_the_tests_names_their_crate(tmp_path: Path, head: str) -> None:
    assert "crate" not in problem_of(tmp_path, {"prompt": "p", "test": head + OWN}).extra


def test_a_name_with_a_capital_letter_is_a_type_and_no_crate(tmp_path: Path) -> None:
    assert problem_of(tmp_path, {"prompt": "p", "test": "use Sums::*;\n" + UNIT}).extra == {}


def test_who_names_a_closing_has_no_crate_in_mind(tmp_path: Path) -> None:
    prompt = "mod sums {}\n" + STUB
    assert problem_of(tmp_path, {"prompt": prompt, "test": OWN, "closing": ""}).extra == {"closing": ""}


def test_a_crate_is_named_by_the_row(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, {"prompt": "p", "test": UNIT, "crate": "my-sums"})
    assert problem.extra["crate"]["name"] == "my-sums"
    assert problem.extra["crate"]["tests"] == {"tests/my-sums.rs": UNIT}


def test_a_manifest_says_name_edition_and_lints(tmp_path: Path) -> None:
    crate = problem_of(tmp_path, {"prompt": "p", "test": OWN, "cargo_toml": TOML}).extra["crate"]
    assert (crate["name"], crate["edition"], crate["allow"]) == ("sums", "2018", ["needless_return"])
    said = {"edition": "2024", "allow": ["too_many_arguments"]}
    crate = problem_of(tmp_path, {"prompt": "p", "test": OWN, "cargo_toml": TOML, "crate": said}).extra["crate"]
    assert (crate["name"], crate["edition"], crate["allow"]) == ("sums", "2024", ["too_many_arguments"])


def test_several_files_are_given_by_path(tmp_path: Path) -> None:
    tests, files = {"tests/a.rs": OWN, "tests/b.rs": OWN}, {"src/given.rs": "pub fn given() {}\n"}
    problem = problem_of(tmp_path, {"prompt": "p", "tests": tests, "files": files, "crate": {"name": "sums"}})
    assert problem.extra["crate"]["tests"] == tests
    assert problem.extra["crate"]["files"] == files
    assert problem.test == f"{OWN}\n{OWN}"


def test_a_crate_that_needs_others_is_skipped(tmp_path: Path) -> None:
    rows = [
        {"task_id": "a", "prompt": "p", "test": OWN, "cargo_toml": TOML + '[dependencies]\nserde = "1"\n'},
        {"task_id": "b", "prompt": "p", "test": OWN, "cargo_toml": TOML},
    ]
    assert load(tmp_path, *rows).skipped == {"a": "needs the crate serde, which is not available offline"}


def test_a_row_without_tests_is_only_generated(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, {"prompt": STUB, "test": None, "crate": None})
    assert (problem.test, problem.extra) == ("", {"closing": ""})
    assert "Complete the following Rust function" in DATASET.prompt(problem)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"test": 7}, "field 'test' is not a text"),
        ({"test": "assert_eq!(add(1, 2), 3);"}, r"field 'test' has neither a #\[test\] function nor a main function"),
        ({"test": "// fn main is missing"}, "field 'test' has neither"),
        ({"test": None, "tests": "add(1, 2);"}, "field 'tests' has neither"),
        ({"test": ["a"]}, "field 'test' is not a text"),
        ({"closing": 3}, "field 'closing' is not a text"),
        ({"stop": "\n}"}, "field 'stop' is not a list of texts"),
        ({"crate": 3}, "field 'crate' has no name that a crate can have: 3"),
        ({"crate": ""}, "field 'crate' has no name that a crate can have: ''"),
        ({"crate": "../sums"}, "field 'crate' has no name that a crate can have: '../sums'"),
        ({"crate": 'a"\nbuild = "x.rs'}, "field 'crate' has no name that a crate can have"),
        ({"crate": {"name": "sums", "edition": "2077"}}, "field 'crate' has edition '2077', which is none of 2015"),
        ({"crate": {"name": "sums", "edition": [1]}}, r"field 'crate' has edition \[1\]"),
        ({"crate": {"name": "sums", "allow": "all"}}, "field 'crate' allows what is no list of lints"),
        ({"crate": {"name": "sums", "allow": ["a b"]}}, "field 'crate' allows what is no lint of clippy"),
        ({"crate": {"name": "sums", "allow": [3]}}, "field 'crate' allows what is no lint of clippy"),
        ({"crate": "sums", "test": MAIN}, r"field 'test' has no #\[test\] function"),
        ({"crate": "sums", "test": None}, "field 'tests' is missing"),
        ({"crate": "sums", "test": {"tests/../a.rs": OWN}}, "field 'test' has the path 'tests/../a.rs'"),
        ({"crate": "sums", "files": {"build.rs": "fn main() {}"}}, "field 'files' has the path 'build.rs'"),
        ({"crate": "sums", "files": {"src/lib.rs": ""}}, "field 'files' has src/lib.rs"),
        ({"crate": "sums", "files": "src/lib.rs"}, "field 'files' is no texts by path"),
        ({"cargo_toml": "name ="}, "field 'cargo_toml' is not TOML"),
        ({"cargo_toml": 3}, "field 'cargo_toml' is not a text"),
        ({"test": {"tests/a.rs": OWN}}, "field 'crate' has no name that a crate can have: ''"),
    ],
)
def test_a_malformed_row_is_named_by_file_and_line(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    fine = {"prompt": STUB, "test": MAIN}
    with pytest.raises(DatasetError, match=rf"mine\.jsonl, line 2: {said}"):
        load(tmp_path, fine, {**fine, "test": OWN, **change})


def test_a_parquet_file_is_read_like_a_jsonl_file(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [
        {"task_id": "a", "prompt": STUB, "test": MAIN, "tests": None},
        {"task_id": "b", "prompt": "p", "test": None, "tests": {"tests/sums.rs": OWN}, "crate": {"name": "sums"}},
        {"task_id": "c", "prompt": "p", "test": None, "tests": {"tests/other.rs": OWN}, "crate": {"name": "sums"}},
    ]
    path = tmp_path / "mine.parquet"
    parquet.write_table(pyarrow.Table.from_pylist(rows, pyarrow.schema(_columns(pyarrow))), path)
    dataset = DATASET.load(DataRequest(dataset=str(path), language="rust"))
    first, second, third = dataset.problems
    assert (first.stub, first.extra, first.test) == (STUB, {"closing": ""}, MAIN)
    assert second.extra["crate"]["tests"] == {"tests/sums.rs": OWN}
    assert third.extra["crate"]["tests"] == {"tests/other.rs": OWN}
    assert (len(dataset.sha256), dataset.source, dataset.variant) == (64, str(path), "mine")


def _columns(pyarrow: Any) -> list[tuple[str, Any]]:
    text = pyarrow.string()
    return [
        ("task_id", text),
        ("prompt", text),
        ("test", text),
        ("tests", pyarrow.struct([("tests/sums.rs", text), ("tests/other.rs", text)])),
        ("crate", pyarrow.struct([("name", text)])),
    ]


def test_what_is_no_parquet_file_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    path = tmp_path / "mine.parquet"
    path.write_text('{"prompt": "p"}\n')
    with pytest.raises(DatasetError, match=r"mine\.parquet cannot be read: "):
        DATASET.load(DataRequest(dataset=str(path)))


def test_a_parquet_row_is_named_by_its_number(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "mine.parquet"
    parquet.write_table(pyarrow.table({"prompt": ["fine", ""]}), path)
    with pytest.raises(DatasetError, match=r"mine\.parquet, row 2: field 'prompt' is empty"):
        DATASET.load(DataRequest(dataset=str(path)))
