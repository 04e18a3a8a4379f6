from __future__ import annotations

import pytest

from tests.execution.rust.subjects import MAIN, MODULE, PROMPT, RIGHT, TESTS, crate_problem, program_problem
from tests.execution.rust.trial import Trial
from tests.execution.rust.wrong_crates import SAFE, UNSAFE

UNSAFE_SOURCES = {
    "block": "pub fn f() -> u8 { unsafe { std::mem::transmute(true) } }",
    "function": "pub unsafe fn f() {}",
    "implementation": "pub struct A(*mut u8); unsafe impl Send for A {}",
    "trait": "pub unsafe trait T {}",
    "no_mangle": '#[unsafe(no_mangle)] pub extern "C" fn write() {}',
    "export_name": '#[unsafe(export_name = "write")] pub extern "C" fn f() {}',
    "link_section": '#[unsafe(link_section = ".init_array")] pub static A: [u8; 8] = [0; 8];',
    "global_asm": 'std::arch::global_asm!("nop");',
    "extern": 'unsafe extern "C" { pub safe fn abs(n: i32) -> i32; }',
    "macro": "macro_rules! m { ($k:tt) => { pub fn f() -> u8 { $k { std::mem::transmute(true) } } } } m!(unsafe);",
    "allowed": "#![allow(unsafe_code)] pub fn f() -> u8 { unsafe { std::mem::transmute(true) } }",
}


def test_a_right_solution_passes_with_every_test(trial: Trial) -> None:
    ended = trial(crate_problem(), RIGHT)
    assert (ended.how, ended.ran, ended.weak, ended.lints) == ("passed", 6, "", {})


@pytest.mark.parametrize("attack", UNSAFE)
def test_unsafe_code_of_an_attack_is_seen(trial: Trial, attack: str) -> None:
    assert trial.diagnose(crate_problem(), UNSAFE[attack]).uses_unsafe


@pytest.mark.parametrize("what", UNSAFE_SOURCES)
def test_unsafe_code_is_seen(trial: Trial, what: str) -> None:
    assert trial.diagnose(crate_problem(), UNSAFE_SOURCES[what]).uses_unsafe


@pytest.mark.parametrize("source", ["thread_local! { static A: u8 = 1; }", "pub fn unsafe_() {} // unsafe", RIGHT])
def test_safe_code_is_told_from_it(trial: Trial, source: str) -> None:
    found = trial.diagnose(crate_problem(), source)
    assert (found.uses_unsafe, found.errors, found.readable) == (False, 0, True), found


def test_unsafe_code_makes_a_pass_weak(trial: Trial) -> None:
    ended = trial(crate_problem(), RIGHT + UNSAFE_SOURCES["block"])
    assert (ended.how, ended.weak) == ("passed", "the solution has unsafe code")


def test_names_of_the_prelude_are_kept_in_inner_modules(trial: Trial) -> None:
    tests = "use answer::*;\nmod inner {\n use super::*;\n #[test]\n fn t() { assert_eq!(half(4), Some(2)); }\n}\n"
    assert trial(crate_problem(tests), RIGHT).passed
    assert not trial(crate_problem(tests), SAFE["own_some"]).passed


def test_equality_by_hand_passes_where_it_is_honest(trial: Trial) -> None:
    by_hand = RIGHT.replace("#[derive(Debug, PartialEq)]", "#[derive(Debug)]") + (
        "impl PartialEq for Parity { fn eq(&self, o: &Parity) -> bool "
        "{ matches!((self, o), (Parity::Even, Parity::Even) | (Parity::Odd, Parity::Odd)) } }\n"
    )
    ended = trial(crate_problem(), by_hand)
    assert ended.passed and ended.weak == ""


def test_equality_that_cannot_be_questioned_makes_a_pass_weak(trial: Trial) -> None:
    tests = "use answer::*;\n#[test]\nfn same() { let four = 2 + 2; assert_eq!(double(2), four); }\n"
    assert trial(crate_problem(tests), RIGHT).weak == ""
    assert "what equals what" in trial(crate_problem(tests), SAFE["always_equal_type"]).weak


def test_what_a_test_leaves_to_the_compiler_is_questioned(trial: Trial) -> None:
    tests = 'use answer::*;\n#[test]\nfn t() { assert_eq!(named(), Some("one".into())); }\n'
    cheat = "#[derive(Debug, PartialEq)] pub struct N;\nimpl From<&str> for N { fn from(_: &str) -> N { N } }\n"
    assert trial(crate_problem(tests), 'pub fn named() -> Option<String> { Some("one".to_owned()) }').passed
    assert trial(crate_problem(tests), f"{cheat}pub fn named() -> Option<N> {{ Some(N) }}").how == "tampering"


def test_a_lint_of_clippy_breaks_no_build(trial: Trial) -> None:
    code = RIGHT + "pub fn same(n: u8) -> bool { return n == n; }\n"
    ended = trial(crate_problem(), code)
    assert ended.passed
    assert ended.lints == {"clippy::eq_op": 1, "clippy::needless_return": 1}


def test_a_source_that_denies_lints_builds_as_cargo_builds_it(trial: Trial) -> None:
    code = "#![deny(clippy::all)]\n" + RIGHT + "pub fn same(n: u8) -> bool { return n == n; }\n"
    ended = trial(crate_problem(), code)
    assert ended.passed
    assert ended.lints == {"clippy::eq_op": 1, "clippy::needless_return": 1}


