"""The self-test of a suite of answers in words: right ones must pass in whatever form, wrong ones fail."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from pytest_codeeval.core.completion import Completion, Message, SamplingParams
from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.core.match import Match
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.scorer import Asked, Scorer, Tools
from pytest_codeeval.core.selftest import SAMPLE, SelfTest
from pytest_codeeval.core.verdict import Verdict

_SAMPLE = 40
_LONGEST_DETAIL = 200


class NoTools:
    """The tools of a scorer that needs none."""

    thinking_marks: Sequence[tuple[str, str]] = ()
    judges: Sequence[str] = ()
    match: Match | None = None

    def run(self, problem: Problem, code: str) -> Verdict:
        """Refuse."""
        raise SandboxError(f"{problem.task_id}: no program is run here ({code[:20]!r})")

    def ask(
        self, judge: str, messages: Sequence[Message], params: SamplingParams, script: str = "", again: int = 0
    ) -> Completion:
        """Refuse."""
        raise SandboxError(f"no judge is asked here ({judge}, {len(messages)} messages, {params}, {script!r}, {again})")

    def ask_ahead(self, asked: Sequence[Asked]) -> None:
        """Do nothing: what is asked is refused."""

    def said_by(self, rival: str) -> Sequence[Completion]:
        """Refuse."""
        raise SandboxError(f"no other model answers here ({rival})")


class SandboxTools(NoTools):
    """The tools of a scorer that has programs run: what many answers come to is run once."""

    def __init__(self, run: Callable[[Problem, str], Verdict]) -> None:
        self._run = run
        self._known: dict[tuple[str, str], Verdict] = {}

    def run(self, problem: Problem, code: str) -> Verdict:
        """Run a program against the tests of a problem, unless that has been done."""
        key = problem.task_id, code
        if key not in self._known:
            self._known[key] = self._run(problem, code)
        return self._known[key]


def answer_test(
    scorer_of: Callable[[Problem], Scorer], problems: Sequence[Problem], tools: Tools | None = None, *, quick: bool
) -> SelfTest:
    """Score right and wrong answers: to all problems, or to a few spread evenly over them (`quick`).

    Problems that a judge scores, or of which no right answer is known, are skipped. Without `tools` nothing is run.
    """
    tools = tools or NoTools()
    start = time.monotonic()
    able = [problem for problem in problems if not scorer_of(problem).judged]
    known = [(problem, right) for problem in able if (right := scorer_of(problem).right_answers(problem))]
    most = SAMPLE if any(problem.test for problem, _ in known) else _SAMPLE  # a program takes its time
    tried = known[:: max(1, len(known) // most)] if quick else known
    failures, survivors, wrong = [], [], 0
    for problem, right in tried:
        scorer = scorer_of(problem)
        failures += [(problem.task_id, f"{form}: {said}") for form, said in _failing(scorer, problem, right, tools)]
        mutants = {"an empty answer": "", **scorer.wrong_answers(problem)}
        wrong += len(mutants)
        failing = {form for form, _ in _failing(scorer, problem, mutants, tools)}
        survivors += [(problem.task_id, form) for form in mutants if form not in failing]
    return SelfTest(
        quick,
        len(tried),
        wrong,
        len(problems) - len(known),
        tuple(failures),
        tuple(survivors),
        round(time.monotonic() - start, 3),
        "" if known else "no right answer is known",
    )


def _failing(
    scorer: Scorer, problem: Problem, answers: Mapping[str, str | tuple[str, ...]], tools: Tools
) -> list[tuple[str, str]]:
    """Return the forms of the answers that do not pass, and why not."""
    found = []
    for form, said in answers.items():
        texts = said if isinstance(said, tuple) else (said,)
        score = scorer.score(problem, list(map(scorer.said, texts)), tools)
        if not score.passed:
            found.append((form, f"{score.outcome}: {score.detail}"[:_LONGEST_DETAIL]))
    return found
