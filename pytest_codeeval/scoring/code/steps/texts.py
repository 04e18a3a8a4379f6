"""Steps that cut a text, or put another before it."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.protocol import fields


@dataclass(frozen=True, slots=True)
class Cut:
    """Ends a text at the first of some others."""

    at: tuple[str, ...]

    def __call__(self, text: str, problem: Problem) -> str:  # noqa: ARG002 - a step is told the problem
        """Return the text up to there."""
        return text[: min((found for stop in self.at if (found := text.find(stop)) >= 0), default=len(text))]


@dataclass(frozen=True, slots=True)
class After:
    """Puts a text after what a template says of the problem."""

    template: str

    def __call__(self, text: str, problem: Problem) -> str:
        """Return both."""
        return self.template.format_map(fields(problem)) + text


def spaced(text: str, problem: Problem) -> str:  # noqa: ARG001 - a step is told the problem
    """Return the text with four spaces for each tab."""
    return text.replace("\t", "    ")
