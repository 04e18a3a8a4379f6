"""Scorer: what turns the answers to a problem into a score; a suite names one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from pytest_codeeval.core.completion import Completion, Message, SamplingParams
from pytest_codeeval.core.match import Match
from pytest_codeeval.core.metric import PASS_AT, Metric
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.toolbox import Toolbox
from pytest_codeeval.core.verdict import Verdict

Asked = tuple[str, Sequence[Message], SamplingParams, str]
"""A question to a judge, as the arguments of `Tools.ask`."""


class Tools(Protocol):
    """What a scorer may use; the item that is scored provides it.

    `thinking_marks` are the user's own pairs of marks around thinking, `judges` the labels of the models of `--judge`.
    `match` says whom the model is set against, None where it is set against nobody.
    """

    thinking_marks: Sequence[tuple[str, str]]
    judges: Sequence[str]
    match: Match | None

    def run(self, problem: Problem, code: str) -> Verdict:
        """Run a program against the tests of a problem in the sandbox.

        Raises SandboxError where the machinery failed.
        """
        ...

    def ask(
        self, judge: str, messages: Sequence[Message], params: SamplingParams, script: str = "", again: int = 0
    ) -> Completion:
        """Ask a judge; what was asked before in the same words is not asked again, but with another number in `again`.

        `script` is what a scripted judge finds its answer by. Raises BackendError where the judge cannot be asked.
        """
        ...

    def ask_ahead(self, asked: Sequence[Asked]) -> None:
        """Have several questions to judges answered at once, each of which is then asked by `ask`, and has its answer.

        One that fails fails there.
        """
        ...

    def said_by(self, rival: str) -> Sequence[Completion]:
        """Return what another model of the run answered to the same problem, one completion a turn.

        Raises BackendError where it cannot be asked.
        """
        ...


class Scorer:
    """Scores samples; one object serves all problems of a suite, and keeps nothing between them.

    `metrics` are what its scores are added up to, the headline first. A scorer that asks a judge says so by `judged`,
    one that asks those of `--judge` and does without if there are none by `may_judge`, one that answers the model by
    what came of its answer by `replies`, and one that sets answers of several models side by side by `battles`.
    """

    metrics: tuple[Metric, ...] = (PASS_AT,)
    judged: bool = False
    may_judge: bool = False
    replies: bool = False
    battles: bool = False

    def score(self, problem: Problem, completions: Sequence[Completion], tools: Tools) -> Score:
        """Return the score of one sample: the completions of its turns, of most suites one.

        What is the model's fault is a score; what is not is an exception, after which the problem is in no score.
        """
        raise NotImplementedError

    def for_problem(self, problem: Problem) -> Scorer:  # noqa: ARG002 - for subclasses
        """Return the scorer of one problem, if a suite has problems of several kinds."""
        return self

    def toolbox(self, problem: Problem) -> Toolbox | None:  # noqa: ARG002 - for subclasses
        """Return the tools that a model may call while it answers; None if it may call none here."""
        return None

    def reply(self, problem: Problem, completions: Sequence[Completion], tools: Tools) -> str | None:  # noqa: ARG002
        """Return what the user says to the last of these answers; None if the conversation is over.

        It is asked for if the scorer `replies`. The same answers have to give the same words: a stored conversation is
        found again by them.
        """
        return None

    def reference(self, problem: Problem) -> str:
        """Return a right answer as a model would give it, "" if none is known: what `--model=reference` says."""
        return problem.target

    def references(self, problem: Problem) -> tuple[str, ...]:
        """Return a right answer for each turn, or each step between which tools are called; none if none is known."""
        reference = self.reference(problem)
        return (reference,) if reference else ()

    def said(self, answer: str) -> Completion:
        """Return the completion that an answer of `right_answers` or `wrong_answers` stands for."""
        return Completion(answer, finish_reason="stop")

    def right_answers(self, problem: Problem) -> Mapping[str, str | tuple[str, ...]]:
        """Return right answers by the name of their form; the self-test tries whether all of them pass.

        One of several turns or steps is a tuple.
        """
        references = self.references(problem)
        return {"reference": references if len(references) > 1 else references[0]} if references else {}

    def wrong_answers(self, problem: Problem) -> Mapping[str, str | tuple[str, ...]]:  # noqa: ARG002 - for subclasses
        """Return wrong answers by name, beside the empty one; the self-test tries whether none of them passes."""
        return {}
