"""Where many answers hold nothing to score, that is said with examples and a remedy."""

from __future__ import annotations

import random

import pytest

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.result import Result, Sample
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.reports.scoreboard import Scoreboard
from pytest_codeeval.reports.unanswered import Unanswered

RIGHT = Completion("18", "stop"), Score(True)


def lines(*said: tuple[Completion, Score]) -> list[str]:
    """Return what is said of answers, whatever the order in which they come."""
    results = [Result("m", "s", f"S/{n}", "", (Sample(0, (one,), score),)) for n, (one, score) in enumerate(said)]
    found: list[list[str]] = []
    for seed in range(3):
        board, unanswered = Scoreboard(), Unanswered()
        for result in random.Random(seed).sample(results, len(results)):
            board.add(result)
            unanswered.add(result)
        found.append(list(unanswered.lines(board.scores())))
    assert found[0] == found[1] == found[2]
    return found[0]


def nothing(text: str, reason: str = "stop", cause: str = "") -> tuple[Completion, Score]:
    """An answer in which nothing is found."""
    return Completion(text, reason), Score(False, Outcome.NO_ANSWER, "none", cause)


CUT = Completion("So, 18 is", "length"), Score(False, Outcome.CUT_SHORT, "cut")


@pytest.mark.parametrize(("right", "said"), [(9, True), (10, False), (0, True)])
def test_from_a_tenth_on_it_is_said(right: int, said: bool) -> None:
    assert bool(lines(nothing(""), *[RIGHT] * right)) is said


def test_wrong_answers_are_answers() -> None:
    assert lines((Completion("17", "stop"), Score(False)), RIGHT) == []


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        (CUT, "the answers were cut off: raise --max-tokens"),
        (nothing("So", "max_tokens"), "the answers were cut off: raise --max-tokens"),
        (nothing("<think>", cause="thinking_leaked"), "the answers are thinking only"),
        (nothing(" \n"), "the answers are empty"),
        (nothing("Hello!"), "look at a few of them: a wrong chat template"),
    ],
)
def test_the_remedy_is_that_of_the_commonest_reason(said: tuple[Completion, Score], remedy: str) -> None:
    *_, last = lines(nothing("?") if "Hello" not in said[0].text else CUT, said, said, said)
    assert last.strip().startswith(remedy)


def test_three_examples_are_shown_by_their_ends_and_safe_to_print() -> None:
    head, *examples, _ = lines(*[nothing(f"\x1b[2J {'x' * 200} end {n}") for n in range(12)])
    assert head == "12 of 12 answers hold nothing to score: m on s"
    assert [line.split(":")[0].strip() for line in examples] == ["S/0", "S/1", "S/2"]
    assert all(line.isprintable() and "… " not in line and f"end {n}" in line for n, line in enumerate(examples))


def test_what_was_cut_off_is_named() -> None:
    assert lines(CUT, RIGHT)[0] == "1 of 2 answers hold nothing to score, or were cut off: m on s"
