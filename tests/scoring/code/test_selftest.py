"""Canonical solutions must pass and mutants fail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pytest_codeeval.benchmarks import HUMANEVAL, STARTER
from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.core.problem import DataRequest, Problem
from pytest_codeeval.core.selftest import SelfTest
from pytest_codeeval.core.verdict import Cause, Verdict
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.scoring.code.chat_forms import FORMS, answered
from pytest_codeeval.scoring.code.mutants import mutants
from pytest_codeeval.scoring.code.selftest import self_test
from tests.execution.scripted_runner import ScriptedRunner, is_right, problem, verdict


def three(_: Problem) -> float:
    return 3.0


def test_the_starter_suite_can_be_believed(runner: PythonRunner) -> None:
    problems = STARTER.load(DataRequest()).problems
    found = self_test(runner, problems, STARTER.timeout_of, quick=True)
    assert found.believed, found
    assert (found.tried, found.skipped) == (8, 0)
    assert set(found.canonical_seconds) == {f"Starter/{number}" for number in (0, 3, 6, 9, 13, 16, 19, 23)}


def test_a_problem_with_less_time_than_others_does_not_stand_for_all(runner: PythonRunner) -> None:
    problems = STARTER.load(DataRequest()).problems[:8]
    found = self_test(runner, problems, lambda one: 1.0 if one is problems[4] else 3.0, quick=True)
    assert found.tried == 8


def test_some_of_humaneval_can_be_believed(runner: PythonRunner, data: Path) -> None:
    problems = HUMANEVAL.load(DataRequest(str(data))).problems[32::60]
    found = self_test(runner, problems, HUMANEVAL.timeout_of, quick=False)
    assert found.believed, found
    assert (found.tried, found.mutants) == (3, 18)


def test_a_test_that_cannot_tell_is_found(runner: PythonRunner) -> None:
    blind = problem(test="f(1)")
    found = self_test(runner, [blind], three, quick=False)
    assert {name for _, name in found.survivors} >= {"empty_body", "perturbed", "return_none"}
    assert not {name for _, name in found.survivors} & {"exits", "os_exit"}


def test_a_wrong_canonical_solution_is_found_and_its_mutants_are_not_tried() -> None:
    def says(problem: Problem, code: str, cpu_seconds: float) -> Verdict:
        return verdict(Cause.WRONG_ANSWER, 0.1, detail="assert f(1) == 2" + "x" * 1000)

    runner = ScriptedRunner(says)
    found = self_test(runner, [problem()], three, quick=False)
    assert [(task_id, said[:30], len(said)) for task_id, said in found.failures] == [
        ("T/1", "wrong answer: assert f(1) == 2", 300)
    ]
    assert not found.believed and found.canonical_seconds == {}
    assert all(is_right(problem(), code) for _, code, _ in runner.checked)


def test_a_solution_that_fails_as_a_chat_answer_alone_is_told_as_such() -> None:
    def says(problem: Problem, code: str, cpu_seconds: float) -> Verdict:
        right = code == problem.canonical_solution
        return verdict(Cause.PASSED if right else Cause.WRONG_ANSWER, 0.1, detail="" if right else "cut")

    found = self_test(ScriptedRunner(says), [problem(number) for number in range(5)], three, quick=False)
    assert len(found.failures) >= 3
    assert ("T/1", "exception: only as a chat answer (own doc comment): wrong answer: cut") in found.failures


def test_the_forms_of_chat_answers_come_in_turn() -> None:
    runner = ScriptedRunner()
    self_test(runner, [problem(number) for number in range(5)], three, quick=False)
    ran = [code for _, code, _ in runner.checked if is_right(problem(), code)]
    assert ran == [answered(problem(), form).code for form in FORMS]


def test_mutants_that_pass_are_named() -> None:
    runner = ScriptedRunner(lambda problem, code, cpu_seconds: verdict(Cause.PASSED, 0.1))
    found = self_test(runner, [problem()], three, quick=False)
    assert sorted(found.survivors) == sorted(("T/1", mutant.name) for mutant in mutants(problem()))


def test_an_object_equal_to_everything_is_not_held_against_a_weak_verdict() -> None:
    runner = ScriptedRunner(lambda problem, code, cpu_seconds: verdict(Cause.PASSED, 0.1, weak=True))
    found = self_test(runner, [problem()], three, quick=False)
    assert "always_equal" not in {name for _, name in found.survivors}
    assert len(found.survivors) == len(mutants(problem())) - 1


def test_what_cannot_be_tried_is_counted() -> None:
    problems = [problem(1), problem(2, test=""), problem(3, canonical_solution="")]
    found = self_test(ScriptedRunner(), problems, three, quick=False)
    assert (found.tried, found.skipped, found.mutants) == (1, 2, 6)


def test_without_a_wrong_solution_there_is_no_self_test() -> None:
    unreadable = problem(canonical_solution="def f(:\n")
    runner = ScriptedRunner(lambda problem, code, cpu_seconds: verdict(Cause.PASSED, 0.1))
    found = self_test(runner, [unreadable], three, quick=False)
    assert found.error and not found.believed and not found.conclusive
    foreign = Problem("T/1", "p", "t", "f", "fn f() {}", language="rust")
    found = self_test(runner, [foreign], three, quick=False)
    assert found.believed and not found.conclusive


def test_the_quick_form_tries_a_wrong_solution_however_slow_the_right_ones_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pytest_codeeval.scoring.code.selftest._SECONDS", 0.0)
    found = self_test(ScriptedRunner(), [problem(1), problem(2)], three, quick=True)
    assert (found.mutants, found.conclusive) == (1, True)


def test_nothing_to_try_is_no_fault() -> None:
    assert self_test(ScriptedRunner(), [], three, quick=True).believed


@pytest.mark.parametrize(("count", "expected"), [(1, [1]), (3, [1, 2, 3]), (9, [1, 2, 3, 4, 5, 6, 7, 9])])
def test_the_quick_form_spreads_over_the_problems(count: int, expected: list[int]) -> None:
    found = self_test(ScriptedRunner(), [problem(number) for number in range(1, count + 1)], three, quick=True)
    assert list(found.canonical_seconds) == [f"T/{number}" for number in expected]


def test_the_quick_form_tries_all_mutants_of_two_problems_and_each_of_the_others_in_turn() -> None:
    runner = ScriptedRunner()
    found = self_test(runner, [problem(number) for number in range(8)], three, quick=True)
    tried = [task_id for task_id, code, _ in runner.checked if not is_right(problem(), code)]
    assert [tried.count(f"T/{number}") for number in range(8)] == [6, 1, 1, 1, 6, 1, 1, 1]
    assert found.mutants == 18


def test_the_quick_form_leaves_out_problems_that_are_known_to_be_slow() -> None:
    problems = [problem(number) for number in range(4)]
    found = self_test(ScriptedRunner(), problems, lambda problem: 60 if problem.task_id == "T/2" else 3, quick=True)
    assert set(found.canonical_seconds) == {"T/0", "T/1", "T/3"}


@pytest.mark.parametrize(("took", "limit"), [(0.02, 0.5), (0.1, 1.0), (1.0, 3.0)])
def test_a_mutant_may_take_ten_times_as_long_as_the_solution(took: float, limit: float) -> None:
    runner = ScriptedRunner(lambda problem, code, cpu_seconds: verdict(Cause.PASSED, took))
    self_test(runner, [problem()], three, quick=False)
    assert {seconds for _, _, seconds in runner.checked[1:]} == {limit}


def test_a_sandbox_that_breaks_is_told() -> None:
    def says(problem: Problem, code: str, cpu_seconds: float) -> Verdict:
        raise SandboxError("on fire")

    with pytest.raises(SandboxError, match="on fire"):
        self_test(ScriptedRunner(says), [problem(1), problem(2)], three, quick=False)


def test_json_gives_it_back() -> None:
    found = SelfTest(True, 3, 8, 1, (("T/1", "no"),), (("T/2", "exits"),), 0.5)
    assert SelfTest.from_json(json.loads(json.dumps(found.to_json()))) == found


@pytest.mark.parametrize(("quick", "tried", "wide"), [(True, 1, True), (False, 1, False), (False, 8, True)])
def test_a_full_test_of_a_few_problems_is_not_wide(quick: bool, tried: int, wide: bool) -> None:
    assert SelfTest(quick, tried).wide is wide
