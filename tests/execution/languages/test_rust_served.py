"""Rust solutions whose tests stand in another process: what crosses, what a hostile one tries, what is weak."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.languages.rust import RustRunner
from tests.execution.languages.test_rust_runner import make
from tests.execution.rust.subjects import MAIN, MODULE, program_problem

RIGHT = "pub fn double(n: i32) -> i32 {\n    n * 2\n}\n"
TESTS = (
    "use answer::*;\n\n#[test]\nfn doubles() {\n    assert_eq!(double(4), 8);\n    assert_eq!(double(-5), -10);\n}\n\n"
    'mod more {\n    use answer::double;\n\n    #[test]\n    #[should_panic(expected = "too much")]\n'
    "    fn refuses() {\n        assert_eq!(double(1), 2);\n        super::double(i32::MAX);\n"
    '        panic!("too much");\n    }\n}\n'
)


def problem(tests: str, solution: str, edition: str = "2021") -> Problem:
    """A problem in crate form of which `solution` is the canonical one."""
    crate = {"name": "answer", "edition": edition, "tests": {"tests/answer.rs": tests}, "files": {}}
    return Problem("Rust/served", "", tests, canonical_solution=solution, language="rust", extra={"crate": crate})


DOUBLES = problem(
    "use answer::*;\n#[test]\nfn doubles() { assert_eq!(double(4), 8); assert_eq!(double(0), 0); }\n", RIGHT
)


@pytest.fixture(scope="module", params=["namespaces", "landlock"])
def tiered(request: pytest.FixtureRequest) -> Iterator[RustRunner]:
    """A runner in each tier."""
    runner = make(request.param)
    yield runner
    runner.close()


@pytest.fixture(scope="module")
def runner() -> Iterator[RustRunner]:
    """A runner in the best tier."""
    runner = make("auto")
    yield runner
    runner.close()


def test_a_pass_is_strong_in_either_tier(tiered: RustRunner) -> None:
    verdict = tiered.check(DOUBLES, RIGHT, 10.0)
    assert (verdict.cause, verdict.detail, verdict.weak) == (Cause.PASSED, "", False)


@pytest.mark.parametrize("test", [MAIN, MODULE])
def test_programs_are_served_too(runner: RustRunner, test: str) -> None:
    code = "fn double(n: isize) -> isize {\n    n * 2\n}\n"
    verdict = runner.check(program_problem(test), f"{code}fn main() {{ std::process::exit(0) }}\n", 10.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, False), verdict
    assert runner.check(program_problem(test), code.replace("2", "3"), 10.0).cause is Cause.WRONG_ANSWER


@pytest.mark.parametrize("edition", ["2018", "2021", "2024"])
def test_the_crate_is_in_reach_of_modules_in_every_edition(runner: RustRunner, edition: str) -> None:
    panicking = 'pub fn double(n: i32) -> i32 {\n    n.checked_mul(2).expect("too much")\n}\n'
    verdict = runner.check(problem(TESTS, panicking, edition), panicking, 10.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, False), verdict


# Each type goes there and back, within others, and lent.
VALUES = {
    "i128": ["i128::MIN", "0"],
    "u8": ["255"],
    "f64": ["-0.0", "f64::INFINITY", "1e-300"],
    "char": ["'ß'", r"'\u{10ffff}'"],
    "bool": ["true", "false"],
    "()": ["()"],
    "String": ["String::new()", r'"a\0é".to_string()'],
    "Vec<Vec<u16>>": ["vec![vec![], vec![1, 2]]"],
    "Option<Option<bool>>": ["None", "Some(None)", "Some(Some(true))"],
    "Result<(), String>": ["Ok(())", 'Err("no".into())'],
    "(i8, char, Box<u32>)": ["(-1, 'x', Box::new(7))"],
    "[i64; 3]": ["[1, -2, 3]"],
    "std::collections::HashMap<String, Vec<i32>>": ['[("a".to_string(), vec![1]), ("b".to_string(), vec![])].into()'],
    "std::collections::BTreeSet<(u8, bool)>": ["[(1, true), (0, false)].into()"],
    "std::collections::VecDeque<char>": ["['a', 'b'].into()"],
    "std::cmp::Ordering": ["std::cmp::Ordering::Less"],
    "std::time::Duration": ["std::time::Duration::new(3, 999_999_999)"],
    "std::ops::Range<u8>": ["3..9"],
    "std::ops::RangeInclusive<i8>": ["-3..=9"],
    "std::borrow::Cow<'static, str>": ['"lent".into()', 'std::borrow::Cow::Owned("own".to_string())'],
}


def test_every_plain_type_crosses_and_comes_back(runner: RustRunner) -> None:
    kinds = list(enumerate(VALUES.items()))
    code = "".join(f"pub fn f{n}(x: {kind}) -> Option<({kind}, u8)> {{ Some((x, 1)) }}\n" for n, (kind, _) in kinds)
    code += "".join(f"pub fn g{n}(x: &{kind}) -> Vec<{kind}> {{ vec![x.clone()] }}\n" for n, (kind, _) in kinds)
    tests = "use answer::*;\n"
    for number, (kind, values) in kinds:
        held = "".join(
            f"let x: {kind} = {value}; assert_eq!(g{number}(&x), vec![x.clone()]); "
            f"assert_eq!(f{number}(x.clone()), Some((x, 1))); "
            for value in values
        )
        tests += f"#[test]\nfn t{number}() {{ {held} }}\n"
    tests += "#[test]\nfn nan() { assert!(f2(f64::NAN).unwrap().0.is_nan()); }\n"
    tests += "#[test]\nfn sign() { assert!(f2(-0.0).unwrap().0.is_sign_negative()); }\n"
    verdict = runner.check(problem(tests, code), code, 10.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, False), verdict


LENT = """\
pub fn sort(list: &mut Vec<i32>) -> usize { list.sort(); list.push(9); list.len() }
pub fn swap(list: &mut [u8], other: &mut String) { list.reverse(); other.push('!'); }
pub fn first<'a>(list: &'a [&'a str], _: &str) -> &'a str { list[0] }
pub fn tail(list: &[i32]) -> &[i32] { &list[1..] }
pub fn longest(list: Vec<&str>) -> Option<&str> { list.into_iter().max_by_key(|word| word.len()) }
"""
LENT_TESTS = """\
use answer::*;
#[test]
fn arguments_are_written_back() {
    let mut list = vec![3, 1, 2];
    assert_eq!(sort(&mut list), 4);
    assert_eq!(list, [1, 2, 3, 9]);
    let (mut bytes, mut text) = ([1, 2, 3], String::from("a"));
    swap(&mut bytes[1..], &mut text);
    assert_eq!((bytes, text.as_str()), ([1, 3, 2], "a!"));
}
#[test]
fn what_is_borrowed_is_coerced() {
    let (list, text) = (vec!["a", "b"], String::from("x"));
    assert_eq!(first(&list, &text), "a");
    assert_eq!(first(&["c"], "y"), "c");
    assert_eq!(tail(&vec![1, 2]), [2]);
    assert_eq!(tail(&[1, 2, 3]), &[2, 3]);
    let function: fn(&[i32]) -> &[i32] = tail;
    assert_eq!([&[1, 5][..]].iter().map(|list| function(list)).collect::<Vec<_>>(), [[5]]);
    assert_eq!(longest(list), Some("b"));
}
"""


def test_what_is_lent_comes_back_and_is_coerced_as_in_a_call(runner: RustRunner) -> None:
    verdict = runner.check(problem(LENT_TESTS, LENT), LENT, 10.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, False), verdict
    forgetful = LENT.replace("list.push(9); list.len()", "list.len() + 1")
    assert runner.check(problem(LENT_TESTS, LENT), forgetful, 10.0).cause is Cause.WRONG_ANSWER
    generic = LENT.replace("tail(list: &[i32]) -> &[i32]", "tail<T>(list: &[T]) -> &[T]")
    verdict = runner.check(problem(LENT_TESTS, LENT), generic, 10.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, False), verdict


# What a problem declares, what the tests do with it, another signature, and whether the tests take that.
SUITING = {
    "a list for a slice": ("sum(v: &[i32]) -> i32", "sum(&[1, 2]) == 3", "sum(v: &Vec<i32>) -> i32", False),
    "a list for lists": ("sum(v: &[i32]) -> i32", "sum(&vec![1, 2]) == 3", "sum(v: &Vec<i32>) -> i32", True),
    "an owned text": ("sum(v: &str) -> usize", 'sum("ab") == 2', "sum(v: &String) -> usize", False),
    "for ever": ("sum(v: &str) -> usize", 'sum(&"ab".repeat(1)) == 2', "sum(v: &'static str) -> usize", False),
    "for ever within": (
        "sum(v: Vec<&str>) -> usize",
        'sum(vec![&"ab".repeat(1)]) == 1',
        "sum(v: Vec<&'static str>) -> usize",
        False,
    ),
    "a literal": ("sum(v: &str) -> usize", 'sum("ab") == 2', "sum(v: &'static str) -> usize", True),
    "an array": ("sum(v: &[i32]) -> i32", "sum(&[1, 2]) == 3", "sum<const N: usize>(v: &[i32; N]) -> i32", True),
    "a list lent": ("same(v: &[i32]) -> &[i32]", "same(&[1]) == [1]", "same(v: &[i32]) -> &'static Vec<i32>", False),
    "a list to be changed": ("sort(v: &mut [i32])", "sort(&mut [2, 1]) == ()", "sort(v: &mut Vec<i32>)", False),
}
BODIES = {
    "sum": "{ let n = v.len(); [0, 4, 3].get(n).copied().unwrap_or(n as i32) }",
    "same": "{ if v.len() > 9 { panic!() } Box::leak(Box::new(v.to_vec())) }",
    "sort": "{ v.sort() }",
}


@pytest.mark.parametrize("case", SUITING)
def test_a_signature_that_only_some_tests_take_is_judged_by_these(runner: RustRunner, case: str) -> None:
    declared, holds, other, suits = SUITING[case]
    body = "{ v.len() }" if "usize" in declared else BODIES[declared.partition("(")[0]]
    tests = f"use answer::*;\n#[test]\nfn t() {{ assert!({holds}); }}\n"
    if "[1, 2]" in holds:
        body = "{ v.iter().sum() }"
    posed = problem(tests, f"pub fn {declared} {body}\n")
    right = runner.check(posed, posed.canonical_solution, 10.0)
    assert (right.cause, right.weak) == (Cause.PASSED, False), right
    verdict = runner.check(posed, f"pub fn {other} {body}\n", 10.0)
    assert (verdict.passed, verdict.weak) == (suits, suits), verdict


def test_a_range_that_was_gone_through_is_another(runner: RustRunner) -> None:
    right = "pub fn upto(n: u8) -> std::ops::RangeInclusive<u8> { n..=9 }\n"
    gone = right.replace("n..=9", "let mut all = n..=9; all.by_ref().for_each(drop); all")
    new = "use answer::*;\n#[test]\nfn t() { assert_eq!(upto(9), 9..=9); assert_eq!(upto(7).count(), 3); }\n"
    old = "use answer::*;\n#[test]\nfn t() { assert!(upto(9).is_empty()); assert_eq!(upto(7).count(), 0); }\n"
    verdict = runner.check(problem(new, right), right, 10.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, False), verdict
    assert runner.check(problem(new, right), gone, 10.0).cause is Cause.WRONG_ANSWER
    assert runner.check(problem(old, gone), gone, 10.0).passed


def test_large_calls_and_answers_are_made_in_one_process(runner: RustRunner) -> None:
    right = "pub fn count(v: &[u64]) -> usize { v.len() }\npub fn all(n: usize) -> Vec<u64> { vec![7; n] }\n"
    calls = "let all = vec![1; 1 << 20]; for _ in 0..40 { assert_eq!(count(&all), 1 << 20); }"
    for holds in (calls, "assert!(all(5 << 20) == vec![7; 5 << 20]);"):
        verdict = runner.check(problem(f"use answer::*;\n#[test]\nfn t() {{ {holds} }}\n", right), right, 1.0)
        assert (verdict.cause, verdict.weak) == (Cause.PASSED, True), verdict


def test_a_call_that_nobody_waited_for_was_made(runner: RustRunner) -> None:
    tests = (
        "use answer::*;\nuse std::{sync::mpsc::channel, thread, time::Duration};\n#[test]\nfn t() {\n"
        "let (said, heard) = channel(); thread::spawn(move || said.send(double(4)));\n"
        "if let Ok(eight) = heard.recv_timeout(Duration::from_millis(200)) { assert_eq!(eight, 8); } }\n"
    )
    slow = "pub fn double(n: i32) -> i32 { std::thread::sleep(std::time::Duration::from_secs(9)); n }\n"
    verdict = runner.check(problem(tests, RIGHT), slow, 10.0)
    assert verdict.scored, verdict


STATE = """\
use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
thread_local! { static HERE: Cell<u32> = const { Cell::new(0) } }
static ALL: AtomicU32 = AtomicU32::new(0);
pub fn here() -> u32 { HERE.set(HERE.get() + 1); HERE.get() }
pub fn all() -> u32 { ALL.fetch_add(1, SeqCst) + 1 }
"""


def test_state_is_a_thread_s_or_the_program_s_as_in_one_process(runner: RustRunner) -> None:
    tests = (
        "use answer::*;\n#[test]\nfn a() { assert_eq!((here(), here(), all()), (1, 2, 1)); }\n"
        "#[test]\nfn b() { assert_eq!((here(), here(), all()), (1, 2, 2)); }\n"
        "#[test]\nfn c() { assert_eq!(std::thread::spawn(|| here()).join().unwrap(), 1); assert_eq!(here(), 1); }\n"
    )
    verdict = runner.check(problem(tests, STATE), STATE, 10.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, False), verdict


WRITE = "use std::{fs::File, io::Write, os::fd::FromRawFd};\nfn answers() -> File { unsafe { File::from_raw_fd(4) } }\n"
FORGED = """
    let mut bytes = vec![0u8];
    bytes.extend_from_slice(&LENGTHu64.to_le_bytes());
    bytes.extend_from_slice(&[9; 4]);
    answers().write_all(&bytes).unwrap();
    loop { std::thread::sleep(std::time::Duration::from_secs(1)) }
"""
REPORTED = """
    for fd in [1, 2, 5, 6, 7] {
        let mut file = std::mem::ManuallyDrop::new(unsafe { File::from_raw_fd(fd) });
        let _ = file.write_all(b" start 1\\n ok doubles\\n calls 2\\n end\\n");
    }
    std::process::exit(0)
"""
CAUSES = {
    "wrong": ("pub fn double(n: i32) -> i32 { n * 3 }", Cause.WRONG_ANSWER, "left: 12"),
    "panics": ('pub fn double(n: i32) -> i32 { panic!("of {n}") }', Cause.EXCEPTION, "doubles: of 4"),
    "exits": ("pub fn double(_: i32) -> i32 { std::process::exit(0) }", Cause.TAMPERING, "ended before"),
    "aborts": ("pub fn double(_: i32) -> i32 { std::process::abort() }", Cause.CRASHED, "SIGABRT"),
    "loops": ("pub fn double(_: i32) -> i32 { loop {} }", Cause.CPU_TIME, "used more than 1 s"),
    "sleeps": (
        "pub fn double(_: i32) -> i32 { loop { std::thread::sleep(std::time::Duration::from_secs(9)) } }",
        Cause.WALL_TIME,
        "not done",
    ),
    "writes": (
        'pub fn double(_: i32) -> i32 { loop { println!("{}", "x".repeat(1 << 16)) } }',
        Cause.OUTPUT,
        "more than 64 MiB",
    ),
    "overflows": (
        "pub fn double(n: i32) -> i32 { if n == 4 { double(n) + double(n) } else { 1 } }",
        Cause.CRASHED,
        "SIGABRT",
    ),
    "closes the pipe": (
        f"{WRITE}pub fn double(_: i32) -> i32 {{ drop(answers()); loop {{}} }}",
        Cause.TAMPERING,
        "closed the pipe",
    ),
    "answers too long": (
        f"{WRITE}pub fn double(_: i32) -> i32 {{ {FORGED.replace('LENGTH', '99999999999')} }}",
        Cause.CRASHED,
        "SIGABRT",
    ),
    "answers the wrong value": (
        f"{WRITE}pub fn double(_: i32) -> i32 {{ {FORGED.replace('LENGTH', '4')} }}",
        Cause.WRONG_ANSWER,
        "left: 151587081",
    ),
    "answers too little": (
        f"{WRITE}pub fn double(_: i32) -> i32 {{ {FORGED.replace('LENGTH', '2')} }}",
        Cause.TAMPERING,
        "something else than a value",
    ),
    "reports by itself": (f"{WRITE}pub fn double(_: i32) -> i32 {{ {REPORTED} }}", Cause.TAMPERING, "ended before"),
    "of another type": ("pub struct F;\npub fn double(_: i32) -> F { F }", Cause.BUILD_ERROR, "not of the types"),
    "of a type without a name": (
        "pub fn double(_: i32) -> impl PartialEq<i32> + std::fmt::Debug { 9 }",
        Cause.WRONG_ANSWER,
        "left: 9",
    ),
    "of another arity": ("pub fn double() -> i32 { 8 }", Cause.BUILD_ERROR, "does not build with its tests"),
}


@pytest.mark.parametrize("case", CAUSES)
def test_a_failure_says_what_is_wrong(runner: RustRunner, case: str) -> None:
    code, cause, said = CAUSES[case]
    verdict = runner.check(DOUBLES, code, 1.0)
    assert (verdict.cause, said in verdict.detail, verdict.weak) == (cause, True, False), verdict


def test_unsafe_code_and_floods_of_warnings_forge_nothing(runner: RustRunner) -> None:
    unsafe = "pub fn double(n: i32) -> i32 { unsafe { std::hint::black_box(n) * 2 } }\n"
    verdict = runner.check(DOUBLES, unsafe, 10.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, False)
    equal = "impl PartialEq<i32> for F { fn eq(&self, _: &i32) -> bool { true } }\n#[derive(Debug)] pub struct F;\n"
    assert not runner.check(DOUBLES, f"{equal}pub fn double(_: i32) -> F {{ F }}\n", 10.0).passed


def test_other_plain_types_that_the_tests_take_pass_weakly(runner: RustRunner) -> None:
    verdict = runner.check(DOUBLES, RIGHT.replace("i32", "i64"), 10.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, True)


def test_calls_without_end_are_made_in_one_process(runner: RustRunner) -> None:
    many = problem("use answer::*;\n#[test]\nfn t() { for n in 0..600_000 { assert_eq!(double(n), 2 * n); } }\n", RIGHT)
    verdict = runner.check(many, RIGHT, 1.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, True), verdict


def test_tests_that_call_nothing_pass_nobody(runner: RustRunner) -> None:
    never = problem("use answer::*;\n#[test]\nfn t() { if std::hint::black_box(false) { double(1); } }\n", RIGHT)
    verdict = runner.check(never, RIGHT, 10.0)
    assert (verdict.cause, verdict.scored) == (Cause.UNGRADED, False)
    nameless = problem("#[test]\nfn t() { assert_eq!(2 * 4, 8); }\n", RIGHT)
    assert runner.check(nameless, RIGHT, 10.0).cause is Cause.UNGRADED
    program = replace(program_problem("fn main() { assert!(true); }\n"), canonical_solution="")
    assert runner.check(program, "fn double(n: isize) -> isize { n }\n", 10.0).cause is Cause.UNGRADED


def test_a_program_cannot_read_its_own_file(runner: RustRunner) -> None:
    tests = "use answer::*;\n#[test]\nfn t() { assert_eq!(own(), None); }\n"
    code = "pub fn own() -> Option<usize> { std::fs::read(std::env::args().next()?).ok().map(|all| all.len()) }\n"
    linked = replace(problem(tests, code), canonical_solution="")
    verdict = runner.check(linked, code, 10.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, True), verdict


def test_a_macro_that_returns_from_a_test_is_found_out(runner: RustRunner) -> None:
    tests = (
        "use answer::*;\n#[test]\nfn one() { assert_eq!(list!(1), vec![1]); }\n"
        "#[test]\n#[should_panic]\nfn two() { let all: Vec<u8> = list!(); all[0]; }\n"
    )
    right = "#[macro_export]\nmacro_rules! list { ($($x:expr),*) => { vec![$($x),*] } }\n"
    wrong = (
        right.replace("vec![", "return; #[allow(unreachable_code)] vec![")
        .replace("=> {", "=> {{")
        .replace("}\n", "}}\n")
    )
    assert runner.check(problem(tests, right), right, 10.0).passed
    verdict = runner.check(problem(tests.partition("#[test]\n#[sh")[0], right), wrong, 10.0)
    assert (verdict.cause, "last line" in verdict.detail) == (Cause.TAMPERING, True), verdict
