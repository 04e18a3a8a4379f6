"""Limits that follow the canonical solutions, upwards only."""

from __future__ import annotations

import pytest

from pytest_codeeval.benchmarks import STARTER
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.core.verdict import Cause, Verdict
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.scoring.code.calibration import Calibration, calibrate, check_canonical
from tests.execution.scripted_runner import ScriptedRunner, problem, verdict


def nothing(request: DataRequest) -> Dataset:
    raise AssertionError


SUITE = Suite("s", nothing, lambda problem: "", timeout=3.0, timeouts={"T/2": 60.0})


@pytest.mark.parametrize(
    ("number", "seconds", "limit"),
    [
        (1, {}, 3.0),
        (1, {"T/1": 0.02}, 3.0),
        (1, {"T/1": 0.1}, 3.0),
        (1, {"T/1": 0.3}, 3.0),
        (1, {"T/1": 0.9}, 3.6),
        (2, {"T/1": 0.9}, 60.0),
        (2, {"T/2": 16.0}, 64.0),
        (2, {"T/2": 15.0}, 60.0),
        (1, {"T/1": 61.0}, 3.0),  # nobody measured that
        (1, {"T/1": -1.0}, 3.0),
        (1, {"T/1": float("nan")}, 3.0),
    ],
)
def test_a_slow_machine_raises_a_limit_and_none_lowers_it(number: int, seconds: dict[str, float], limit: float) -> None:
    found = Calibration(SUITE, seconds)
    assert found.limit_of(problem(number)) == limit


def test_raised_limits_are_named() -> None:
    found = Calibration(SUITE, {"T/1": 1.25, "T/2": 1.25})
    assert found.raised([problem(1), problem(2), problem(3)]) == {"T/1": 5.0}


def test_all_stages_of_those_that_pass_are_measured() -> None:
    def says(problem: Problem, code: str, cpu_seconds: float) -> Verdict:
        return verdict(Cause.PASSED if problem.task_id != "T/2" else Cause.EXCEPTION, 0.25, 0.5)

    runner = ScriptedRunner(says)
    problems = [problem(1), problem(2), problem(3, test=""), problem(4, canonical_solution="")]
    assert calibrate(runner, problems, SUITE.timeout_of) == {"T/1": 0.75}
    assert [(task_id, seconds) for task_id, _, seconds in runner.checked] == [("T/1", 3.0), ("T/2", 60.0)]


@pytest.mark.parametrize(("patient", "asked"), [(True, [3.0, 30.0]), (False, [3.0])])
def test_a_slow_canonical_solution_gets_ten_times_as_long(patient: bool, asked: list[float]) -> None:
    def says(problem: Problem, code: str, cpu_seconds: float) -> Verdict:
        return verdict(Cause.PASSED if cpu_seconds > 3 else Cause.CPU_TIME, 4.0)

    runner = ScriptedRunner(says)
    assert check_canonical(runner, problem(), 3.0, patient=patient).passed is patient
    assert [seconds for _, _, seconds in runner.checked] == asked


def test_real_solutions_are_measured(runner: PythonRunner) -> None:
    problems = STARTER.load(DataRequest()).problems[:2]
    seconds = calibrate(runner, problems, STARTER.timeout_of)
    assert set(seconds) == {"Starter/0", "Starter/1"}
    assert all(0 < found < 3 for found in seconds.values())
    assert Calibration(STARTER, seconds).limit_of(problems[0]) >= STARTER.timeout
