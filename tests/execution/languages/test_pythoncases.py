"""A problem in parts, which are run together: what a part came to, and when it is run once more by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pytest_codeeval.core.problem import CASES, Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.attempt import Attempt
from pytest_codeeval.execution.attempts.cases import Cases, Output
from pytest_codeeval.execution.languages.pythoncases import PythonCases
from pytest_codeeval.execution.sandbox.shared_exclusive_lock import SharedExclusiveLock

ABOUT = {"parts": {"base": "[1]\n[2]", "plus": "[3]"}, "rule": "equal", "atol": 0.0}
PROBLEM = Problem("T/1", "", "", "f", "def f(a): return 1", extra={CASES: ABOUT})
MOST = 9.0  # seconds of a part, of which base needs five and plus three


class Scripted:
    """Stands for the server: runs come out as they are told, first that of all inputs."""

    def __init__(self, *runs: Attempt) -> None:
        self.runs = list(runs)
        self.asked: list[int] = []

    def outputs(self, _source: bytes, _name: str, inputs: Any, *_: float, digests: bool) -> list[Output]:
        return [Output("1") for _ in inputs]

    def tried(self, run: Callable[[], Attempt]) -> Attempt:
        return run()

    def compared(self, cases: Cases, _source: bytes, _seconds: float) -> Attempt:
        self.asked.append(len(cases.inputs))
        return self.runs.pop(0)


def ran(cause: Cause, right: int, cpu: float = 0.1) -> Attempt:
    """A run with so many right outputs."""
    return Attempt(cause, "", "test", cpu, cpu, 0, right=right)


PASSED = ran(Cause.PASSED, 3)


@pytest.mark.parametrize(
    ("runs", "asked", "causes"),
    [
        ([PASSED], [3], ["passed", "passed"]),
        ([ran(Cause.WRONG_ANSWER, 1)], [3], ["wrong_answer"]),
        ([ran(Cause.WRONG_ANSWER, 2), ran(Cause.WRONG_ANSWER, 0)], [3, 1], ["passed", "wrong_answer"]),
        ([ran(Cause.WRONG_ANSWER, 2), ran(Cause.PASSED, 1)], [3, 1], ["passed", "passed"]),
        # All outputs were right, and then it was over a limit.
        ([ran(Cause.MEMORY, 3), ran(Cause.MEMORY, 1)], [3, 1], ["passed", "memory"]),
        # Together they took longer than one of them may.
        ([ran(Cause.PASSED, 3, 12.0), PASSED, PASSED], [3, 2, 1], ["passed", "passed"]),
        ([ran(Cause.PASSED, 3, 12.0), ran(Cause.CPU_TIME, 1)], [3, 2], ["cpu_time"]),
        ([ran(Cause.PASSED, 3, 4.0), ran(Cause.CPU_TIME, 0)], [3, 1], ["passed", "cpu_time"]),
        ([ran(Cause.CPU_TIME, 2, 12.0), ran(Cause.CPU_TIME, 1)], [3, 2], ["cpu_time"]),
    ],
)
def test_parts_are_run_together_and_alone_if_in_doubt(runs: list[Attempt], asked: list[int], causes: list[str]) -> None:
    used = sum(run.cpu_seconds for run in runs)
    server = Scripted(*runs)
    alone = SharedExclusiveLock("")
    found = PythonCases(server, alone, "").attempts(PROBLEM, b"", MOST)  # type: ignore[arg-type]
    alone.close()
    assert server.asked == asked
    assert [attempt.cause.value for attempt in found.values()] == causes
    assert list(found) == ["base", "plus"][: len(causes)]
    assert sum(attempt.cpu_seconds for attempt in found.values()) == pytest.approx(used)
