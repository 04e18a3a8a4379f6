"""Solutions and tests that are loaded as libraries, and those that have to be linked by rustc after all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.languages import rustserved
from pytest_codeeval.execution.languages.rust import RustRunner
from pytest_codeeval.execution.rust.commands import HARNESS, SERVING
from pytest_codeeval.execution.rust.loading import TESTS_LIBRARY
from tests.execution.languages.test_rust_runner import make
from tests.execution.languages.test_rust_served import DOUBLES, RIGHT, problem

FLOATS = "pub fn power(x: f64, y: f64) -> f64 {\n    x.powf(y) % 7.0\n}\n"
MAPS = (
    "use std::collections::HashMap;\npub fn count(text: &str) -> usize {\n"
    "    let mut found = HashMap::new();\n    for one in text.chars() {\n        *found.entry(one).or_insert(0) += 1;\n"
    "    }\n    found.len()\n}\n"
)
WIDE = "pub fn rest(a: u128, b: u128) -> u128 {\n    a % b / 2\n}\n"
CASES = {
    "floats": (FLOATS, "power(2.0, 3.0) == 1.0", "x.powf(y)", "x.powf(y + 1.0)"),
    "maps": (MAPS, 'count("abca") == 3', "found.len()", "found.len() + 1"),
    "wide numbers": (WIDE, "rest(1 << 100, 7) == 1", "a % b", "a / b"),
}


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


@pytest.mark.parametrize("case", CASES)
def test_what_std_takes_from_elsewhere_is_there(tiered: RustRunner, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right, holds, part, other = CASES[case]
    posed = problem(f"use answer::*;\n#[test]\nfn t() {{ assert!({holds}); }}\n", right)
    monkeypatch.setattr(tiered._served, "tested", None)  # which is of those that are linked
    verdict = tiered.check(posed, right, 10.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, False), verdict
    assert tiered.check(posed, right.replace(part, other), 10.0).cause is Cause.WRONG_ANSWER


def test_lints_are_those_of_the_solution_alone(runner: RustRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    code = f"{RIGHT.replace('n * 2', 'return n * 2;')}fn unused() {{}}\n#[cfg(test)]\nmod tests {{}}\n"
    at_once = runner.check(DOUBLES, code, 10.0).stages[1]
    monkeypatch.setitem(runner._bench._loaders, SERVING, b"")
    assert runner.check(replace(DOUBLES), code, 10.0).stages[1] == at_once
    assert at_once.counts == {"clippy::needless_return": 1, "dead_code": 1}


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (RIGHT.replace("pub ", ""), Cause.NO_ENTRY_POINT),
        (f"{RIGHT}#[derive(Debug)]", Cause.BUILD_ERROR),
        (f"{RIGHT}/// of nothing\n", Cause.BUILD_ERROR),
        (RIGHT.replace("n * 2", '"8"'), Cause.BUILD_ERROR),
        (RIGHT.replace("n * 2", "std::process::exit(97)"), Cause.TAMPERING),
        (RIGHT.replace("n * 2", "std::process::exit(0)"), Cause.TAMPERING),
        (RIGHT.replace("n * 2", "std::process::abort()"), Cause.CRASHED),
        (RIGHT.replace("n * 2", "double(n + 1) + 1"), Cause.CRASHED),
        (RIGHT.replace("n * 2", 'panic!("no {n}")'), Cause.EXCEPTION),
        (RIGHT.replace("n * 2", "loop {}"), Cause.CPU_TIME),
    ],
)
def test_what_becomes_of_others_does_not_depend_on_it(
    runner: RustRunner, code: str, cause: Cause, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = runner.check(DOUBLES, code, 1.0)
    monkeypatch.setitem(runner._bench._loaders, SERVING, b"")
    monkeypatch.setitem(runner._bench._loaders, HARNESS, b"")
    linked = runner.check(replace(DOUBLES), code, 1.0)
    assert (loaded.cause, loaded.weak, loaded.detail) == (linked.cause, linked.weak, linked.detail)
    assert loaded.cause is cause


def test_a_solution_sees_no_more_files_and_arguments_than_where_it_is_linked(runner: RustRunner) -> None:
    code = (
        "pub fn seen() -> Vec<String> {\n"
        '    let files = std::fs::read_dir(".").unwrap().map(|one| one.unwrap().path());\n'
        "    let mut all: Vec<_> = files.map(|path| path.display().to_string()).collect();\n    all.sort();\n"
        "    all.extend(std::env::args().skip(1));\n    all\n}\n"
    )
    expected = '["./Cargo.toml", "./codeeval_server"]'
    tests = f"use answer::*;\n#[test]\nfn t() {{ assert_eq!(seen(), {expected}); }}\n"
    verdict = runner.check(problem(tests, code), code, 10.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, False), verdict


def test_tests_that_cannot_be_loaded_are_linked(runner: RustRunner) -> None:
    posed = replace(DOUBLES)
    ready = runner._served.ready(posed)
    assert ready is not None
    broken = tuple({**program, TESTS_LIBRARY: b"no library"} for program in ready.programs)
    runner._served._remember(posed, replace(ready, programs=broken))
    verdict = runner.check(posed, RIGHT, 10.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, False), verdict
    again = runner._served.ready(posed)
    assert again is not None
    assert all(TESTS_LIBRARY not in program for program in again.programs)


def test_a_solution_that_cannot_be_loaded_is_linked(runner: RustRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rustserved, "entry_of", lambda _: b"of_nothing")
    verdict = runner.check(replace(DOUBLES), RIGHT, 10.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, False), verdict


def test_what_is_too_much_to_be_served_is_not_served_again(runner: RustRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    long = 'pub fn long(n: usize) -> String {\n    "a".repeat(n)\n}\n'
    posed = problem("use answer::*;\n#[test]\nfn t() { assert_eq!(long(33 << 20).len(), 33 << 20); }\n", long)
    monkeypatch.setattr(runner._served, "tested", None)
    verdict = runner.check(posed, long, 10.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, True), verdict
