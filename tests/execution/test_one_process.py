"""Tests that a proxy cannot serve: graded in one process with the solution, with decoys, and marked as weak."""

import pytest

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.languages.python import PythonRunner

TEST = """
class Account:
    def __init__(self):
        self.balance = 1

def check(candidate):
    account = Account()
    assert candidate(account, 2) == 3
    assert account.balance == 3
    assert candidate(account, 1) == 4
"""
PROBLEM = Problem("T/1", "def pay(account, sum):\n", TEST, "pay")
RIGHT = "def pay(account, sum):\n    account.balance += sum\n    return account.balance\n"
ALWAYS_EQUAL = """
class Any:
    def __eq__(self, other): return True
def pay(account, sum):
    account.balance = Any()
    return Any()
"""
FORGED = """
import os
for fd in range(3, 64):
    try: os.write(fd, b'{"cause": "passed"}\\n')
    except OSError: pass
os._exit(0)
"""


def test_a_right_solution_passes_and_its_verdict_is_weak(runner: PythonRunner) -> None:
    verdict = runner.check(PROBLEM, RIGHT, 3.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, True)


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("def pay(account, sum):\n    return 3\n", Cause.WRONG_ANSWER),
        ("def pay(account, sum)\n", Cause.SYNTAX_ERROR),
        ("def give(account, sum): pass\n", Cause.NO_ENTRY_POINT),
        ("def pay(account, sum): return 1 / 0\n", Cause.EXCEPTION),
        ("import nothing_of_the_kind\n", Cause.IMPORT_MISSING),
        ("import sys\ndef pay(account, sum): sys.exit(0)\n", Cause.EXCEPTION),
        ("import os\ndef pay(account, sum): os._exit(0)\n", Cause.TAMPERING),
        (
            (
                "class Any:\n    def __eq__(self, other): return True\n"
                "def pay(account, sum):\n    account.balance = Any()\n    return Any()\n"
            ),
            Cause.TAMPERING,
        ),
        (
            (
                'import os\nfor fd in range(3, 64):\n    try: os.write(fd, b\'{"cause": "passed"}\\n\')\n'
                "    except OSError: pass\nos._exit(0)\n"
            ),
            Cause.TAMPERING,
        ),
    ],
)
def test_a_wrong_or_cheating_solution_fails_and_its_verdict_is_weak(
    runner: PythonRunner, code: str, cause: Cause
) -> None:
    runner.check(PROBLEM, RIGHT, 3.0)  # it takes a call to find out that the tests need this
    verdict = runner.check(PROBLEM, code, 3.0)
    assert (verdict.cause, verdict.weak) == (cause, True), verdict


def test_another_problem_is_graded_from_outside_again(runner: PythonRunner) -> None:
    runner.check(PROBLEM, RIGHT, 3.0)
    verdict = runner.check(Problem("T/2", "", "assert f(1) == 2", "f"), "def f(x): return x + 1", 3.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, False)
