"""RepairScorer: a program that was wrong and is to pass its tests now, and how much of it was changed for that."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.errors import BrokenTests
from pytest_codeeval.core.metric import PASS_AT, Mean
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.scorer import Tools
from pytest_codeeval.scoring.code.mutants import BROKEN
from pytest_codeeval.scoring.code.scorer import CodeScorer

EDIT_DISTANCE = "edit_distance"
"""The measure: the part of both programs' tokens that is not common to them, from 0 (the same program) to 1."""

_MOST = 5000
_LAYOUT = frozenset((tokenize.NL, tokenize.COMMENT, tokenize.ENCODING, tokenize.ENDMARKER))


class RepairScorer(CodeScorer):
    """Scores a mended program by the tests, which the broken one has to fail before anything is said of an answer."""

    metrics = (PASS_AT, Mean(EDIT_DISTANCE, EDIT_DISTANCE, percent=False))

    def score(self, problem: Problem, completions: Sequence[Completion], tools: Tools) -> Score:
        """Return the score of the program in the last answer.

        Raises BrokenTests if the broken program passes.
        """
        broken = str(problem.extra[BROKEN])
        if tools.run(problem, broken).passed:
            raise BrokenTests(f"{problem.task_id}: its broken program passes its tests, so that they prove no repair")
        score = super().score(problem, completions, tools)
        distance = edit_distance(broken, score.program or "")
        return replace(score, measures={**score.measures, EDIT_DISTANCE: round(distance, 4)})


def edit_distance(before: str, after: str) -> float:
    """Return how far a program is from another, from 0 to 1: comments and blank lines are of no matter.

    It is 1 for programs of more than 5,000 tokens: comparing them takes time that grows with the square of that.
    """
    one, other = _tokens(before), _tokens(after)
    if len(one) > _MOST or len(other) > _MOST:
        return 1.0
    return 1.0 - SequenceMatcher(None, one, other, autojunk=False).ratio()


def _tokens(code: str) -> list[str]:
    """Return the tokens of a program, its words if it is not Python."""
    try:
        found = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return code.split()
    # Of an indentation it matters that it is there, not how wide it is.
    blank = (tokenize.INDENT, tokenize.DEDENT, tokenize.NEWLINE)
    return [
        tokenize.tok_name[one.type] if one.type in blank else one.string for one in found if one.type not in _LAYOUT
    ]
