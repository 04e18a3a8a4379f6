"""CodeScorer: takes the program out of an answer and runs it against the problem's tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Self

from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.protocol import Protocol
from pytest_codeeval.core.score import PROGRAM, Score
from pytest_codeeval.core.scorer import Scorer, Tools
from pytest_codeeval.core.verdict import Cause, Verdict
from pytest_codeeval.execution.reference import reference
from pytest_codeeval.scoring.code.extract import ThinkingMarks, solution_of
from pytest_codeeval.scoring.code.solution import Method, Solution
from pytest_codeeval.scoring.code.verdicts import verdict_on


class CodeScorer(Scorer):
    """Scores programs; a problem without tests is only generated.

    Under a `protocol` that is what makes programs of the answers.
    """

    protocol: Protocol | None = None

    def under(self, protocol: Protocol) -> Self:
        """Return the same scorer under a protocol."""
        found = copy(self)
        found.protocol = protocol
        return found

    def solution(self, completion: Completion, problem: Problem, marks: ThinkingMarks = ()) -> Solution:
        """Return the program in an answer; a recorded one that is whole has been made by somebody else's rules."""
        if self.protocol is None or completion.form is Form.PROGRAM:
            return solution_of(completion, problem, marks)
        if not completion.text.strip():
            return Solution(None, Method.NONE, Cause.NO_CODE)
        program = self.protocol.program(problem, completion.text, chat=completion.form is Form.CHAT)
        return Solution(program, Method.PROTOCOL)

    def score(self, problem: Problem, completions: Sequence[Completion], tools: Tools) -> Score:
        """Return the score of the program in the last answer."""
        solution = self.solution(completions[-1], problem, tools.thinking_marks)
        return self.score_solution(problem, completions[-1], solution, tools)

    def score_solution(self, problem: Problem, completion: Completion, solution: Solution, tools: Tools) -> Score:
        """Return the score of a program that somebody took from the completion."""
        verdict = verdict_on(tools.run, problem, completion, solution)
        return score_of(verdict, solution, measures_of(problem, verdict))

    def reference(self, problem: Problem) -> str:
        """Return the canonical solution as a chat model would give it, or as the protocol has it answered."""
        if self.protocol is not None:
            return self.protocol.right(problem)
        code = reference(problem)
        return f"Here is a solution:\n\n```\n{code}\n```\n\nIt follows the description step by step.\n" if code else ""


def measures_of(problem: Problem, verdict: Verdict) -> dict[str, float]:
    """Return for each part of a problem but the last, which the verdict itself tells, whether it was passed."""
    passed = {stage.name for stage in verdict.stages if stage.passed}
    return {part: float(part in passed) for part in problem.parts[:-1]}


def score_of(verdict: Verdict, solution: Solution, measures: Mapping[str, float] | None = None) -> Score:
    """Return a verdict on a program as a score."""
    return Score(
        verdict.passed if verdict.scored else None,
        verdict.outcome,
        verdict.detail,
        verdict.cause,
        answer=solution.code,
        found=solution.method.value,
        measures=measures or {},
        stages=verdict.stages,
        weak=verdict.weak,
        kind=PROGRAM,
    )


CODE = CodeScorer()
