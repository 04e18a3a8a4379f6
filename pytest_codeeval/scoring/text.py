"""TextScorer: base of scorers that read an answer in words, of which only the part behind any thinking counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.ending import Ending, ending_of
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.scorer import Scorer, Tools
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.scoring.channels import final_channel, lost_channel
from pytest_codeeval.scoring.endings import ONLY_THOUGHT, THOUGHT, UNFINISHED
from pytest_codeeval.scoring.marks import Marks, marks_with
from pytest_codeeval.scoring.thinking import behind_thinking

LONGEST = 1 << 16
"""Characters of an answer that are read at most: graders have to be quick on whatever a model writes."""


class TextScorer(Scorer):
    """Reads the last answer of a sample; subclasses score its text.

    `guessed` are the ways of finding an answer (`Score.found`) that take what merely stands last: in an answer that was
    cut off that is not what the model would have said. `whole_words` says that the last word of such an answer is not
    read.
    """

    guessed: frozenset[str] = frozenset()
    whole_words: bool = True

    def score(self, problem: Problem, completions: Sequence[Completion], tools: Tools) -> Score:
        """Return the score of the text, or why there is none."""
        completion = completions[-1]
        text = final_text(completion.text, marks_with(tuple(tools.thinking_marks)))
        ending = ending_of(completion.finish_reason) or Ending.COMPLETE
        if text and ending is Ending.CUT_SHORT and self.whole_words:
            text = text[: _end_of_words(text)]
        if text is None or not text.strip():
            return unanswered(completion, ending, thought=text is None)
        if len(text) > LONGEST:
            return Score(False, Outcome.OUTPUT, f"the answer is longer than {LONGEST:,} characters")
        score = self.score_said(problem, text, completion, tools)
        if ending in UNFINISHED and (not score.passed or score.found in self.guessed):
            cause, detail = UNFINISHED[ending]
            return replace(score, passed=False, value=0.0, outcome=str(cause.outcome), cause=str(cause), detail=detail)
        return score

    def score_said(self, problem: Problem, text: str, completion: Completion, tools: Tools) -> Score:  # noqa: ARG002
        """Return the score of the text of a completion; for subclasses that need more than the text."""
        return self.score_text(problem, text)

    def score_text(self, problem: Problem, text: str) -> Score:
        """Return the score of an answer's text, which is not blank."""
        raise NotImplementedError


def _end_of_words(text: str) -> int:
    """Return where the last whole word ends in a text that was cut off: `18` may have been going to be `180`."""
    end = len(text)
    while end and (text[end - 1].isalnum() or text[end - 1] in ".,"):
        end -= 1
    return end


def final_text(text: str, marks: Marks) -> str | None:
    """Return what a model said in the end, without thinking and other channels; None if it never came to that."""
    final = final_channel(text)
    final = final and behind_thinking(final, marks)
    if final is None:
        return None
    lost = lost_channel(final)
    said = lost[1] if lost else final
    # One look for the first opening, and not one before each closing: there may be thousands of those.
    opening = marks.opening.search(said)
    closings = [found for found in marks.closing.finditer(said) if not opening or found.start() < opening.end()]
    return said[closings[-1].end() :] if closings else said


def unanswered(completion: Completion, ending: Ending, *, thought: bool) -> Score:
    """Return the score of a completion in which nothing is said; `thought` says that it ends inside its thinking."""
    if ending in UNFINISHED:
        cause, detail = UNFINISHED[ending]
        return Score(False, cause.outcome, detail, cause)
    if thought:
        return Score(False, Outcome.NO_ANSWER, THOUGHT, "thinking_leaked")
    if completion.reasoning.strip():
        return Score(False, Outcome.NO_ANSWER, ONLY_THOUGHT, "thinking_leaked")
    return Score(False, Outcome.NO_ANSWER, "the answer is empty")
