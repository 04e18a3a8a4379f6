"""Scoring one text, as a model that stopped by itself would have said it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.scorer import Scorer

TOOLS: Any = SimpleNamespace(thinking_marks=(), judges=())


def scored(scorer: Scorer, problem: Problem, text: str, finish: str = "stop") -> Score:
    return scorer.score(problem, [Completion(text, finish)], TOOLS)


def failing(scorer: Scorer, problem: Problem) -> list[str]:
    """Return the right answers of a scorer that fail, and the wrong ones that pass, by name."""
    right = [name for name, text in scorer.right_answers(problem).items() if not scored(scorer, problem, text).passed]
    return right + [
        name for name, text in scorer.wrong_answers(problem).items() if scored(scorer, problem, text).passed
    ]
