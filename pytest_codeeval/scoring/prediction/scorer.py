"""PredictionScorer: answers that give the value of a call, or a call that has a value, run in the sandbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.errors import BrokenTests
from pytest_codeeval.core.metric import PASS_AT, Mean
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.scorer import Tools
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.scoring.prediction import forms
from pytest_codeeval.scoring.prediction.expression import Expression
from pytest_codeeval.scoring.prediction.pieces import GUESSED
from pytest_codeeval.scoring.prediction.published import published_expression
from pytest_codeeval.scoring.prediction.reading import Found, judged, read_answer
from pytest_codeeval.scoring.prediction.task import PredictionTask
from pytest_codeeval.scoring.text import TextScorer

PUBLISHED = "published"
AS_IT_STANDS = "as it stands"
_LONGEST = 300  # characters of an answer in a sentence


class PredictionScorer(TextScorer):
    """Takes one expression from an answer, and has it run beside the function if it is made of nothing but values.

    `published` is what the published rule says of the same text. A problem has `code`, `input`, `output` and `mode`
    ("input" or "output") in `extra`, all of them Python's source.
    """

    metrics = (PASS_AT, Mean(PUBLISHED, PUBLISHED))
    guessed = GUESSED

    def score(self, problem: Problem, completions: Sequence[Completion], tools: Tools) -> Score:
        """Return the score; where nothing was said the published rule says nothing either."""
        score = super().score(problem, completions, tools)
        return score if PUBLISHED in score.measures else replace(score, measures={**score.measures, PUBLISHED: 0.0})

    def score_said(self, problem: Problem, text: str, completion: Completion, tools: Tools) -> Score:
        """Return the score of an answer's text; what was recorded as an answer is read by the published rule alone."""
        task, chat = PredictionTask.of(problem), completion.form is Form.CHAT
        published = published_expression(task, text, anywhere=not chat)
        found = judged(task, published, AS_IT_STANDS) if published else None
        if chat and (found is None or found.fault):
            found = read_answer(task, text) or found
        if found is None:
            wanted = "call of f" if task.wants_call else "value"
            return Score(False, Outcome.NO_ANSWER, f"the answer gives no {wanted} as a Python expression")
        if found.fault:
            said = f"the answer {found.fault}, and may be made of values alone"
            return Score(False, Outcome.NOT_ALLOWED, said, answer=_shown(found), found=found.rank)
        score = _ran(task, problem, found, tools)
        return replace(score, measures={PUBLISHED: float(score.passed is True and _same(published, found.expression))})

    def right_answers(self, problem: Problem) -> Mapping[str, str]:
        """Return the right answer in the forms in which models write one."""
        return forms.right(PredictionTask.of(problem))

    def wrong_answers(self, problem: Problem) -> Mapping[str, str]:
        """Return answers near the right one, and those that try to be right whatever is asked."""
        return forms.wrong(PredictionTask.of(problem))


def _ran(task: PredictionTask, problem: Problem, found: Found, tools: Tools) -> Score:
    expression = found.expression
    verdict = tools.run(problem, task.program(expression.text, expression.after))
    if not verdict.scored:
        raise BrokenTests(f"no answer can be graded here: {verdict.detail}")
    return Score(
        verdict.passed,
        verdict.outcome,
        verdict.detail,
        verdict.cause,
        answer=_shown(found),
        found=found.rank,
        stages=verdict.stages,
        weak=verdict.weak,
    )


def _same(one: Expression | None, other: Expression) -> bool:
    return one is not None and (one.text, one.after) == (other.text, other.after)


def _shown(found: Found) -> str:
    text = found.expression.text
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
