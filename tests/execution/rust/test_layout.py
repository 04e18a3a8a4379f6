from __future__ import annotations

from pathlib import Path

import pytest

from pytest_codeeval.execution.rust.layout import SOLUTION, layout
from pytest_codeeval.execution.rust.toolchain import Toolchain
from tests.execution.rust.subjects import MAIN, MODULE, RIGHT, TESTS, crate_problem, program_problem

ANYWHERE = Path("/opt/rust")
TOOLCHAIN = Toolchain(ANYWHERE / "rustc", ANYWHERE / "clippy-driver", ANYWHERE / "cc", ANYWHERE, (1, 85, 0), "host")


def test_the_solution_is_built_without_its_tests() -> None:
    laid = layout(crate_problem(files={"src/more.rs": "", "tests/answer.rs": "x"}), RIGHT, TOOLCHAIN)
    assert laid.files == {SOLUTION: RIGHT, "src/more.rs": ""}
    assert not any("tests" in word for word in laid.build.argv)


def test_lines_of_the_tests_keep_their_numbers() -> None:
    for text in (
        TESTS,
        "//! About.\n//! More.\n" + TESTS,
        "#![allow(dead_code)]\n/* a */\n" + TESTS,
        "/*! a\nb */\n" + TESTS,
    ):
        root = layout(crate_problem(text), RIGHT, TOOLCHAIN).tests[0].text.split("\n")
        lines = text.split("\n")
        assert [line in root[number] for number, line in enumerate(lines)] == [True] * len(lines)


def test_decoys_cannot_be_guessed() -> None:
    first, second = (layout(crate_problem(), RIGHT, TOOLCHAIN).tests[0].decoys for _ in range(2))
    assert first and second and not first & second


@pytest.mark.parametrize(
    ("body", "macros"),
    [
        ("assert!(true)", {"assert"}),
        ("debug_assert_eq!(1, 1); assert_ne!(1, 2)", {"assert_eq", "assert_ne"}),
        ("panic!()", {"assert"}),
        ('f("assert_eq")', {"assert"}),
    ],
)
def test_there_is_a_decoy_for_each_macro_that_the_tests_use(body: str, macros: set[str]) -> None:
    laid = layout(crate_problem(f"#[test] fn t() {{ {body} }}"), RIGHT, TOOLCHAIN, token="word").tests[0]
    assert laid.decoys == {f"codeeval_word_{macro}" for macro in macros}
    assert all(f"fn {name}()" in laid.text for name in laid.decoys)


@pytest.mark.parametrize(
    ("use", "guarded"),
    [
        ("use answer::*;", True),
        ("use ::answer::*;", True),
        ("use {std::fmt, answer::*};", True),
        ("use std::{fmt, collections::{self, *}};", False),
        ("use {std::fmt::{self, Write}, core::cmp::*};", False),
        ("mod tests { use super::{*, f}; }", False),
        ("mod helpers {} use self::helpers::*;", False),
        ("mod helpers { pub use answer as a; } use self::helpers::*;", True),
        ("mod a {} use answer as a; use self::a::*;", True),
        ("use answer::{self, f};", False),
    ],
)
def test_globs_that_may_be_the_solution_s_come_behind_what_all_know(use: str, guarded: bool) -> None:
    text = layout(crate_problem(f"{use}\n#[test] fn t() {{ assert!(true) }}"), RIGHT, TOOLCHAIN).tests[0].text
    assert ("use crate::codeeval_names::*" in text) == guarded


def test_one_process_builds_and_lints_unless_that_would_change_the_build() -> None:
    laid = layout(crate_problem(), RIGHT, TOOLCHAIN)
    assert laid.build.argv[0] == "/opt/rust/clippy-driver" and laid.lint is None
    for source in ("#![deny(warnings)]", "#![forbid(unsafe_code)]", "#[cfg(clippy)] fn f() {}"):
        laid = layout(crate_problem(), source, TOOLCHAIN)
        assert laid.build.argv[0] == "/opt/rust/rustc"
        assert laid.lint and laid.lint.argv[0] == "/opt/rust/clippy-driver"
        assert laid.library not in laid.lint.gives


def test_lints_that_the_crate_allows_are_allowed() -> None:
    problem = crate_problem()
    problem.extra["crate"]["allow"] = ["len_zero"]
    assert " -A clippy::len_zero" in " ".join(layout(problem, RIGHT, TOOLCHAIN).build.argv)


def test_paths_are_relative_to_the_folder() -> None:
    laid = layout(crate_problem(), RIGHT, TOOLCHAIN)
    for step in (laid.build, laid.tests[0].link, laid.tests[0].run):
        assert not any(word.startswith("/") for word in (*step.argv[1:], *step.needs, *step.gives))


def test_only_what_the_tests_name_is_taken_from_a_program() -> None:
    code = (
        "use std::fmt;\nfn double(n: isize) -> isize { n }\nfn other() {}\ntrait Some {}\nfn main() {}\nstruct HashMap;"
    )
    laid = layout(program_problem(), code, TOOLCHAIN)
    assert "use ::solution::{double};" in laid.tests[0].text
    assert "pub use std :: collections :: HashMap ;" in laid.tests[0].text
    assert laid.files[SOLUTION].startswith("use std::fmt;\npub fn double")
    assert laid.defines_entry_point
    assert not layout(program_problem(), "fn twice() {}", TOOLCHAIN).defines_entry_point


@pytest.mark.parametrize(("test", "called"), [(MAIN, True), (MODULE, False)])
def test_a_main_of_the_tests_is_called_by_a_test(test: str, called: bool) -> None:
    root = layout(program_problem(test), "fn double() {}", TOOLCHAIN).tests[0].text
    assert ("fn codeeval_main() { main() }" in root) is called


def test_doubts_are_laid_out_where_a_solution_says_what_equals_what() -> None:
    assert layout(crate_problem(), RIGHT, TOOLCHAIN).doubts == ()
    doubted = layout(crate_problem(), RIGHT + "impl PartialEq<u8> for Parity { }", TOOLCHAIN)
    assert len(doubted.doubts) == 1
    assert "codeeval_unequal!(value double(4); " in doubted.doubts[0].text
