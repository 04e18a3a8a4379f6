"""Exercism's Rust exercises as published, and as they may be broken on a user's disk."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import RUST
from pytest_codeeval.benchmarks.instructions import continued
from pytest_codeeval.core.errors import DataAbsent, DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem

TOML = '[package]\nname = "leap_year"\nversion = "0.1.0"\nedition = "2024"\n'
TEST = "use leap_year::*;\n\n#[test]\nfn leaps() {\n    assert!(is_leap_year(2000));\n}\n"
ROW: dict[str, Any] = {
    "slug": "leap-year",
    "difficulty": 1,
    "status": None,
    "introduction": None,
    "instructions": "# Instructions\n\nIs it a leap year?\n",
    "stub": "pub fn is_leap_year(year: u64) -> bool {\n    todo!()\n}\n",
    "example": "pub fn is_leap_year(year: u64) -> bool {\n    year % 4 == 0\n}\n",
    "tests": {"tests/leap_year.rs": TEST},
    "other_files": {},
    "cargo_toml": TOML,
    "example_cargo_toml": None,
}


def load(folder: Path, *rows: Any) -> Dataset:
    """Write rows where they are looked for, and load them."""
    path = folder / "rust" / "exercism.jsonl"
    path.parent.mkdir()
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return RUST.load(DataRequest(str(folder)))


@pytest.fixture
def published(data: Path) -> dict[str, Problem]:
    """The exercises by name."""
    return {problem.task_id: problem for problem in RUST.load(DataRequest(str(data))).problems}


def test_the_published_dataset_is_loaded_whole(data: Path) -> None:
    dataset = RUST.load(DataRequest(str(data)))
    raw = gzip.decompress((data / "rust/exercism.jsonl.gz").read_bytes())
    assert (len(dataset.problems), dataset.sha256) == (106, hashlib.sha256(raw).hexdigest())
    assert {problem.extra["difficulty"] for problem in dataset.problems} == {1, 4, 7, 10}
    assert sum(problem.extra["deprecated"] for problem in dataset.problems) == 7
    assert {problem.extra["crate"]["edition"] for problem in dataset.problems} == {"2024"}
    assert not any(problem.stub for problem in dataset.problems)


def test_eleven_exercises_need_crates_and_say_which(data: Path) -> None:
    def reason(crate: str) -> str:
        return f"needs the crate {crate}, which is not available offline"

    dataset = RUST.load(DataRequest(str(data)))
    assert dataset.skipped == {
        "alphametics": reason("itertools"),
        "bottle-song": reason("pretty_assertions"),
        "decimal": "needs the crates num-bigint and num-traits, which are not available offline",
        "diffie-hellman": reason("rand"),
        "gigasecond": reason("time"),
        "grep": "needs the crates anyhow and thiserror, which are not available offline",
        "pig-latin": reason("regex-lite"),
        "poker": reason("counter"),
        "pov": reason("pretty_assertions"),
        "robot-name": reason("rand"),
        "simple-cipher": reason("rand"),
    }
    assert len(dataset.problems) - len(dataset.skipped) == 95


def test_a_crate_has_the_name_that_its_tests_use(published: dict[str, Problem]) -> None:
    assert published["two-fer"].extra["crate"]["name"] == "twofer"
    assert published["affine-cipher"].extra["crate"]["name"] == "affine_cipher"
    for problem in published.values():
        used = re.compile(rf"\b{problem.extra['crate']['name']}(?:::| as )")
        tests = problem.extra["crate"]["tests"].values()
        assert tests and all(used.search(text) for text in tests), problem.task_id


def test_the_files_that_a_build_needs_are_kept_and_others_are_not(published: dict[str, Problem]) -> None:
    files = {name: list(problem.extra["crate"]["files"]) for name, problem in published.items()}
    assert {name: paths for name, paths in files.items() if paths} == {
        "doubly-linked-list": ["src/pre_implemented.rs"],
        "macros": ["src/compile_fail_tests.rs"],
    }


def test_several_files_of_tests_are_kept_apart(published: dict[str, Problem]) -> None:
    several = {name: list(problem.extra["crate"]["tests"]) for name, problem in published.items()}
    assert {name: paths for name, paths in several.items() if len(paths) > 1} == {
        "doubly-linked-list": [
            "tests/doubly_linked_list.rs",
            "tests/step_4_leak_test_1.rs",
            "tests/step_4_leak_test_2.rs",
        ],
        "forth": ["tests/alloc_attack.rs", "tests/forth.rs"],
    }
    forth = published["forth"]
    assert forth.test == "\n".join(forth.extra["crate"]["tests"].values())


def test_the_lints_that_a_manifest_allows_are_kept(published: dict[str, Problem]) -> None:
    allowed = {name: problem.extra["crate"]["allow"] for name, problem in published.items()}
    assert allowed["binary-search"] == ["needless_borrows_for_generic_args"]
    assert allowed["doubly-linked-list"] == ["drop_non_drop", "new_without_default", "should_implement_trait"]
    assert allowed["leap"] == []
    assert sum(bool(lints) for lints in allowed.values()) == 10


def test_the_question_asks_for_the_file_that_the_stub_begins(published: dict[str, Problem]) -> None:
    question = RUST.prompt(published["leap"])
    assert question.startswith("# Introduction\n\nA leap year")
    assert "determine whether a given year is a leap year" in question
    assert "```rust\npub fn is_leap_year(year: u64) -> bool {" in question
    assert "one ```rust code block that holds the whole content of src/lib.rs" in question
    assert "standard library only" in question


def test_the_question_shows_files_that_stay_and_never_tests_or_the_example(published: dict[str, Problem]) -> None:
    assert "pub fn push_back(&mut self" in RUST.prompt(published["doubly-linked-list"])
    for problem in published.values():
        question = RUST.prompt(problem)
        assert problem.canonical_solution.strip() not in question, problem.task_id
        assert not any(text.strip() in question for text in problem.extra["crate"]["tests"].values()), problem.task_id


def test_a_base_model_continues_a_comment_with_the_task(published: dict[str, Problem]) -> None:
    text, stops = continued(published["leap"])
    assert all(line.startswith("//") for line in text.strip().split("\n"))
    assert text.endswith("\n\n") and "pub fn is_leap_year" in text
    assert "\n#[cfg(test)]" in stops


def test_a_row_becomes_a_problem(tmp_path: Path) -> None:
    (problem,) = load(tmp_path, ROW).problems
    assert (problem.task_id, problem.entry_point, problem.language) == ("leap-year", "", "rust")
    assert (problem.canonical_solution, problem.test) == (ROW["example"], TEST)
    assert problem.extra["crate"] == {
        "name": "leap_year",
        "edition": "2024",
        "tests": {"tests/leap_year.rs": TEST},
        "files": {},
        "allow": [],
        "features": [],
    }
    assert RUST.timeout_of(problem) == 10.0


def test_a_fence_within_a_stub_does_not_end_its_block(tmp_path: Path) -> None:
    (problem,) = load(tmp_path, {**ROW, "stub": "/// ```\n/// f();\n/// ```\npub fn f() {}\n"}).problems
    assert "````rust\n/// ```\n/// f();\n/// ```\npub fn f() {}\n````\n" in problem.prompt


def test_an_example_that_needs_a_crate_is_skipped(tmp_path: Path) -> None:
    own = TOML + '\n[dependencies]\nrand = "0.9"\n\n[dev-dependencies]\nfakes = "*"\n'
    assert load(tmp_path, {**ROW, "example_cargo_toml": own}).skipped == {
        "leap-year": "needs the crates fakes and rand, which are not available offline"
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"slug": None}, "field 'slug' is missing"),
        ({"difficulty": "1"}, "field 'difficulty' is not a whole number"),
        ({"difficulty": True}, "field 'difficulty' is not a whole number"),
        ({"instructions": ""}, "field 'instructions' is empty"),
        ({"stub": 7}, "field 'stub' is not a text"),
        ({"example": None}, "field 'example' is missing"),
        ({"tests": None}, "field 'tests' is missing"),
        ({"tests": TEST}, "field 'tests' is no texts by path"),
        ({"tests": {}}, "field 'tests' has no file such as tests/leap_year.rs"),
        ({"tests": {"tests/a/b.rs": TEST}}, "field 'tests' has no file such as tests/leap_year.rs"),
        ({"tests": {"src/a.rs": TEST}}, "field 'tests' has no file such as tests/leap_year.rs"),
        ({"tests": {"tests/a.rs": 7}}, "field 'tests' has no text at 'tests/a.rs'"),
        ({"tests": {"tests/a.rs": "fn f() {}"}}, r"field 'tests' has no #\[test\] function"),
        ({"tests": {"/tests/a.rs": TEST}}, "field 'tests' has the path '/tests/a.rs', which is not below"),
        ({"tests": {"tests/../../a.rs": TEST}}, "field 'tests' has the path 'tests/../../a.rs', which is not below"),
        ({"tests": {"tests/./a.rs": TEST}}, "field 'tests' has the path 'tests/./a.rs', which is not below"),
        ({"tests": {"tests//a.rs": TEST}}, "field 'tests' has the path 'tests//a.rs', which is not below"),
        ({"tests": {"tests/a.rs\n": TEST}}, "field 'tests' has the path .*which is not below"),
        ({"tests": {"tests/a\0.rs": TEST}}, "field 'tests' has the path .*which is not below"),
        ({"tests": {"build.rs": TEST}}, "field 'tests' has the path 'build.rs', which is not below"),
        ({"tests": {".cargo/config.toml": TEST}}, "field 'tests' has the path '.cargo/config.toml'"),
        ({"tests": {"tests/.hidden.rs": TEST}}, "field 'tests' has the path 'tests/.hidden.rs'"),
        ({"other_files": {"src/lib.rs": ""}}, "field 'files' has src/lib.rs, which is not for it to say"),
        ({"other_files": {"tests/leap_year.rs": ""}}, "field 'files' has tests/leap_year.rs, which is not for it"),
        ({"other_files": {"tests/leap_year.rs/x": ""}}, "field 'tests' has a file that is a folder as well"),
        ({"other_files": {"src/../x.rs": ""}}, "field 'files' has the path 'src/../x.rs'"),
        ({"other_files": ["src/x.rs"]}, "field 'other_files' is no texts by path"),
        ({"cargo_toml": "[package"}, "field 'cargo_toml' is not TOML"),
        ({"cargo_toml": "[dependencies]\n"}, "field 'cargo_toml' has no name that a crate can have: ''"),
        ({"cargo_toml": "package = 3\n"}, "field 'cargo_toml' has no name that a crate can have: ''"),
        ({"cargo_toml": '[package]\nname = "../x"\n'}, "field 'cargo_toml' has no name that a crate can have: '../x'"),
        ({"cargo_toml": "[package]\nname = 3\n"}, "field 'cargo_toml' has no name that a crate can have: 3"),
        ({"cargo_toml": '[package]\nname = "a"\nedition = "2077"\n'}, "field 'cargo_toml' has edition '2077'"),
        ({"cargo_toml": TOML + '[lints.clippy]\n"a b" = "allow"\n'}, "field 'cargo_toml' allows what is no lint"),
        ({"example_cargo_toml": "["}, "field 'example_cargo_toml' is not TOML"),
    ],
)
def test_a_malformed_row_is_named_by_file_and_line(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    with pytest.raises(DatasetError, match=rf"exercism\.jsonl, line 2: {said}"):
        load(tmp_path, {**ROW, "slug": "first"}, {**ROW, **change})


def test_lints_that_are_not_allowed_are_not_kept(tmp_path: Path) -> None:
    lints = '[lints.clippy]\nunwrap_used = "deny"\nredundant_clone = { level = "allow", priority = 1 }\n'
    (problem,) = load(tmp_path, {**ROW, "cargo_toml": TOML + lints}).problems
    assert problem.extra["crate"]["allow"] == ["redundant_clone"]


def test_an_id_that_comes_twice_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"line 2: task_id 'leap-year' stands at .*line 1 already"):
        load(tmp_path, ROW, ROW)


@pytest.mark.parametrize("with_folder", [True, False])
def test_data_that_no_hub_has_is_absent_and_not_malformed(tmp_path: Path, with_folder: bool) -> None:
    with pytest.raises(DataAbsent, match=r"give --data DIR \(or CODEEVAL_DATA\) with DIR/rust/exercism\.jsonl\.gz"):
        RUST.load(DataRequest(str(tmp_path) if with_folder else None))
