from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.execution.rust.served import declared, may_suit, served
from pytest_codeeval.execution.rust.toolchain import Toolchain
from tests.execution.rust.subjects import MODULE, RIGHT, crate_problem, program_problem

PLAIN = "use answer::*;\n#[test]\nfn doubles() { assert_eq!(double(4), 8); }\n"


def with_prompt(prompt: str) -> Problem:
    return replace(crate_problem(PLAIN), prompt=prompt)


def test_functions_over_plain_values_are_served(rust: Toolchain) -> None:
    plan = served(crate_problem(PLAIN), rust)
    assert plan is not None
    assert "let p0: i32 = given.take()?;" in plan.server
    assert "let result = (::answer::r#double(p0),);" in plan.server
    assert "half" not in plan.server
    assert "answer=" not in " ".join(plan.crates[0].link.argv), "the tests are linked with no solution"


@pytest.mark.parametrize(
    "test",
    [
        "use answer::*;\n#[test]\nfn t() { assert_eq!(parity(4), Parity::Even); }\n",
        "use answer::*;\n#[test]\nfn t() { std::fs::write(\"a\", \"b\").unwrap(); assert_eq!(double(4), 8); }\n",
        "use answer::*;\n#[test]\nfn t() { assert_eq!(twice(4), 8); }\n",
        "#[test]\nfn t() { assert_eq!(2 * 4, 8); }\n",
    ],
)  # fmt: skip
def test_what_needs_more_of_a_solution_is_not(rust: Toolchain, test: str) -> None:
    assert served(crate_problem(test), rust) is None


def test_signatures_are_the_problem_s(rust: Toolchain) -> None:
    assert declared(with_prompt(""))["double"]
    assert declared(with_prompt("```rust\npub fn double(n: i32) -> i32 { todo!() }\n```\n"))["double"]
    assert declared(with_prompt("```rust\npub fn double(n: u8) -> u8 { todo!() }\n```\n"))["double"] is None
    assert served(replace(crate_problem(PLAIN), canonical_solution=""), rust) is None
    assert "helper" not in declared(replace(crate_problem(PLAIN), canonical_solution=f"{RIGHT}fn helper() {{}}\n"))


def test_of_a_program_what_the_prompt_begins_is_called() -> None:
    problem = replace(program_problem(MODULE), canonical_solution="fn double(n: isize) -> isize { n }\nfn all() {}\n")
    assert declared(problem).keys() == {"double"}


def test_tests_may_take_other_values_of_std_and_nothing_of_a_solution_s_own() -> None:
    problem = with_prompt("")
    generic = "pub fn double<T: Into<i32>>(n: T) -> i32 { n.into() * 2 }\n"
    assert may_suit(problem, RIGHT.replace("double(n: i32) -> i32", "double(n: i64) -> i64"))
    assert may_suit(problem, RIGHT.replace("fn double", "fn twice"))
    assert may_suit(problem, generic)
    assert not may_suit(problem, RIGHT.replace("double(n: i32) -> i32", "double(n: i32) -> Own"))
    assert not may_suit(problem, f"{generic}pub struct Own;\n")
    assert not may_suit(problem, f"{generic}macro_rules! own {{ () => {{}} }}\n")


@pytest.mark.parametrize(
    ("words", "is_served"),
    [
        ("assert!(std::panic::catch_unwind(|| double(4)).is_ok());", True),
        ("let lent = std::panic::catch_unwind(|| push(&mut vec![])); assert!(lent.is_ok());", False),
        ("assert!(std::panic::catch_unwind(|| double(4)).unwrap_err().downcast_ref::<&str>().is_some());", False),
        ("assert!(vec![double(4)].capacity() > 0);", False),
    ],
)
def test_what_a_panic_leaves_and_what_is_reserved_is_seen_in_one_process(
    rust: Toolchain, words: str, is_served: bool
) -> None:
    tests = f"use answer::*;\n#[test]\nfn t() {{ {words} }}\n"
    solution = f"{RIGHT}pub fn push(list: &mut Vec<i32>) {{ list.push(1) }}\n"
    problem = replace(crate_problem(tests), canonical_solution=solution)
    assert (served(problem, rust) is not None) == is_served


def test_what_a_problem_says_of_lifetimes_is_kept(rust: Toolchain) -> None:
    tests = 'use answer::*;\n#[test]\nfn t() { same("a", "b"); }\n'
    lent = "pub fn same<'x>(p: &'static str, q: &'x str) -> &'x str { q }\n"
    plan = served(replace(crate_problem(tests), canonical_solution=lent), rust)
    assert plan is not None
    assert "fn call0<'a>(p0: &'static str, p1: &'a str) -> (&'a str,)" in plan.server
    assert "pub fn r#same(p0: &'static str, p1: &str)" in plan.crates[0].text
