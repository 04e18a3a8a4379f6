"""LikelihoodScorer: which of the choices a model finds likeliest, as it is and by its length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.continuation import CUT, JOINED, Continuation, scores_read, scores_written
from pytest_codeeval.core.metric import Mean
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.scorer import Scorer, Tools
from pytest_codeeval.core.verdict import Outcome

ACC, ACC_NORM = Mean("acc", "acc"), Mean("acc_norm", "acc_norm")
_FIRST = "A"


class LikelihoodScorer(Scorer):
    """Takes the choice with the largest log-probability, as lm-eval does: `acc`, and `acc_norm` a character of it.

    Of equal ones the first is taken. The `headline` decides whether a problem passes. The choices are in
    `extra["choices"]`, and the right one's letter is the problem's `target`.
    """

    def __init__(self, headline: Mean = ACC) -> None:
        self.metrics = (headline, ACC_NORM if headline == ACC else ACC)

    def score(self, problem: Problem, completions: Sequence[Completion], tools: Tools) -> Score:  # noqa: ARG002
        """Return the score of the likeliest choice."""
        scores, choices = completions[-1].scores, problem.extra["choices"]
        if len(scores) != len(choices):
            return Score(False, Outcome.NO_ANSWER, f"{len(scores)} of {len(choices)} choices have a log-likelihood")
        right = ord(problem.target) - ord(_FIRST)
        taken = {
            ACC.name: _largest([score.logprob for score in scores]),
            ACC_NORM.name: _largest(
                [score.logprob / len(choice) for score, choice in zip(scores, choices, strict=True)]
            ),
        }
        best = taken[self.metrics[0].name]
        measures = {name: float(number == right) for name, number in taken.items()}
        detail = "" if best == right else _said(scores, best, right)
        return Score(
            best == right,
            answer=_letter(best),
            found="log-likelihood",
            detail=detail,
            measures={**measures, **_odd(scores)},
        )

    def reference(self, problem: Problem) -> str:
        """Return scores by which the right choice is the likeliest one."""
        return _script(problem, problem.target)

    def said(self, answer: str) -> Completion:
        """Return a completion that has the scores in a text of `reference`, or none."""
        scores = scores_read(answer) if answer else ()
        return Completion("", finish_reason="stop", form=Form.CONTINUATION, scores=scores)

    def wrong_answers(self, problem: Problem) -> Mapping[str, str]:
        """Return scores by which each wrong choice is the likeliest one."""
        letters = [_letter(number) for number in range(len(problem.extra["choices"]))]
        return {letter: _script(problem, letter) for letter in letters if letter != problem.target}


def _largest(values: Sequence[float]) -> int:
    return max(range(len(values)), key=values.__getitem__)  # the first of equal ones


def _letter(number: int) -> str:
    return chr(ord(_FIRST) + number)


def _script(problem: Problem, likeliest: str) -> str:
    """Return made-up scores: each character costs 2, those of the likeliest choice a hundredth of that."""
    longest = max(map(len, problem.extra["choices"]))
    return scores_written(
        [
            Continuation(-2.0 * longest if _letter(number) != likeliest else -0.02, 1, _letter(number) == likeliest)
            for number in range(len(problem.extra["choices"]))
        ]
    )


def _said(scores: Sequence[Continuation], best: int, right: int) -> str:
    of_best, of_right = scores[best].logprob, scores[right].logprob
    return (
        f"{_letter(best)} is the likeliest choice (log-probability {of_best:.2f}), the right one is {_letter(right)} "
        f"({of_right:.2f})"
    )


def _odd(scores: Sequence[Continuation]) -> dict[str, float]:
    """Return how many choices were not scored as they should, as measures that are there if there are any."""
    found = {JOINED: sum(score.joined for score in scores), CUT: sum(score.cut > 0 for score in scores)}
    return {name: float(count) for name, count in found.items() if count}
