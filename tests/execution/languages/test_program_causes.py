"""Why solutions in the languages of the catalogue fail: what is missing, and what Bash cannot read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.languages.program import ProgramRunner
from pytest_codeeval.execution.toolchains.missing import Missing
from tests.execution.languages.test_program_runner import check, runner_of
from tests.execution.toolchains.specimens import language

CONDITIONS = ["[[ $1 + 1 == 2 ]]", "[[ $1 == ]]", "[[ ]]", '[[ a == "x" && ]]', "[[ ( $1 == a ]]", "[[ a b c ]]"]


@pytest.fixture(scope="module")
def bash(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProgramRunner]:
    """The runner of Bash."""
    yield from runner_of("sh", "auto", tmp_path_factory)


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


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_that_bash_cannot_read_is_a_syntax_error(bash: ProgramRunner, condition: str) -> None:
    verdict = check(bash, f"twice() {{\n  if {condition}; then echo 6; fi\n}}\n")
    assert verdict.cause is Cause.SYNTAX_ERROR, verdict
    assert verdict.detail


def test_a_solution_of_bash_that_leaves_is_no_syntax_error_whatever_it_says(bash: ProgramRunner) -> None:
    for leaves in ("exit 0", "echo 'line 3: conditional binary operator expected' >&2; exit 0"):
        assert check(bash, f"twice() {{\n  echo 6\n}}\n{leaves}\n").cause is Cause.TAMPERING
