"""Why solutions in the languages of the catalogue fail: no function, no memory, no syntax."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause, Verdict
from pytest_codeeval.execution.languages.program import ProgramRunner
from pytest_codeeval.execution.toolchains.catalogue import languages
from pytest_codeeval.execution.toolchains.missing import Missing
from tests.execution.languages.test_program_runner import runner_of
from tests.execution.toolchains.specimens import SPECIMENS, language

# One of each kind: killed by a signal, an exception, an error of the runtime's.
HOGS = {
    "javascript": "const a = [];\n  while (true) a.push(n);",
    "cpp": "std::vector<char *> a;\n  while (true) a.push_back(new char[1 << 28]);",
    "ruby": 'a = "x"\n  a += a while true',
}
CONDITIONS = ["[[ $1 + 1 == 2 ]]", "[[ $1 == ]]", "[[ ]]", '[[ a == "x" && ]]', "[[ ( $1 == a ]]", "[[ a b c ]]"]


@pytest.fixture(scope="module", params=sorted(languages()))
def runner(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProgramRunner]:
    """The runner of each language that this machine has the tools for."""
    yield from runner_of(request.param, "auto", tmp_path_factory)


@pytest.fixture(scope="module")
def bash(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProgramRunner]:
    """The runner of Bash."""
    yield from runner_of("sh", "auto", tmp_path_factory)


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


def test_a_missing_function_is_told_as_such(runner: ProgramRunner) -> None:
    verdict = check(runner, renamed(runner.language))
    assert verdict.cause is Cause.NO_ENTRY_POINT, verdict
    assert verdict.detail.startswith("twice is not defined; the solution defines ")


def test_a_function_that_fails_by_what_it_calls_is_not_missing() -> None:
    for entry_point, solution, absent in (
        ("twice", "function twice(n) {\n  return half(n);\n}\n", False),
        ("twice", "function Twice(n) {\n  return n;\n}\n", True),
        ("twice", "function twice(n) {\n  console.error('ReferenceError: twice is not defined');\n}\n", False),
    ):
        missing = Missing(language("javascript"), entry_point, solution)
        told = missing.told(Cause.EXCEPTION, b"ReferenceError: twice is not defined\n")
        assert (told is not None) == absent
    assert missing.told(Cause.WRONG_ANSWER, b"ReferenceError: twice is not defined\n") is None


def test_memory_that_is_not_to_be_had_is_the_cause(runner: ProgramRunner) -> None:
    if runner.language not in HOGS:
        pytest.skip("what its tools say of memory is tested as text")
    wrong = SPECIMENS[runner.language].wrong
    body = next(line.strip() for line in wrong.split("\n") if "n + 1" in line)
    verdict = check(runner, wrong.replace(body, HOGS[runner.language]))
    assert verdict.cause is Cause.MEMORY, verdict


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_that_bash_cannot_read_is_a_syntax_error(bash: ProgramRunner, condition: str) -> None:
    verdict = check(bash, f"twice() {{\n  if {condition}; then echo 6; fi\n}}\n")
    assert verdict.cause is Cause.SYNTAX_ERROR, verdict
    assert verdict.detail


def test_a_solution_of_bash_that_leaves_is_no_syntax_error_whatever_it_says(bash: ProgramRunner) -> None:
    for leaves in ("exit 0", "echo 'line 3: conditional binary operator expected' >&2; exit 0"):
        assert check(bash, f"twice() {{\n  echo 6\n}}\n{leaves}\n").cause is Cause.TAMPERING
