from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.execution.rust.served import declared, differs, served
from pytest_codeeval.execution.rust.toolchain import Toolchain
from tests.execution.rust.subjects import MODULE, RIGHT, crate_problem, program_problem

PLAIN = "use answer::*;\n#[test]\nfn doubles() { assert_eq!(double(4), 8); }\n"


def with_prompt(prompt: str) -> Problem:
    return replace(crate_problem(PLAIN), prompt=prompt)


def test_functions_over_plain_values_are_served(rust: Toolchain) -> None:
    plan = served(crate_problem(PLAIN), rust)
    assert plan is not None
    assert "let p0: i32 = given.take()?;" in plan.server
    assert "let result: i32 = ::answer::r#double(p0);" in plan.server
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


def test_a_solution_with_other_plain_types_differs_and_one_with_its_own_does_not() -> None:
    problem = with_prompt("")
    assert not differs(problem, RIGHT)
    assert differs(problem, RIGHT.replace("double(n: i32) -> i32", "double(n: i64) -> i64"))
    assert differs(problem, RIGHT.replace("fn double", "fn twice"))
    assert not differs(problem, RIGHT.replace("double(n: i32) -> i32", "double(n: i32) -> Own"))
