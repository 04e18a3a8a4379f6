"""ChoiceScorer: answers that name one of the choices that were shown, by its letter."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_codeeval.core.metric import Mean
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.scoring.labels import QUOTED_TEXT, named_choice
from pytest_codeeval.scoring.options import Options
from pytest_codeeval.scoring.text import TextScorer


class ChoiceScorer(TextScorer):
    """Takes the choice that an answer names and compares its letter with the problem's `target`.

    The texts as they were shown are in `extra["choices"]`.
    """

    metrics = (Mean("accuracy"),)
    guessed = frozenset({QUOTED_TEXT})

    def score_text(self, problem: Problem, text: str) -> Score:
        """Return the score of an answer's text."""
        options = Options(problem.extra["choices"])
        named = named_choice(text, options)
        if named is None:
            return Score(False, Outcome.NO_ANSWER, "the answer names none of the choices")
        if not named.labels:
            return Score(False, Outcome.NO_ANSWER, "the answer names several of the choices", found=named.rank)
        if problem.target in named.labels:
            return Score(True, answer=problem.target, found=named.rank)
        answer = named.labels[0]
        detail = f"answered {answer}, the right answer is {problem.target}"
        return Score(False, Outcome.WRONG_ANSWER, detail, answer=answer, found=named.rank)

    def reference(self, problem: Problem) -> str:
        """Return the right letter as the prompt asks for it."""
        return f"ANSWER: {problem.target}"

    def right_answers(self, problem: Problem) -> Mapping[str, str]:
        """Return the right letter in the forms in which models write one, and the text of the choice."""
        forms = _forms(problem, problem.target)
        text = _text(problem, problem.target)
        # A text of one letter is taken for that letter's label.
        if len(text.strip(". ")) > 1:
            forms["text"] = f"So there is one that is left: the first two do not fit.\n\n{text}"
            forms["answer by text"] = f"The correct answer is: {text}\n\nThat follows from the question."
        if Options(problem.extra["choices"]).by_digit:
            forms["digit"] = str(1 + ord(problem.target) - ord("A"))
        return forms

    def wrong_answers(self, problem: Problem) -> Mapping[str, str]:
        """Return each wrong letter, and texts in which the right one stands and is not the answer."""
        gold, labels = problem.target, Options(problem.extra["choices"]).labels
        others = [label for label in labels if label != gold]
        wrong = {f"{other} {name}": text for other in others for name, text in _few_forms(problem, other).items()}
        if others:
            wrong["two labels"] = f"ANSWER: {gold} or {others[0]}"
            wrong["not the last"] = f"The answer is {gold}.\n\nNo, that was too quick.\n\nANSWER: {others[-1]}"
        return {
            **wrong,
            "all labels": ", ".join(labels),
            "instruction repeated": "I am to end with a line ANSWER: X, where X is one of the letters.",
            "stray capital": f"Nobody knows, and NASA did not say so to Mr {gold}",
            "stray capital first": f"{gold} great deal speaks for more than one of them.",
        }


def _forms(problem: Problem, label: str) -> dict[str, str]:
    text = _text(problem, label)
    return {
        **_few_forms(problem, label),
        "full stop": f"{label}.",
        "bracketed": f"({label})",
        "bold": f"**{label}**",
        "label and text": f"{label}) {text}",
        "lower case": label.lower(),
        "behind reasons": f"A few of them are near. DNA has no part in it.\n\nANSWER: {label}",
        "bold answer": f"**Answer:** ({label})\n\nThe others do not follow from the question.",
        "sentence": f"The correct answer is {label}, because NASA says so.",
        "bold with text": f"The answer is **{label}) {text}**",
        "boxed": f"So we have $\\boxed{{\\text{{{label}}}}}$.",
        "first line": f"{label}\n\nExplanation: Because it follows from what we know of DNA.",
        "chinese": f"答案是{label}。",
    }


def _few_forms(problem: Problem, label: str) -> dict[str, str]:
    return {"marker": f"ANSWER: {label}", "bare": label, "label, text": f"{label}. {_text(problem, label)}"}


def _text(problem: Problem, label: str) -> str:
    return str(problem.extra["choices"][ord(label) - ord("A")])
