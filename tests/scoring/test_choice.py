"""Answers that name a choice, scored."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause, Outcome
from pytest_codeeval.scoring.choice import ChoiceScorer
from tests.scoring.saying import failing, scored

SCORER = ChoiceScorer()
PROBLEM = Problem(
    "T/0", "What does sand do?", language="", target="B", extra={"choices": ["faster", "slower", "faster", "as before"]}
)


@pytest.mark.parametrize(
    ("text", "passed", "outcome", "answer", "detail"),
    [
        ("ANSWER: B", True, Outcome.PASSED, "B", ""),
        ("slower", True, Outcome.PASSED, "B", ""),
        ("ANSWER: D", False, Outcome.WRONG_ANSWER, "D", "answered D, the right answer is B"),
        ("faster", False, Outcome.WRONG_ANSWER, "A", "answered A, the right answer is B"),
        ("It depends.", False, Outcome.NO_ANSWER, None, "the answer names none of the choices"),
        ("ANSWER: B or D", False, Outcome.NO_ANSWER, None, "the answer names several of the choices"),
        ("", False, Outcome.NO_ANSWER, None, "the answer is empty"),
    ],
)
def test_the_letter_decides(text: str, passed: bool, outcome: Outcome, answer: str | None, detail: str) -> None:
    score = scored(SCORER, PROBLEM, text)
    assert (score.passed, score.outcome, score.answer, score.detail) == (passed, outcome, answer, detail)


def test_a_text_that_two_choices_have_is_right_if_one_of_them_is() -> None:
    assert scored(SCORER, replace(PROBLEM, target="C"), "faster").passed
    assert not scored(SCORER, replace(PROBLEM, target="C"), "ANSWER: A").passed


def test_what_merely_stands_last_in_an_answer_that_was_cut_off_is_none() -> None:
    for text in ("it gets slower and", "ANSWER: B", "The answer is B"):  # of "Both", perhaps
        assert scored(SCORER, PROBLEM, text, "length").cause == Cause.CUT_SHORT
    assert scored(SCORER, PROBLEM, "ANSWER: B\n\nThat is as", "length").passed


@pytest.mark.parametrize("target", ["A", "B", "C", "D"])
@pytest.mark.parametrize(
    "choices",
    [
        ["6", "7", "13", "19"],
        ["R", "rr", "Rr", "RR"],
        ["a mixture", "an atom", "C", "a gas"],
        ["0%", "25%", "50%", "1"],
    ],
)
def test_its_own_answers_do_as_they_should(choices: list[str], target: str) -> None:
    problem = replace(PROBLEM, target=target, extra={"choices": choices})
    assert failing(SCORER, problem) == []
    assert len(SCORER.right_answers(problem)) >= 10
    assert sum(name.endswith("marker") for name in SCORER.wrong_answers(problem)) == 3
    assert scored(SCORER, problem, SCORER.reference(problem)).passed
