"""Rust solutions in the sandbox: right, wrong in many ways, and what none of them gets at."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_codeeval.benchmarks import HUMANEVALPACK_RUST, RUST
from pytest_codeeval.core.errors import SandboxError, UsageError
from pytest_codeeval.core.problem import DataRequest, Problem
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.core.verdict import Cause, StageResult, Verdict
from pytest_codeeval.execution.factory import lacking
from pytest_codeeval.execution.languages import rust
from pytest_codeeval.execution.languages.rust import RustRunner
from pytest_codeeval.execution.rust.commands import HARNESS
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.probe import probe
from tests.execution.rust.subjects import MAIN, RIGHT, crate_problem, program_problem
from tests.execution.rust.wrong_crates import SAFE, UNSAFE

ATTACKS = {**SAFE, **UNSAFE}
IN_EITHER = ("exit_in_function", "constructor")
ELSEWHERE = (*IN_EITHER, "wrong", "endless_loop", "stack_overflow")  # the last three with their causes
DOUBLE = "fn double(n: isize) -> isize {\n    n * 2\n}\n"


def make(tier: str) -> RustRunner:
    """Return a runner; skips where the toolchain or the tier is not to be had."""
    if reason := lacking("rust"):
        pytest.skip(reason)
    try:
        probe(SandboxChoice(tier))
    except UsageError as error:
        pytest.skip(str(error))
    return RustRunner(SandboxChoice(tier))


@pytest.fixture(scope="module")
def runner() -> Iterator[RustRunner]:
    """A runner in the best tier."""
    runner = make("auto")
    yield runner
    runner.close()


@pytest.fixture(scope="module", params=["namespaces", "landlock"])
def tiered(request: pytest.FixtureRequest) -> Iterator[RustRunner]:
    """A runner in each tier."""
    runner = make(request.param)
    yield runner
    runner.close()


def named(verdict: Verdict) -> dict[str, StageResult]:
    """Return the stages of a verdict by name."""
    return {stage.name: stage for stage in verdict.stages}


def test_a_right_crate_passes_every_stage(tiered: RustRunner) -> None:
    verdict = tiered.check(crate_problem(), RIGHT, 10.0)
    said = "weak: the solution and its tests share a process"
    assert (verdict.cause, verdict.detail, verdict.weak) == (Cause.PASSED, said, True)
    assert [(stage.name, stage.passed, stage.counts) for stage in verdict.stages] == [
        ("build", True, {}),
        ("clippy", True, {}),
        ("test", True, {}),
    ]
    assert named(verdict)["build"].cpu_seconds > 0


@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if attack not in ELSEWHERE])
def test_a_wrong_crate_does_not_pass(runner: RustRunner, attack: str) -> None:
    verdict = runner.check(crate_problem(), ATTACKS[attack], 10.0)
    assert not verdict.passed, verdict
    assert not named(verdict)["build"].passed or not named(verdict)["test"].passed
    assert verdict.detail


@pytest.mark.parametrize("attack", IN_EITHER)
def test_a_wrong_crate_does_not_pass_in_either_tier(tiered: RustRunner, attack: str) -> None:
    assert not tiered.check(crate_problem(), ATTACKS[attack], 10.0).passed


CAUSES = {
    "wrong": ("pub fn double(n: i32) -> i32 { n * 3 }", Cause.WRONG_ANSWER, "doubles"),
    "panics": ("pub fn double(n: i32) -> i32 { panic!(\"of {n}\") }", Cause.EXCEPTION, "doubles: of 4"),
    "exits": ("pub fn double(_: i32) -> i32 { std::process::exit(0) }", Cause.TAMPERING, "ended before its tests"),
    "loops": ("pub fn double(_: i32) -> i32 { loop {} }", Cause.CPU_TIME, "used more than 1 s"),
    "overflows": ("pub fn double(n: i32) -> i32 { if n == 4 { double(n) + double(n) } else { 1 } }", Cause.CRASHED, ""),
    "mismatched": ("pub fn double(n: i32) -> i32 { \"8\" }", Cause.BUILD_ERROR, "error[E0308]: mismatched types"),
    "another name": ("pub fn twice(n: i32) -> i32 { n * 2 }", Cause.NO_ENTRY_POINT, "cannot find function `double`"),
    "memory": ("pub fn double(n: i32) -> i32 { vec![1u8; 1 << 40].len() as i32 + n }", Cause.MEMORY, "allocation of"),
    "another type": ("pub fn double(n: i32) -> String { n.to_string() }", Cause.BUILD_ERROR, "with its tests"),
}  # fmt: skip


@pytest.mark.parametrize("case", CAUSES)
def test_a_failure_says_what_is_wrong(runner: RustRunner, case: str) -> None:
    code, cause, said = CAUSES[case]
    verdict = runner.check(crate_problem(), RIGHT.replace("pub fn double(n: i32) -> i32 { n * 2 }", code), 1.0)
    assert (verdict.cause, said in verdict.detail) == (cause, True), verdict


def test_lints_are_counted_by_name(runner: RustRunner) -> None:
    verdict = runner.check(crate_problem(), RIGHT.replace("{ n * 2 }", "{ let x = 1; return n * 2; }"), 10.0)
    assert verdict.passed
    assert not named(verdict)["clippy"].passed
    assert named(verdict)["clippy"].counts == {"clippy::needless_return": 1, "unused_variables": 1}


def test_what_the_prompt_imports_is_no_lint_of_the_solution(runner: RustRunner) -> None:
    problem = program_problem()
    assert "use std" in problem.prompt
    verdict = runner.check(problem, f"use std::collections::HashMap;\n{DOUBLE}", 10.0)
    assert (verdict.cause, dict(named(verdict)["clippy"].counts)) == (Cause.PASSED, {})


def test_a_function_by_another_name_is_told_apart(runner: RustRunner) -> None:
    verdict = runner.check(program_problem(), DOUBLE.replace("double", "twice"), 10.0)
    assert verdict.cause is Cause.NO_ENTRY_POINT


def test_tests_without_a_test_pass_nobody(runner: RustRunner) -> None:
    verdict = runner.check(crate_problem("use answer::*;\nfn no_test() { assert_eq!(double(1), 2); }\n"), RIGHT, 10.0)
    assert (verdict.cause, verdict.detail) == (Cause.UNGRADED, "the tests crate has no test"), verdict


def test_a_problem_without_test_files_passes_nobody(runner: RustRunner) -> None:
    crate = {**crate_problem().extra["crate"], "tests": {}}
    verdict = runner.check(Problem("none", "", "text", language="rust", extra={"crate": crate}), RIGHT, 10.0)
    assert (verdict.passed, verdict.scored) == (False, False)


def test_an_own_main_is_in_nobody_s_way(runner: RustRunner) -> None:
    assert runner.check(program_problem(MAIN), f'{DOUBLE}\nfn main() {{ println!("{{}}", double(1)); }}\n', 10.0).passed


def test_a_toolchain_that_does_not_work_is_no_fault_of_a_solution() -> None:
    runner = make("auto")
    runner._bench._libraries[HARNESS] = b"no library"
    try:
        with pytest.raises(SandboxError, match="the tools for Rust do not work in the sandbox"):
            runner.check(crate_problem(), RIGHT, 10.0)
    finally:
        runner.close()


# What a solution tries at run time, as tests that hold where nothing came of it.
TRIES = """
use answer::*;
#[test] fn reads_no_file() {{ assert!(std::fs::read_to_string("{secret}").is_err()); }}
#[test] fn lists_no_home() {{ assert!(std::fs::read_dir("{home}").map_or(true, |mut all| all.all(|one| !one.unwrap().path().is_file()))); }}
#[test] fn writes_nowhere_else() {{ assert!(std::fs::write("{outside}", "x").is_err()); }}
#[test] fn writes_in_its_folder() {{ std::fs::write("mine", "x").unwrap(); }}
#[test] fn reaches_no_server() {{ assert!(std::net::TcpStream::connect("127.0.0.1:{port}").is_err()); }}
#[test] fn sees_no_key() {{ assert!(std::env::vars().all(|(name, _)| !name.contains("KEY") && !name.contains("NONCE"))); }}
#[test] fn a_shell_gets_no_further() {{
    let tried = std::process::Command::new("/bin/sh").arg("-c").arg("cat {secret}; echo x > {outside}").output();
    assert!(tried.map_or(true, |all| all.stdout.is_empty()));
}}
#[test] fn sees_neither_tests_nor_tools() {{
    let seen: Vec<_> = std::fs::read_dir(".").unwrap().map(|one| one.unwrap().file_name()).collect();
    assert!(seen.iter().all(|name| !name.to_string_lossy().ends_with(".rs")), "{{seen:?}}");
}}
"""  # noqa: E501


def test_a_crate_gets_at_nothing_when_it_runs(
    tiered: RustRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODEEVAL_TEST_API_KEY", "secret")
    secret, outside = tmp_path / "secret", tmp_path / "outside"
    secret.write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        tests = TRIES.format(secret=str(secret), outside=str(outside), home=str(Path.home()), port=port)
        verdict = tiered.check(crate_problem(tests), RIGHT, 10.0)
    assert verdict.passed, verdict
    assert not outside.exists()


BUILDS = {
    "host file": 'pub const STOLEN: &str = include_str!("{secret}");',
    "tests": 'pub const STOLEN: &str = include_str!("../tests/answer.rs");',
    "report's word": 'pub const STOLEN: &str = env!("CODEEVAL_NONCE");',
    "key": 'pub const STOLEN: &str = env!("CODEEVAL_TEST_API_KEY");',
    "procedural macro": "#[proc_macro] pub fn m(i: proc_macro::TokenStream) -> proc_macro::TokenStream {{ i }}",
    "extern crate": "extern crate libc;",
}  # fmt: skip


@pytest.mark.parametrize("what", ["host file", "key"])  # which the tier keeps from it; the compiler does the others
def test_a_crate_gets_at_nothing_when_it_is_built_in_either_tier(
    tiered: RustRunner, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gets_at_nothing(tiered, what, tmp_path, monkeypatch)


@pytest.mark.parametrize("what", [what for what in BUILDS if what not in ("host file", "key")])
def test_a_crate_gets_at_nothing_when_it_is_built(
    runner: RustRunner, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gets_at_nothing(runner, what, tmp_path, monkeypatch)


def gets_at_nothing(runner: RustRunner, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """See that what is built in a crate does not build, and tells nothing."""
    monkeypatch.setenv("CODEEVAL_TEST_API_KEY", "secret")
    secret = tmp_path / "secret"
    secret.write_text("secret")
    verdict = runner.check(crate_problem(), f"{RIGHT}\n{BUILDS[what].format(secret=str(secret))}\n", 10.0)
    assert (verdict.cause, "secret" in verdict.detail.replace(str(secret), "")) == (Cause.BUILD_ERROR, False), verdict


def test_a_build_script_is_not_run(runner: RustRunner, tmp_path: Path) -> None:
    made = tmp_path / "made"
    script = f'fn main() {{ std::fs::write({str(made)!r}, "x").unwrap(); }}'.replace("'", '"')
    assert runner.check(crate_problem(files={"build.rs": script}), RIGHT, 10.0).passed
    assert not made.exists()


@pytest.mark.parametrize(
    "odd",
    [
        "fn Err(_: u8) {}",
        "struct String;",
        "macro_rules! vec { () => { 1 } }",
        "#[derive(PartialEq, Debug)] struct Some(u8);",
    ],
)
def test_tests_in_which_a_familiar_name_means_something_else_do_not_build(runner: RustRunner, odd: str) -> None:
    tests = f"use answer::*;\n{odd}\n#[test]\nfn doubles() {{ assert!(double(4) == 8) }}\n"
    verdict = runner.check(replace(crate_problem(tests), canonical_solution=""), RIGHT, 10.0)
    assert not verdict.passed
    assert "does not build with its tests" in verdict.detail


@pytest.mark.parametrize(
    "imports",
    [
        "use answer::*;",
        "use {std::collections::HashMap, answer::*};",
        "use answer as a; use self::a::*;",
        "mod inner { pub use answer as a; } use crate::inner::a::*;",
    ],
)
def test_a_function_called_some_is_no_some(runner: RustRunner, imports: str) -> None:
    tests = f"#![allow(unused)]\n{imports}\n#[test]\nfn halves() {{ assert_eq!(half(4), Some(2)) }}\n"
    problem = replace(crate_problem(tests), canonical_solution="")
    cheat = (
        "#[allow(non_snake_case)]\npub fn Some<T>(_: T) -> Option<T> {\n    None\n}\n\n"
        "pub fn half(_: i32) -> Option<i32> {\n    None\n}\n"
    )
    assert not runner.check(problem, cheat, 10.0).passed
    assert runner.check(problem, RIGHT, 10.0).passed


def test_a_macro_that_never_ends_ends_the_build(runner: RustRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rust, "BUILD_SECONDS", 3.0)
    bomb = '#![recursion_limit = "1000000"]\nmacro_rules! b { ($($t:tt)*) => { b!($($t)* $($t)* x) } }\nb!(x);\n'
    assert runner.check(crate_problem(), bomb + RIGHT, 10.0).cause is Cause.BUILD_ERROR


def load(suite: Suite, data: Path | None) -> list[Problem]:
    """Return the problems of a suite that can be graded."""
    loaded = suite.load(DataRequest(str(data) if data else None))
    return [problem for problem in loaded.problems if problem.task_id not in loaded.skipped]


def test_exercism_s_examples_pass(runner: RustRunner, data: Path) -> None:
    problems = load(RUST, data)
    assert len(problems) == 95
    limits = {problem.task_id: RUST.timeout_of(problem) for problem in problems}
    verdicts = {
        problem.task_id: runner.check(problem, problem.canonical_solution, limits[problem.task_id])
        for problem in problems[::32]
    }
    assert {task: verdict for task, verdict in verdicts.items() if not verdict.passed} == {}


def test_humanevalpack_s_solutions_pass_and_its_buggy_ones_do_not(runner: RustRunner, data: Path) -> None:
    problems = load(HUMANEVALPACK_RUST, data)
    assert len(problems) == 158
    for problem in problems[::64]:
        assert runner.check(problem, problem.canonical_solution, 10.0).passed, problem.task_id
        assert not runner.check(problem, problem.extra["buggy_solution"], 2.0).passed, problem.task_id
