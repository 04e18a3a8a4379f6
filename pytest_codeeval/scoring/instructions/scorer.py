"""InstructionScorer: answers that have to follow instructions, each of which can be checked by rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.metric import Mean, Share
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.scorer import Tools
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.scoring.instructions.composing import composed
from pytest_codeeval.scoring.instructions.instruction import INSTRUCTIONS, Followed, followed, instructions_of
from pytest_codeeval.scoring.text import TextScorer

STRICT, LOOSE, FIXED = "prompt strict", "prompt loose", "fixed"
EACH_STRICT, EACH_LOOSE = "instruction strict", "instruction loose"
_SHOWN = 3


class InstructionScorer(TextScorer):
    """Checks the instructions that `extra["instructions"]` lists, as objects with `kind` and `args`.

    An answer passes if it follows all of them as it stands (`prompt strict`). `prompt loose` lets one of its variants
    follow each, the two of instructions count each by itself, and `fixed` is the strict one by repaired rules.
    """

    metrics = (
        Mean(STRICT),
        Mean(LOOSE, LOOSE),
        Share(EACH_STRICT, EACH_STRICT, INSTRUCTIONS),
        Share(EACH_LOOSE, EACH_LOOSE, INSTRUCTIONS),
        Mean(FIXED, FIXED),
    )
    whole_words = False

    def score(self, problem: Problem, completions: Sequence[Completion], tools: Tools) -> Score:
        """Return the score; where nothing was said nothing is followed."""
        score = super().score(problem, completions, tools)
        if score.measures:
            return score
        return replace(score, measures=_measures([Followed(False, False, False)] * len(problem.extra[INSTRUCTIONS])))

    def score_text(self, problem: Problem, text: str) -> Score:
        """Return the score of an answer's text."""
        instructions = instructions_of(problem)
        found = followed(text, instructions)
        measures = _measures(found)
        broken = [one for one, (strict, *_) in zip(instructions, found, strict=True) if not strict]
        answer = {"followed": [strict for strict, *_ in found], "loosely": [loose for _, loose, _ in found]}
        if not broken:
            return Score(True, answer=answer, measures=measures)
        more = f", and {len(broken) - _SHOWN} more" if len(broken) > _SHOWN else ""
        detail = f"not followed: {', '.join(map(str, broken[:_SHOWN]))}{more}"
        cause = broken[0].name.partition(":")[2]
        return Score(False, Outcome.WRONG_ANSWER, detail, cause, answer=answer, measures=measures)

    def reference(self, problem: Problem) -> str:
        """Return the target, else a text that follows all instructions and says nothing; "" if that is not easy."""
        return problem.target or composed(instructions_of(problem))

    def right_answers(self, problem: Problem) -> Mapping[str, str]:
        """Return both."""
        forms = {"target": problem.target, "composed": composed(instructions_of(problem))}
        return {name: text for name, text in forms.items() if text}

    def wrong_answers(self, problem: Problem) -> Mapping[str, str]:
        """Return for each instruction that text without what follows this one."""
        instructions = instructions_of(problem)
        right = composed(instructions)
        return {
            f"{number}. {name}": kind.broken(right, args)
            for number, (name, kind, args) in enumerate(instructions, 1)
            if right and kind.broken
        }


def _measures(found: Sequence[Followed]) -> dict[str, float]:
    return {
        LOOSE: float(all(one.loose for one in found)),
        EACH_STRICT: float(sum(one.strict for one in found)),
        EACH_LOOSE: float(sum(one.loose for one in found)),
        FIXED: float(all(one.fixed for one in found)),
        INSTRUCTIONS: float(len(found)),
    }
