"""DialogueScorer: conversations of several turns, each checked for what was said and agreed upon in earlier ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.ending import Ending, ending_of
from pytest_codeeval.core.metric import Mean
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.scorer import Scorer, Tools
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.scoring.endings import UNFINISHED
from pytest_codeeval.scoring.marks import Marks, marks_with
from pytest_codeeval.scoring.saidcheck import broken_check
from pytest_codeeval.scoring.text import LONGEST, final_text, unanswered


class DialogueScorer(Scorer):
    """A dialogue passes if all of its turns do; `checks` is the share of turns that do.

    A problem has in `extra` for each turn its `checks` by name (see `saidcheck`) and a right answer (`reference`).
    """

    metrics = (Mean("coherent"), Mean("turns", "checks"))

    def score(self, problem: Problem, completions: Sequence[Completion], tools: Tools) -> Score:
        """Return the score of a dialogue; turns that were not asked, as nothing was said before, are none that pass."""
        marks = marks_with(tuple(tools.thinking_marks))
        checks = problem.extra["checks"]
        found = [_turn(completion, wanted, marks) for completion, wanted in zip(completions, checks, strict=False)]
        passed = sum(score.passed is True for score in found)
        measures = {"checks": passed / len(checks)}
        if passed == len(checks):
            return Score(True, measures=measures)
        turn, first = next(
            ((n, one) for n, one in enumerate(found, 1) if not one.passed), (len(found) + 1, Score(False))
        )
        detail = f"turn {turn}: {first.detail or 'it was not asked'}"
        return Score(False, first.outcome, detail, first.cause, measures=measures)

    def references(self, problem: Problem) -> tuple[str, ...]:
        """Return a right answer for each turn."""
        return tuple(problem.extra["reference"])

    def right_answers(self, problem: Problem) -> Mapping[str, tuple[str, ...]]:
        """Return the right answers to all turns."""
        return {"reference": self.references(problem)}

    def wrong_answers(self, problem: Problem) -> Mapping[str, tuple[str, ...]]:
        """Return dialogues in which one turn is answered as one who remembers nothing would, or the last is lacking."""
        right = self.references(problem)
        forgotten = "I Do not know what you mean."
        found = {f"turn {n + 1} forgotten": (*right[:n], forgotten, *right[n + 1 :]) for n in range(1, len(right))}
        return {**found, "the last lacking": right[:-1]}


def _turn(completion: Completion, checks: Mapping[str, object], marks: Marks) -> Score:
    text = final_text(completion.text, marks)
    ending = ending_of(completion.finish_reason) or Ending.COMPLETE
    if text is None or not text.strip():
        return unanswered(completion, ending, thought=text is None)
    if len(text) > LONGEST:
        return Score(False, Outcome.OUTPUT, f"the answer is longer than {LONGEST:,} characters")
    if ending in UNFINISHED:
        cause, detail = UNFINISHED[ending]
        return Score(False, cause.outcome, detail, cause)
    broken = broken_check(text, checks)
    return Score(not broken, detail=broken and f"it has to pass: {broken}")
