"""ToolTaskScorer: tasks to be done with tools, judged by the state that these are left in, and by the final answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from pytest_codeeval.core.calltext import calls_in_words
from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.metric import Mean
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.scorer import Tools
from pytest_codeeval.core.toolbox import Toolbox
from pytest_codeeval.core.toolcall import ToolCall
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.scoring.ladder import LAST_NUMBER, final_number
from pytest_codeeval.scoring.numeral import numbers, value_of
from pytest_codeeval.scoring.text import TextScorer
from pytest_codeeval.scoring.toolloop import tools_left

_MARK = re.compile(r"(?:(?:the|my) )?(?:final )?answer(?: is)?[*_]{0,3}[ \t]{0,3}(?::|\Z)", re.IGNORECASE)
_AROUND = " \t*_`\"'.”“"
_LONGEST = 80


class ToolTaskScorer(TextScorer):
    """Makes the calls of a sample again, and compares what they leave with what should be there.

    A problem has in `extra` the state it starts with (`start`), the one that is right (`after`), and a right way there
    (`reference`): steps, each a list of calls as [name, arguments], the last a text. `target` is the right answer: a
    number, or a text behind "Answer:".
    """

    guessed = frozenset({LAST_NUMBER})
    metrics = (Mean("success"), Mean("state", "state"), Mean("answer", "answer"))

    def __init__(self, toolbox: Callable[[Any], Toolbox]) -> None:
        """Take what makes the tools, given the state they start with."""
        self._toolbox = toolbox

    def toolbox(self, problem: Problem) -> Toolbox:
        """Return the tools of a problem."""
        return self._toolbox(problem.extra["start"])

    def score(self, problem: Problem, completions: Sequence[Completion], tools: Tools) -> Score:
        """Return the score: right if both the state and the answer are."""
        left = tools_left(self.toolbox(problem), completions, tools)
        kept = _plain(left.state) == _plain(problem.extra["after"])
        if left.calls:
            detail = f"the model went on calling tools, and had no answer in {len(completions)} steps"
            score = Score(False, Outcome.NO_ANSWER, detail, "endless_loop")
        else:
            score = super().score(problem, completions, tools)
        measures = {"state": float(kept), "answer": float(score.passed is True), "steps": float(len(completions))}
        if score.passed and not kept:
            detail = "the answer is right, but not what was left in the store and the calendar"
            score = replace(score, passed=False, value=0.0, outcome=Outcome.WRONG_ANSWER, cause="wrong_state")
            return replace(score, detail=detail, measures=measures)
        return replace(score, measures=measures)

    def score_text(self, problem: Problem, text: str) -> Score:
        """Return the score of the final answer."""
        gold = _value(problem.target)
        if gold is not None:
            number = final_number(text)
            said, how = (number.text, number.rank) if number else (None, "")
            right = number is not None and number.value == gold
        else:
            said, how = _behind_mark(text), "answer line"
            right = said is not None and _plain(said) == _plain(problem.target)
        if said is None:
            return Score(False, Outcome.NO_ANSWER, "no answer was found in the text")
        shown = said[:_LONGEST]
        detail = "" if right else f"answered {shown}, the right answer is {problem.target}"
        return Score(right, detail=detail, answer=shown, found=how)

    def references(self, problem: Problem) -> tuple[str, ...]:
        """Return the steps of a right way."""
        *steps, last = problem.extra["reference"]
        return (*(calls_in_words(ToolCall(name, json.dumps(given)) for name, given in step) for step in steps), last)

    def right_answers(self, problem: Problem) -> Mapping[str, tuple[str, ...]]:
        """Return the right way, in steps and all at once."""
        *steps, last = self.references(problem)
        return {"step by step": (*steps, last), "at once": ("\n".join(steps), last)} if steps else {}

    def wrong_answers(self, problem: Problem) -> Mapping[str, tuple[str, ...]]:
        """Return ways that lack the answer or the calls."""
        *steps, last = self.references(problem)
        found = {"no answer": (*steps, "It is done."), "no end": (*steps, *steps[-1:])}
        number = _value(problem.target)
        found["another answer"] = (*steps, f"Answer: {number + 1 if number is not None else 'none of these'}")
        if _plain(problem.extra["start"]) != _plain(problem.extra["after"]):
            found["nothing done"] = (last,)
        return found


def _behind_mark(text: str) -> str | None:
    """Return what stands behind the last "Answer:" that begins a line, or below it, or below "Answer" alone."""
    lines = [said for line in text.splitlines() if (said := line.strip(_AROUND + "#>-"))]
    marked = [(number, mark.end()) for number, line in enumerate(lines) if (mark := _MARK.match(line))]
    if not marked:
        return None
    last, end = marked[-1]
    behind = [lines[last][end:], *lines[last + 1 :]]
    return next((said for part in behind[:2] if (said := part.strip(_AROUND))), None)


def _value(text: str) -> Fraction | None:
    found = next(numbers(text), None)
    return value_of(found) if found is not None and found[0].strip() == text.strip() else None


def _plain(value: Any) -> Any:
    """Return JSON values as they are compared: numbers by their value, texts without case and white space around."""
    if isinstance(value, str):
        number = _value(value.strip())
        return " ".join(value.split()).casefold() if number is None else number
    return {_plain(key): _plain(part) for key, part in value.items()} if isinstance(value, Mapping) else value
