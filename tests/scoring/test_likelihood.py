"""Which choice a model finds likeliest: by its sum, and by its sum a character."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.continuation import Continuation
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.scoring.answertest import answer_test
from pytest_codeeval.scoring.likelihood import ACC_NORM, LikelihoodScorer
from tests.scoring.saying import TOOLS

SCORER = LikelihoodScorer()
PROBLEM = Problem(
    "T/0", "Which?", language="", target="B", extra={"choices": ["four", "a choice of 20 signs", "six", "x"]}
)


def scored(*logprobs: float, scorer: LikelihoodScorer = SCORER, problem: Problem = PROBLEM, **about: Any) -> Score:
    scores = tuple(Continuation(logprob, 3, **about) for logprob in logprobs)
    return scorer.score(problem, [Completion("", scores=scores)], TOOLS)


@pytest.mark.parametrize(
    ("logprobs", "acc", "acc_norm", "answer"),
    [
        ((-4.0, -3.9, -9.0, -9.0), 1, 1, "B"),
        ((-4.0, -10.0, -9.0, -9.0), 0, 1, "A"),  # a half a sign is more than one
        ((-4.0, -21.0, -9.0, -9.0), 0, 0, "A"),
        ((-20.0, -4.0, -5.0, -0.1), 0, 0, "D"),
        ((-4.0, -4.0, -9.0, -9.0), 0, 1, "A"),  # the first of equal ones
        ((-9.0, -4.0, -4.0, -4.0), 1, 1, "B"),
        ((-4.0, -20.0, -3.0, -9.0), 0, 0, "C"),  # the same a sign: the first
    ],
)
def test_both_measures_are_those_of_lm_eval(logprobs: tuple[float, ...], acc: int, acc_norm: int, answer: str) -> None:
    score = scored(*logprobs)
    assert (score.measures, score.answer, score.passed) == ({"acc": acc, "acc_norm": acc_norm}, answer, bool(acc))
    by_length = scored(*logprobs, scorer=LikelihoodScorer(ACC_NORM))
    assert (by_length.passed, by_length.measures) == (bool(acc_norm), score.measures)


def test_a_blank_of_the_choice_itself_counts_as_a_character() -> None:
    blank = Problem("T/0", "Which?", language="", target="B", extra={"choices": ["four", " 5678"]})
    assert scored(-4.0, -4.8, problem=blank).measures == {"acc": 0, "acc_norm": 1}
    # In characters, not bytes.
    wide = Problem("T/0", "Which?", language="", target="B", extra={"choices": ["four", "日本語"]})
    assert scored(-4.0, -4.8, problem=wide).measures == {"acc": 0, "acc_norm": 0}


def test_why_it_failed_is_said_with_both_sums() -> None:
    score = scored(-4.0, -21.25, -9.0, -9.0)
    assert score.detail == "A is the likeliest choice (log-probability -4.00), the right one is B (-21.25)"
    assert (score.outcome, score.found) == ("wrong_answer", "log-likelihood")


def test_choices_whose_tokens_are_not_as_they_should_be_are_counted() -> None:
    assert scored(-4.0, -3.9, -9.0, -9.0, joined=True, cut=7).measures == {
        "acc": 1,
        "acc_norm": 1,
        "joined_choices": 4,
        "cut_choices": 4,
    }


def test_the_metrics_are_both_the_headline_first() -> None:
    assert [metric.name for metric in SCORER.metrics] == ["acc", "acc_norm"]
    assert [metric.name for metric in LikelihoodScorer(ACC_NORM).metrics] == ["acc_norm", "acc"]


@pytest.mark.parametrize("scorer", [SCORER, LikelihoodScorer(ACC_NORM)], ids=["acc", "acc_norm"])
def test_its_own_answers_do_as_they_should(scorer: LikelihoodScorer) -> None:
    done = answer_test(lambda _: scorer, [PROBLEM], quick=False)
    assert (done.tried, done.mutants, done.failures, done.survivors) == (1, 4, (), ())
