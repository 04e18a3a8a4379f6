"""Answers that end in a number, scored."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause, Outcome
from pytest_codeeval.scoring.number import NumberScorer
from tests.scoring.saying import TOOLS, failing, scored

SCORER = NumberScorer()
PROBLEM = Problem("T/0", "How much?", language="", target="18", canonical_solution="9 * 2 = 18\n#### 18")


def test_the_right_number_passes_and_says_where_it_stood() -> None:
    score = scored(SCORER, PROBLEM, "The answer is $18.00.")
    assert (score.passed, score.value, score.answer, score.found) == (True, 1.0, "18", "answer line")
    assert score.measures == {"strict": 0.0}
    assert scored(SCORER, PROBLEM, "#### 18").measures == {"strict": 1.0}


def test_a_wrong_number_is_told_beside_the_right_one() -> None:
    score = scored(SCORER, PROBLEM, "#### 1,800.50")
    assert (score.passed, score.outcome) == (False, Outcome.WRONG_ANSWER)
    assert score.detail == "answered 1800.5, the right answer is 18"


def test_several_numbers_in_a_box_are_none() -> None:
    score = scored(SCORER, PROBLEM, r"\boxed{18, 20}")
    assert (score.passed, score.outcome, score.answer) == (False, Outcome.WRONG_ANSWER, "18, 20")
    assert len(scored(SCORER, PROBLEM, "9" * 5000).detail) < 200


@pytest.mark.parametrize("text", ["", " \n", "I do not know.", "<think>18", "1" * 70_000])
def test_without_a_number_there_is_a_figure_for_every_metric(text: str) -> None:
    score = scored(SCORER, PROBLEM, text)
    assert not score.passed
    assert score.outcome == (Outcome.OUTPUT if len(text) > 1000 else Outcome.NO_ANSWER)
    assert score.measures == {"strict": 0.0}


def test_thinking_is_no_answer() -> None:
    assert scored(SCORER, PROBLEM, "<think>\\boxed{20}</think>It is 18").passed
    assert not scored(SCORER, PROBLEM, "<think>\\boxed{18}</think>It is 20").passed


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("18 is what 9 and", False),  # the last number so far
        ("The answer is 18", False),  # of 180, perhaps
        ("The answer is 18.", False),
        ("#### 18", False),
        ("The answer is 18 dollars", True),
        (r"so \boxed{18}", True),
        ("18", False),
    ],
)
def test_an_answer_that_was_cut_off_counts_if_its_number_was_whole(text: str, passed: bool) -> None:
    score = scored(SCORER, PROBLEM, text, "length")
    assert score.passed is passed
    assert passed or score.cause == Cause.CUT_SHORT
    assert scored(SCORER, PROBLEM, text).passed is (text[:5] != "18 is")


@pytest.mark.parametrize("target", ["18", "-7", "0", "1450000", "3", "12.5"])
def test_its_own_answers_do_as_they_should(target: str) -> None:
    problem = replace(PROBLEM, target=target, canonical_solution="")
    assert failing(SCORER, problem) == []
    assert len(SCORER.right_answers(problem)) >= 10
    assert len(SCORER.wrong_answers(problem)) >= 4


def test_a_target_that_is_no_number_is_the_datasets_fault() -> None:
    with pytest.raises(DatasetError, match="T/0: the target 'many' is no number"):
        scored(SCORER, replace(PROBLEM, target="many"), "18")


def test_the_headline_is_the_answer_and_strict_stands_beside() -> None:
    assert [metric.name for metric in SCORER.metrics] == ["answer", "strict"]
    assert SCORER.reference(PROBLEM).endswith("#### 18")
    assert SCORER.reference(replace(PROBLEM, canonical_solution="")) == "18"


def test_the_last_turn_is_scored() -> None:
    assert SCORER.score(PROBLEM, [Completion("20"), Completion("18")], TOOLS).passed
