"""SecondTry: a program that fails its tests is asked for once more, now that the model has seen what they said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.metric import Mean
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.scorer import Tools
from pytest_codeeval.scoring.code.scorer import CodeScorer

FIRST, SECOND = "pass_rate_1", "pass_rate_2"
_TRIES = 2


@dataclass(frozen=True)
class SecondTry(CodeScorer):
    """Scores the last program; beside that stands how many first ones passed. `told` puts a failure into words."""

    told: Callable[[Problem, Score], str]
    metrics = (Mean(SECOND, SECOND), Mean(FIRST, FIRST))
    replies = True

    def reply(self, problem: Problem, completions: Sequence[Completion], tools: Tools) -> str | None:
        """Return what the tests said of a first try that failed them."""
        if len(completions) >= _TRIES:
            return None
        score = CodeScorer.score(self, problem, completions, tools)
        return self.told(problem, score) if score.passed is False else None

    def score(self, problem: Problem, completions: Sequence[Completion], tools: Tools) -> Score:
        """Return the score of the last try, with both rates among its measures."""
        first = last = CodeScorer.score(self, problem, completions[:1], tools)
        if len(completions) > 1:
            last = CodeScorer.score(self, problem, completions, tools)
        if first.passed is None or last.passed is None:
            return last
        return replace(last, measures={FIRST: float(first.passed), SECOND: float(last.passed)})
