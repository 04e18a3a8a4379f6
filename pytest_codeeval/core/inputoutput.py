"""InputOutput: tests that are inputs of a whole program and what it has to write, as contest problems have them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_codeeval.core.problem import Problem

INPUT_OUTPUT = "input_output"
"""The name in `Problem.extra` of how outputs are compared; `Problem.test` then holds the cases."""
COMPARISONS = ("tokens", "exact")


@dataclass(frozen=True, slots=True)
class Checker:
    """A program of the problem's author that says whether an answer is right; see execution/inputoutput/checking."""

    language: str
    source: str


@dataclass(frozen=True, slots=True)
class InputOutput:
    """Cases as (input, output), and how an output is compared.

    `exact` compares texts, else words are. With a `tolerance` a number that is expected with a decimal point may be off
    by so much, absolutely or relatively. A `checker` decides in the place of both.
    """

    cases: tuple[tuple[str, str], ...]
    exact: bool = False
    tolerance: float | None = None
    checker: Checker | None = None

    @property
    def test(self) -> str:
        """The cases as `Problem.test` holds them."""
        return json.dumps([{"input": given, "output": wanted} for given, wanted in self.cases])

    @property
    def extra(self) -> Mapping[str, Any]:
        """All else, as `Problem.extra` holds it."""
        checker = self.checker and {"language": self.checker.language, "source": self.checker.source}
        compare = "exact" if self.exact else "tokens"
        return {INPUT_OUTPUT: {"compare": compare, "tolerance": self.tolerance, "checker": checker}}


def has_input_output(problem: Problem) -> bool:
    """Whether the solutions of a problem are programs that read an input and write an output."""
    return bool(problem.test) and isinstance(problem.extra.get(INPUT_OUTPUT), Mapping)


def has_checker(problem: Problem) -> bool:
    """Whether a program of the problem's author says if an output is right."""
    return has_input_output(problem) and bool(problem.extra[INPUT_OUTPUT].get("checker"))


def input_output_of(problem: Problem) -> InputOutput:
    """Return the tests of such a problem. Raises ValueError where it has none."""
    if not has_input_output(problem):
        raise ValueError(f"{problem.task_id} has no inputs and outputs")
    how = problem.extra[INPUT_OUTPUT]
    checker = how.get("checker")
    return InputOutput(
        tuple((case["input"], case["output"]) for case in json.loads(problem.test)),
        how.get("compare") == "exact",
        how.get("tolerance"),
        Checker(checker["language"], checker["source"]) if checker else None,
    )