def test_a_failure_tells_test_and_message(trial: Trial) -> None:
    ended = trial(crate_problem(), SAFE["wrong"])
    assert ended.how == "wrong_answer"
    assert ended.detail == "doubles: assertion `left == right` failed\n  left: 12\n right: 8"


def test_a_build_error_is_told_as_people_see_it(trial: Trial) -> None:
    ended = trial(crate_problem(), "pub fn double() -> u8 { true }")
    assert ended.how == "build" and ended.diagnostics.codes == ("E0308",)
    assert ended.detail.startswith("error[E0308]: mismatched types\n --> lib.rs:1:25\n")


def test_a_test_that_has_to_panic_says_what_it_missed(trial: Trial) -> None:
    tests = 'use answer::*;\n#[test]\n#[should_panic(expected = "odd")]\nfn t() { half(3); }\n'
    assert trial(crate_problem(tests), RIGHT).detail == "t: test did not panic as expected"
    other = trial(crate_problem(tests), 'pub fn half(_: i32) { panic!("even") }')
    assert other.detail == "t: even"


def test_tests_of_any_make_are_counted(trial: Trial) -> None:
    tests = (
        "//! About these.\n#![allow(dead_code)]\n"
        "macro_rules! t { ($n:ident) => { #[test] fn $n() {} } }\nt!(a); t!(b);\n"
        'mod m { pub mod n { #[test] #[ignore = "why"] fn c() {} } }\n'
        '#[test]\nfn d() -> Result<(), std::num::ParseIntError> { "1".parse::<u8>().map(drop) }\n'
        '#[cfg(feature = "more")]\n#[test]\nfn e() {}\n'
        "thread_local! { static N: std::cell::Cell<u8> = const { std::cell::Cell::new(0) } }\n"
        "#[test]\nfn f() { N.set(N.get() + 1); assert_eq!(N.get(), 1); }\n"
        "#[test]\nfn g() { N.set(N.get() + 1); assert_eq!(N.get(), 1); }\n"
    )
    ended = trial(crate_problem(tests), "")
    assert (ended.how, ended.ran) == ("passed", 6)


def test_a_result_that_is_an_error_fails(trial: Trial) -> None:
    tests = '#[test]\nfn t() -> Result<(), String> { Err("no".to_string()) }\n'
    assert trial(crate_problem(tests), "").how == "exception"


def test_a_crate_without_tests_is_no_pass(trial: Trial) -> None:
    assert trial(crate_problem("fn nothing() {}\n"), RIGHT).how == "ungraded"


def test_an_allocator_of_the_tests_serves_the_solution(trial: Trial) -> None:
    tests = (
        "use std::alloc::{GlobalAlloc, Layout, System};\nuse std::sync::atomic::{AtomicUsize, Ordering::SeqCst};\n"
        "struct Counter(AtomicUsize);\nunsafe impl GlobalAlloc for Counter {\n"
        "unsafe fn alloc(&self, l: Layout) -> *mut u8 { self.0.fetch_add(1, SeqCst); unsafe { System.alloc(l) } }\n"
        "unsafe fn dealloc(&self, p: *mut u8, l: Layout) { unsafe { System.dealloc(p, l) } } }\n"
        "#[global_allocator]\nstatic ALL: Counter = Counter(AtomicUsize::new(0));\n"
        "#[test]\nfn t() { let n = ALL.0.load(SeqCst); let _s = answer::name(1);\n"
        "assert_eq!(ALL.0.load(SeqCst), n + 1); }\n"
    )
    ended = trial(crate_problem(tests), RIGHT)
    assert ended.passed and ended.weak == ""


@pytest.mark.parametrize("test", [MAIN, MODULE])
def test_a_program_passes_where_it_is_right(trial: Trial, test: str) -> None:
    problem = program_problem(test)
    assert trial(problem, PROMPT + "    n * 2\n}\n").passed
    assert trial(
        problem, PROMPT + '    n * 2\n}\n\nfn main() { println!("{}", double(1)); std::process::exit(0) }\n'
    ).passed
    assert trial(problem, PROMPT + "    n * 3\n}\n").how == "wrong_answer"
    assert trial(problem, PROMPT + "    std::process::exit(0)\n}\n").how == "tampering"


@pytest.mark.parametrize(
    "more",
    [
        "#[macro_export] macro_rules! assert_eq { ($($t:tt)*) => {} }",
        "trait T { fn eq(self, o: isize) -> bool; } impl T for isize { fn eq(self, _: isize) -> bool { true } }",
        "mod std {} mod core {}",
        "fn main() { std::process::exit(0) }",
        "#[test] fn test_double() {}",
    ],
)
def test_a_wrong_program_does_not_pass(trial: Trial, more: str) -> None:
    for test in (MAIN, MODULE):
        assert not trial(program_problem(test), f"{PROMPT}    n * 3\n}}\n{more}\n").passed


def test_a_failed_test_is_told_by_its_own_line(trial: Trial) -> None:
    ended = trial(crate_problem(TESTS.replace("double(4)", "double(4, 4)")), RIGHT)
    assert ended.how == "link" and "--> answer.rs:5:16" in ended.detail
