from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.execution.rust.layout import SOLUTION, layout
from pytest_codeeval.execution.rust.loading import entry_of, has_floats, library_of_tests, within
from pytest_codeeval.execution.rust.served import served
from pytest_codeeval.execution.rust.toolchain import Toolchain
from tests.execution.rust.subjects import MODULE, crate_problem, program_problem

RIGHT = "pub fn double(n: i32) -> i32 {\n    n * 2\n}\n"
POSED = replace(
    crate_problem("use answer::*;\n#[test]\nfn doubles() { assert_eq!(double(4), 8); }\n"), canonical_solution=RIGHT
)


def whole(toolchain: Toolchain, code: str, problem: Problem = POSED) -> str | None:
    """Return what is compiled at once, where a solution is."""
    plan = served(problem, toolchain)
    assert plan is not None
    return within(layout(problem, code, toolchain), problem, plan)


@pytest.mark.parametrize("end", ["", "\n\n", "// done", "// done\n  // so\n", "struct S;", "const A: u8 = 1;\n"])
def test_what_serves_a_solution_stands_behind_it(rust: Toolchain, end: str) -> None:
    found = whole(rust, RIGHT + end)
    assert found is not None
    assert found.startswith(f"{RIGHT}{end}\n")
    assert "pub use crate::r#double as given0;" in found[len(RIGHT + end) :]


def test_of_a_program_all_is_public(rust: Toolchain) -> None:
    code = "fn double(n: isize) -> isize {\n    n * 2\n}\n"
    assert whole(rust, code, program_problem(MODULE))


@pytest.mark.parametrize(
    "code",
    [
        RIGHT.replace("pub ", ""),
        RIGHT.replace("pub ", "pub(crate) "),
        RIGHT.replace("i32", "i64"),
        RIGHT.replace("n: i32", "n: &i32"),
        RIGHT.replace("double", "twice"),
        f"#[cfg(any())]\n{RIGHT}{RIGHT}",
        f"mod inner {{ {RIGHT} }}\npub use inner::double;\n",
        f"struct String;\n{RIGHT}" + RIGHT.replace("double", "twice").replace("pub", "pub unsafe"),
        f"#![forbid(unsafe_code)]\n{RIGHT}",
        f"extern crate core as std;\n{RIGHT}",
        f"{RIGHT}#[no_mangle]\nfn write() {{}}\n",
        f"{RIGHT}/// of nothing\n",
        f"{RIGHT}/** of nothing */",
        f"{RIGHT}//! of nothing\n",
        f"{RIGHT}#[derive(Debug)]",
        f"{RIGHT}pub",
        f"{RIGHT}/* without end",
        f'{RIGHT}const A: &str = "without end',
        "",
    ],
)
def test_what_might_be_another_in_company_is_compiled_alone(rust: Toolchain, code: str) -> None:
    assert whole(rust, code) is None


def test_a_library_is_of_no_program(rust: Toolchain) -> None:
    plan = served(POSED, rust)
    assert plan is not None
    compiled, joined = library_of_tests(rust, plan.crates[0].link, floats=False)
    assert compiled.argv.count("-o") == 1
    assert str(rust.joiner) in joined.argv[-1]
    assert "libm" not in joined.argv[-1]
    assert "libm" in library_of_tests(rust, plan.crates[0].link, floats=True)[1].argv[-1]


@pytest.mark.parametrize(
    ("source", "has"),
    [("let a = 1.5;", True), ("fn f(x: f64)", True), ("2.0f32", True), ("1..3", False), ("x.0", False)],
)
def test_floats_are_seen_by_words(source: str, has: bool) -> None:
    assert has_floats(source) == has


def test_the_entry_is_found_among_names_of_all_kinds() -> None:
    name = b"_ZN6answer15codeeval_served13codeeval_call17h0123E"
    assert entry_of(b"\0a\0" + name + b"\0b\0") == name
    assert entry_of(b"\0codeeval_call\0") == b""
    assert len(entry_of(b"a" * 1_000_000 + name)) < 1_000_100


def test_nothing_else_of_a_solution_changes(rust: Toolchain) -> None:
    plan = layout(POSED, RIGHT, rust)
    assert plan.files[SOLUTION] == RIGHT
