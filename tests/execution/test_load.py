"""Verdicts on a machine that is busy with something else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Outcome, Verdict
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.probe import probe

PROBLEM = Problem("Load/0", "", "assert frac(3.5) == 0.5\nassert frac(1.25) == 0.25", "frac")
SPIN = """
import os, time
end, parent = time.monotonic() + 20, os.getppid()
while time.monotonic() < end and os.getppid() == parent: pass
"""
ONCE = """
import time
def frac(number):
    if not hasattr(frac, "done"):
        frac.done = True
        {}
    return number % 1.0
"""
COMPUTES = "end = time.process_time() + {}\n        while time.process_time() < end: pass"


@pytest.fixture(scope="module")
def busy() -> Iterator[None]:
    """Twice as many endless loops as there are processors; each ends by itself after a while."""
    loops = [subprocess.Popen([sys.executable, "-I", "-S", "-c", SPIN]) for _ in range(2 * (os.cpu_count() or 1))]
    yield
    for loop in loops:
        loop.kill()
        loop.wait()


@pytest.fixture(scope="module")
def runner(busy: None) -> Iterator[PythonRunner]:
    """A runner in the best tier of this machine."""
    try:
        tier = probe(SandboxChoice("auto")).name
    except UsageError as error:
        pytest.skip(str(error))
    runner = PythonRunner(SandboxChoice(tier))
    yield runner
    runner.close()


def verdict(runner: PythonRunner, statement: str, seconds: float) -> Verdict:
    return runner.check(PROBLEM, ONCE.format(statement), seconds)


def test_a_short_wait_and_a_short_computation_pass(runner: PythonRunner) -> None:
    for statement in ("pass", "time.sleep(0.8)", COMPUTES.format(0.3)):
        found = verdict(runner, statement, 1.0)
        assert found.passed, (statement, found)


def test_what_takes_too_long_fails_by_its_own_time(runner: PythonRunner) -> None:
    for statement in ("time.sleep(1.4)", COMPUTES.format(1.4)):
        found = verdict(runner, statement, 1.0)
        assert found.outcome is Outcome.TIMEOUT, (statement, found)


def test_a_wrong_solution_is_wrong_however_busy_the_machine(runner: PythonRunner) -> None:
    found = runner.check(PROBLEM, "def frac(number):\n    return number\n", 1.0)
    assert found.outcome is Outcome.WRONG_ANSWER
