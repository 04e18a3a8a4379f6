"""Solutions in the languages of the catalogue, run in the sandbox: right, and wrong in every way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pytest_codeeval.core.errors import SandboxError, UsageError
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause, Verdict
from pytest_codeeval.execution.factory import lacking
from pytest_codeeval.execution.languages.program import ProgramRunner
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.probe import probe
from pytest_codeeval.execution.toolchains.catalogue import languages
from tests.execution.toolchains.specimens import SPECIMENS, language

FAILS = {
    "wrong": {Cause.WRONG_ANSWER},
    "endless": {Cause.CPU_TIME},
    "broken": {Cause.SYNTAX_ERROR, Cause.BUILD_ERROR},
    "leaves": {Cause.TAMPERING, Cause.EXCEPTION},  # Lua's test library notices it
    "lingers": {Cause.TAMPERING, Cause.WRONG_ANSWER, Cause.EXCEPTION},
    "cheats": {Cause.TAMPERING},
}
SECONDS = 1.0
# What a runtime has to do with CPU time: threads of a virtual machine, signals, children. TypeScript's is JavaScript's.
ENDLESS = ("go", "java", "javascript", "sh")
OF_JAVASCRIPT = ("endless", "leaves", "lingers")
# One of each kind: killed by a signal, an exception, an error of the runtime's.
HOGS = {
    "javascript": "const a = [];\n  while (true) a.push(n);",
    "cpp": "std::vector<char *> a;\n  while (true) a.push_back(new char[1 << 28]);",
    "ruby": 'a = "x"\n  a += a while true',
}


@pytest.fixture(scope="module", params=sorted(languages()))
def runner(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProgramRunner]:
    """The runner of each language that this machine has the tools for."""
    yield from runner_of(request.param, "auto", tmp_path_factory)


def runner_of(name: str, tier: str, folders: pytest.TempPathFactory) -> Iterator[ProgramRunner]:
    """Yield a runner; skips where a tool or the sandbox is not to be had."""
    if reason := lacking(name):
        pytest.skip(reason)
    try:
        probe(SandboxChoice(tier))
    except UsageError as error:
        pytest.skip(str(error))
    cache = folders.getbasetemp().parent / "toolchains"  # shared by the processes of a run
    runner = ProgramRunner(language(name), SandboxChoice(tier, (), str(cache)))
    yield runner
    runner.close()


def check(runner: ProgramRunner, solution: str, seconds: float = 10.0) -> Verdict:
    """Check a solution of the language's trial."""
    problem = Problem("trial", "", language(runner.language).trial.test, "twice", language=runner.language)
    return runner.check(problem, solution, seconds)


def renamed(name: str) -> str:
    """Return a right solution by another name."""
    return (
        language(name)
        .trial.solution.replace("twice(", "dupe(")
        .replace("twice {", "dupe {")
        .replace("twice <-", "dupe <-")
    )


def test_a_right_solution_passes_and_is_weak(runner: ProgramRunner) -> None:
    verdict = check(runner, language(runner.language).trial.solution)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, True), verdict
    built = ["build"] if language(runner.language).build else []
    assert [stage.name for stage in verdict.stages] == [*built, "test"]
    assert all(stage.passed for stage in verdict.stages)


@pytest.mark.parametrize("kind", FAILS)
def test_others_fail_with_their_cause(runner: ProgramRunner, kind: str) -> None:
    if (kind == "endless" and runner.language not in ENDLESS) or (
        kind in OF_JAVASCRIPT and runner.language == "typescript"
    ):
        pytest.skip("another language's runtime shows it")
    seconds = SECONDS if kind == "endless" else 10.0
    verdict = check(runner, getattr(SPECIMENS[runner.language], kind), seconds)
    assert verdict.cause in FAILS[kind], verdict
    assert verdict.detail


def test_a_solution_in_go_may_use_any_name_and_choose_no_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    right = language("go").trial.solution + "var flag, os, strings = 1, 2, 3\n"
    wrong = right.replace("2 * n", "n").replace("import (", 'import (\nf "flag"\no "os"')
    cheat = 'func init() { o.Args = append(o.Args, "-test.run=none"); testing.Init(); f.Parse() }\n'
    for runner in runner_of("go", "auto", tmp_path_factory):
        causes = [check(runner, code).cause for code in (right, wrong + cheat)]
        assert causes == [Cause.PASSED, Cause.WRONG_ANSWER]


def test_a_missing_function_is_told_as_such(runner: ProgramRunner) -> None:
    verdict = check(runner, renamed(runner.language))
    assert verdict.cause is Cause.NO_ENTRY_POINT, verdict
    assert verdict.detail.startswith("twice is not defined; the solution defines ")


def test_memory_that_is_not_to_be_had_is_the_cause(runner: ProgramRunner) -> None:
    if runner.language not in HOGS:
        pytest.skip("what its tools say of memory is tested as text")
    wrong = SPECIMENS[runner.language].wrong
    body = next(line.strip() for line in wrong.split("\n") if "n + 1" in line)
    verdict = check(runner, wrong.replace(body, HOGS[runner.language]))
    assert verdict.cause is Cause.MEMORY, verdict


@pytest.mark.parametrize("name", ["javascript", "java", "go", "sh", "r"])
def test_they_run_under_landlock_too(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    for runner in runner_of(name, "landlock", tmp_path_factory):
        # Before the first one fails a right solution has to pass.
        assert check(runner, SPECIMENS[name].leaves).cause is Cause.TAMPERING


def test_a_tool_that_does_not_work_in_the_sandbox_is_no_fault_of_a_solution(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    for runner in runner_of("sh", "auto", tmp_path_factory):
        runner._language = replace(runner._language, run=("bash", "--no-such-option", "program.sh"))
        with pytest.raises(SandboxError, match="the tools for Bash do not work in the sandbox: .*no-such-option"):
            check(runner, SPECIMENS["sh"].wrong)


def test_a_runner_that_was_closed_goes_on_with_folders_that_are_there() -> None:
    if reason := lacking("sh"):
        pytest.skip(reason)
    readied = replace(
        language("sh"),
        prepare=(("bash", "-c", "echo exit 0 > ready.sh"),),
        run=("bash", "-c", "(. {prepared}/ready.sh) && bash program.sh"),
    )
    runner = ProgramRunner(readied, SandboxChoice())  # without a cache: what is prepared goes with the runner
    try:
        for _ in range(2):
            assert check(runner, language("sh").trial.solution).passed
            runner.close()
    finally:
        runner.close()


def test_a_language_without_tools_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert "apt-get install" in lacking("php")
    assert "php-cli" in lacking("php")
    assert lacking("python") == ""
