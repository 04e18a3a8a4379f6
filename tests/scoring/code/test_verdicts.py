"""What the answer was like goes before what the program did."""

from __future__ import annotations

import pytest

from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.errors import BrokenTests
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause, Verdict
from pytest_codeeval.scoring.code.solution import Method, Solution
from pytest_codeeval.scoring.code.verdicts import verdict_on

PROBLEM = Problem("T/1", "add", "assert add(1, 2) == 3", "add")
PASSED = Verdict(Cause.PASSED)
CODE = Solution("def add(a, b): ...", Method.FENCED)


class Fixed:
    """Says the same of every solution, and notes what it was given."""

    def __init__(self, verdict: Verdict) -> None:
        self._verdict = verdict
        self.checked: list[tuple[str, str]] = []

    def __call__(self, problem: Problem, code: str) -> Verdict:
        self.checked.append((problem.task_id, code))
        return self._verdict


def no_code(cause: Cause | None) -> Solution:
    """Make a solution that holds none."""
    return Solution(None, Method.NONE, cause)


def verdict(solution: Solution, finish_reason: str = "stop", runs: Verdict = PASSED) -> Verdict:
    """Return the verdict on an answer whose program would end as `runs`."""
    return verdict_on(Fixed(runs), PROBLEM, Completion("text", finish_reason), solution)


def test_the_program_is_run() -> None:
    runner = Fixed(Verdict(Cause.WRONG_ANSWER, "no"))
    assert verdict_on(runner, PROBLEM, Completion("text"), CODE) == Verdict(Cause.WRONG_ANSWER, "no")
    assert runner.checked == [("T/1", "def add(a, b): ...")]


def test_no_run_takes_a_sample_out_of_the_score() -> None:
    runner = Fixed(Verdict(Cause.UNGRADED, "the tests never called it"))
    with pytest.raises(BrokenTests, match="no solution can be graded here: the tests never called it"):
        verdict_on(runner, PROBLEM, Completion("text"), CODE)


def test_a_problem_without_tests_is_not_run() -> None:
    runner = Fixed(Verdict(Cause.PASSED))
    assert verdict_on(runner, Problem("T/1", "add"), Completion("text"), CODE) == Verdict(Cause.UNGRADED)
    assert runner.checked == []


@pytest.mark.parametrize(
    ("cause", "finish_reason", "expected", "said"),
    [
        (Cause.NO_CODE, "stop", Cause.NO_CODE, "holds no code"),
        (None, "stop", Cause.NO_CODE, "holds no code"),
        (Cause.REFUSAL, "stop", Cause.REFUSAL, "declined"),
        (Cause.NO_CODE, "content_filter", Cause.REFUSAL, "declined"),
        (Cause.THINKING_LEAKED, "stop", Cause.THINKING_LEAKED, "inside its thinking"),
        (Cause.THINKING_LEAKED, "length", Cause.CUT_SHORT, "raise --max-tokens"),
        (Cause.NO_CODE, "length", Cause.CUT_SHORT, "raise --max-tokens"),
        (Cause.NO_CODE, "MAX_TOKENS", Cause.CUT_SHORT, "raise --max-tokens"),
        (Cause.THINKING_LEAKED, "SAFETY", Cause.REFUSAL, "filter"),
        (Cause.NO_CODE, "refusal", Cause.REFUSAL, "declined"),
    ],
)
def test_an_answer_without_code_says_why(cause: Cause | None, finish_reason: str, expected: Cause, said: str) -> None:
    found = verdict(no_code(cause), finish_reason)
    assert found.cause is expected
    assert said in found.detail


def test_an_answer_in_the_reasoning_alone_is_named_with_the_remedy() -> None:
    def detail(text: str, reasoning: str) -> str:
        completion = Completion(text, "stop", reasoning=reasoning)
        found = verdict_on(Fixed(PASSED), PROBLEM, completion, no_code(Cause.THINKING_LEAKED))
        assert found.cause is Cause.THINKING_LEAKED
        return found.detail

    assert "is in reasoning_content" in detail(" ", "def add(a, b): ...")
    assert "without its reasoning parser" in detail("", "x")
    assert "reasoning_content" not in detail("<think>def", "x")
    assert "reasoning_content" not in detail("", " ")


def test_an_answer_cut_short_is_blamed_for_the_failure_and_keeps_its_detail() -> None:
    found = verdict(CODE, "length", Verdict(Cause.SYNTAX_ERROR, "line 3"))
    assert found.cause is Cause.CUT_SHORT
    assert found.detail.endswith("raise --max-tokens: line 3")


def test_an_answer_cut_short_that_is_right_passes() -> None:
    assert verdict(CODE, "length").passed


def test_a_filtered_answer_with_code_is_run() -> None:
    assert verdict(CODE, "content_filter").passed


def test_an_answer_that_a_filter_ended_is_a_refusal_and_keeps_its_detail() -> None:
    found = verdict(CODE, "content_filter: SAFETY", Verdict(Cause.SYNTAX_ERROR, "line 3"))
    assert found.cause is Cause.REFUSAL
    assert found.detail.endswith("ended the answer: line 3")


@pytest.mark.parametrize(("reason", "cause"), [("SAFETY", Cause.REFUSAL), ("max_tokens", Cause.CUT_SHORT)])
def test_of_an_empty_answer_the_prompt_is_not_run_as_a_program(reason: str, cause: Cause) -> None:
    runner = Fixed(PASSED)
    nothing = Completion(" ", reason, form=Form.CONTINUATION)
    assert verdict_on(runner, PROBLEM, nothing, CODE).cause is cause
    assert runner.checked == []


def test_an_answer_that_is_all_thinking_is_named_so() -> None:
    found = verdict_on(Fixed(PASSED), PROBLEM, Completion("", "stop", reasoning="so:"), no_code(Cause.NO_CODE))
    assert found.cause is Cause.NO_CODE
    assert "reasoning_content" in found.detail
