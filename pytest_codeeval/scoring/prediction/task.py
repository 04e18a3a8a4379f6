"""PredictionTask: what a problem of prediction asks for, a call of a function or its value."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.pythontree import tree_of
from pytest_codeeval.scoring.prediction.expression import FUNCTION


@dataclass(frozen=True)
class PredictionTask:
    """A function's code and one call of it; `wants_call` says that the call is asked for, and else its value."""

    code: str
    input: str
    output: str
    wants_call: bool

    @classmethod
    def of(cls, problem: Problem) -> PredictionTask:
        """Return the task that a problem's `extra` describes."""
        about = problem.extra
        return cls(about["code"], about["input"], about["output"], about["mode"] == "input")

    @property
    def call(self) -> str:
        """The call as the dataset has it."""
        return f"{FUNCTION}({self.input})"

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of values that stand beside the function in its code."""
        return frozenset(_assigned(self.code)) - {FUNCTION}

    def program(self, expression: str, after: str = "") -> str:
        """Return the program whose `answer()` has the value of an expression; `after` runs before it is asked."""
        # In brackets and on lines of its own: it may have several, and end in a comment.
        return f"{self.code}\n\n{after}\n\n\ndef answer():\n    return (\n{expression}\n)\n"


def _assigned(code: str) -> Iterator[str]:
    for statement in tree_of(code).body:
        if isinstance(statement, ast.Assign):
            yield from (target.id for target in statement.targets if isinstance(target, ast.Name))
