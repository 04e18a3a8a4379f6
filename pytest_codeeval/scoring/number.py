"""NumberScorer: answers that end in a number, compared as fractions, with lm-eval's strict rule beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.metric import Mean
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.scorer import Tools
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.scoring.ladder import LAST_NUMBER, Found, final_number, strict_number
from pytest_codeeval.scoring.numeral import numbers, value_of, written
from pytest_codeeval.scoring.text import TextScorer

STRICT = "strict"
_LONGEST = 80  # characters of an answer that is no number


class NumberScorer(TextScorer):
    """Takes the final number of an answer and compares its value with the problem's `target`.

    The target is a number without commas, as text. `strict` is what lm-eval's rule of this name says of the same
    answer: it knows `#### 18` and no other form.
    """

    metrics = (Mean("answer"), Mean(STRICT, STRICT))
    guessed = frozenset({LAST_NUMBER})

    def score(self, problem: Problem, completions: Sequence[Completion], tools: Tools) -> Score:
        """Return the score; where nothing was said the strict rule finds nothing either."""
        score = super().score(problem, completions, tools)
        return score if STRICT in score.measures else replace(score, measures={**score.measures, STRICT: 0.0})

    def score_text(self, problem: Problem, text: str) -> Score:
        """Return the score of an answer's text."""
        measures = {STRICT: float(strict_number(text) == problem.target)}
        found = final_number(text)
        if found is None:
            return Score(False, Outcome.NO_ANSWER, "no number was found in the answer", measures=measures)
        answer = _said(found)
        if found.value == _gold(problem):
            return Score(True, answer=answer, found=found.rank, measures=measures)
        detail = f"answered {answer}, the right answer is {problem.target}"
        return Score(False, Outcome.WRONG_ANSWER, detail, answer=answer, found=found.rank, measures=measures)

    def reference(self, problem: Problem) -> str:
        """Return the worked answer, else the bare number."""
        return problem.canonical_solution or problem.target

    def right_answers(self, problem: Problem) -> Mapping[str, str]:
        """Return the right number in the forms in which models write one."""
        gold = problem.target
        forms = {
            "bare": gold,
            "full stop": f"{gold}.",
            "decimals": f"{gold}.00" if "." not in gold and "/" not in gold else f"{gold} ",
            "commas": f"The answer is {_grouped(gold)}.",
            "boxed": f"\\boxed{{{gold}}}",
            "display": f"So there are\n\n$$\\boxed{{{gold} \\text{{ in 3 days}}}}$$",
            "display without box": f"So there are\n$$\n{gold}\n$$",
            "hashes": f"2 + 2 = 4\n#### {gold}",
            "answer line": f"First 2 + 3 = 5, and then the rest.\n\nANSWER: {gold}\n\nIt took 2 steps.",
            "bold": f"**{gold}**",
            "bold answer": f"1. Add 2 and 3.\n2. Take 4.\n\n**Answer:** {gold}",
            "money and unit": f"The answer is {_money(gold)} a day (for 3 days).",
            "sentence": f"With 16 of 20 taken, 4 are left; in all that makes {gold}.",
            "remark": f"{gold} (for 3 days)",
            "chinese": f"共有 3 天。\n答案是{gold}。",
        }
        reference = self.reference(problem)
        return {**forms, "reference": reference} if reference != gold else forms

    def wrong_answers(self, problem: Problem) -> Mapping[str, str]:
        """Return numbers that are near the right one, and the right one in a place that is not the last."""
        gold = problem.target
        value = _gold(problem)
        wrong = {"one more": value + 1, "negated": -value, "tenfold": value * 10}
        digits = gold.lstrip("-")
        if digits.isdecimal() and len(digits) > 1:
            wrong["digit dropped"] = Fraction(digits[:-1])
        other = written(value + 1)
        return {
            **{name: f"#### {written(number)}" for name, number in wrong.items() if number != value},
            "earlier": f"At first it looks like {gold}.\n\nThe answer is {other}.",
            "not the last": f"There were {gold} before, and now {other}",
            "no number": "I can not say how many there are.",
        }


def _gold(problem: Problem) -> Fraction:
    number = next(numbers(problem.target), None)
    value = number and value_of(number)
    if value is None:
        raise DatasetError(f"{problem.task_id}: the target {problem.target!r} is no number; mend the dataset.")
    return value


def _said(found: Found) -> str:
    if found.value is not None:
        return written(found.value)
    text = " ".join(found.text.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _grouped(number: str) -> str:
    whole, point, decimals = number.partition(".")
    sign = "-" if whole.startswith("-") else ""
    digits = whole.removeprefix("-")
    return f"{sign}{int(digits):,}{point}{decimals}" if digits.isdecimal() else number


def _money(number: str) -> str:
    return f"-${number.removeprefix('-')}" if number.startswith("-") else f"${number}"
