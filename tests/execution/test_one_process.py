"""Tests that a proxy cannot serve: graded in one process with the solution, with decoys, and marked as weak."""

import pytest

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.attempt import Attempt
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.execution.sandbox.limits import Limits
from pytest_codeeval.execution.standin import stand_in

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


POINT = """
class Point:
    def __init__(self, x): self.x = x
    def __eq__(self, other): return self.x == other.x
def f(x): return Point(x)
"""
ALIKE = "assert f(1) == f(1)\nassert isinstance(f(1), Point)\nassert f(1).x == 1\nassert f(2).x == 2"


def count_runs(runner: PythonRunner, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Return a list to which the source of each run is added."""
    runs: list[bytes] = []
    attempt = runner._attempt

    def counted(source: bytes, limits: Limits, cpu_seconds: float) -> Attempt:
        runs.append(source)
        return attempt(source, limits, cpu_seconds)

    monkeypatch.setattr(runner, "_attempt", counted)
    return runs


def test_a_problem_whose_canonical_solution_needs_it_is_graded_in_one_process(
    runner: PythonRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = Problem("T/3", "", ALIKE, "f", POINT)
    runs = count_runs(runner, monkeypatch)
    right = POINT + "# another one"
    assert [runner.check(problem, right, 3.0).passed, runner.check(problem, right, 3.0).weak] == [True, True]
    uncalled = stand_in(problem).encode()
    assert runs == [right.encode(), POINT.encode(), POINT.encode(), uncalled, right.encode()]
    wrong = runner.check(problem, POINT.replace("Point(x)", "Point(3)"), 3.0)
    assert (wrong.cause, wrong.weak, len(runs)) == (Cause.WRONG_ANSWER, True, 6)
    runner.check(PROBLEM, RIGHT, 3.0)
    runner.check(problem, POINT + "# a third", 3.0)
    assert runs.count(POINT.encode()) == 2  # what was found out of a problem is kept


@pytest.mark.parametrize(
    ("test", "canonical", "runs"),
    [
        ("assert f(1) == 2", "def f(x): return 2", 2),  # an object came, where a value was to come
        (ALIKE, "", 1),
        (ALIKE, "def f(x): return 1", 3),  # fails in both
    ],
)
def test_a_solution_cannot_bring_that_about(
    runner: PythonRunner, monkeypatch: pytest.MonkeyPatch, test: str, canonical: str, runs: int
) -> None:
    seen = count_runs(runner, monkeypatch)
    verdict = runner.check(Problem("T/4", "", test, "f", canonical), POINT, 3.0)
    assert (verdict.passed, verdict.weak, len(seen)) == (False, False, runs), verdict


def test_an_ordinary_failure_costs_one_run(runner: PythonRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = count_runs(runner, monkeypatch)
    problem = Problem("T/5", "", "assert f(1) == 2", "f", "def f(x): return 2")
    assert not runner.check(problem, "def f(x): return 3", 3.0).passed
    assert len(seen) == 1


def test_an_argument_that_a_solution_made_does_not_make_a_problem_weak(runner: PythonRunner) -> None:
    test = "assert f(lambda x: x + x) == 'aa'"
    always = "class A:\n    def __eq__(s, o): return True\ndef f(g):\n    g('x' * (40 << 20))\n    return A()"
    verdict = runner.check(Problem("T/6", "", test, "f"), always, 3.0)
    assert (verdict.cause, verdict.weak) == (Cause.OUTPUT, False), verdict
