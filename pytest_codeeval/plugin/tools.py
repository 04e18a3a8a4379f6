"""ItemTools: what a scorer may use while an item is scored, the sandbox and the judges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from pytest_codeeval.core.completion import Completion, CompletionRequest, Message, SamplingParams
from pytest_codeeval.core.errors import CodeEvalError, SandboxError
from pytest_codeeval.core.match import Match
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.scorer import Asked
from pytest_codeeval.core.verdict import Verdict
from pytest_codeeval.generation.modelspec import ModelSpec

if TYPE_CHECKING:
    from pytest_codeeval.plugin.case import Case
    from pytest_codeeval.plugin.worker import Worker

JUDGED = "judge:"
"""What the suite of a judge's request begins with."""


class Asks(Protocol):
    """Whoever has requests answered."""

    def complete(self, requests: Sequence[CompletionRequest]) -> list[Completion]:
        """Return the answers; see Completions."""
        ...


class JudgeTools:
    """Asks judges about the answers to one problem, `specs` being the judges; runs nothing."""

    thinking_marks: Sequence[tuple[str, str]] = ()
    match: Match | None = None

    def __init__(self, asks: Asks, specs: Sequence[ModelSpec], suite: str, task_id: str) -> None:
        self._asks = asks
        self._specs: Mapping[str, ModelSpec] = {spec.label: spec for spec in specs}
        self._suite = suite
        self._task_id = task_id
        self.judges: Sequence[str] = tuple(self._specs)

    def ask(
        self, judge: str, messages: Sequence[Message], params: SamplingParams, script: str = "", again: int = 0
    ) -> Completion:
        """Ask a judge; see `Tools`."""
        return self._asks.complete([self._request(judge, messages, params, script, again)])[0]

    def ask_ahead(self, asked: Sequence[Asked]) -> None:
        """Have several questions answered at once; see `Tools`."""
        kept = [one for one in asked if not self._specs[one[0]].scripted]  # scripted answers are there at once
        with suppress(CodeEvalError):  # whoever asks meets it
            self._asks.complete([self._request(*one) for one in kept] if len(kept) > 1 else [])

    def _request(
        self, judge: str, messages: Sequence[Message], params: SamplingParams, script: str = "", again: int = 0
    ) -> CompletionRequest:
        spec = self._specs[judge]
        return CompletionRequest(
            backend=spec.backend,
            model=spec.model,
            messages=tuple(messages),
            params=params,
            sample_index=again,
            endpoint=spec.endpoint,
            suite=JUDGED + self._suite,
            task_id=self._task_id,
            # A judge that stands elsewhere is told nothing of it, and what it was told is the key of its judgment.
            script=script if spec.scripted else "",
            args=spec.request_args,
        )

    def run(self, problem: Problem, code: str) -> Verdict:
        """Refuse: a judge is asked here, and nothing run."""
        raise SandboxError(f"{problem.task_id}: no program is run here ({len(code)} characters)")

    def said_by(self, rival: str) -> Sequence[Completion]:
        """Refuse: no model answers here."""
        raise SandboxError(f"{self._task_id}: no other model answers here ({rival})")


class ItemTools(JudgeTools):
    """The tools of one item; `rivals` are the cases of other models over the same problem."""

    def __init__(
        self,
        worker: Worker,
        specs: Sequence[ModelSpec],
        suite: str,
        cpu_seconds: float,
        problem: Problem,
        match: Match | None = None,
        rivals: Mapping[str, Case] | None = None,
    ) -> None:
        super().__init__(worker, specs, suite, problem.task_id)
        self._worker = worker
        self._rivals = rivals or {}
        self.match = match
        self._cpu_seconds = cpu_seconds
        self.thinking_marks = worker.settings.thinking_marks

    def run(self, problem: Problem, code: str) -> Verdict:
        """Run a program against the tests of a problem in the sandbox; see `Tools`."""
        try:
            return self._worker.runners.of(problem.language).check(problem, code, self._cpu_seconds)
        except CodeEvalError:
            raise
        except BaseException:  # broken off in the midst, as by a timeout of pytest-timeout
            self._worker.runners.drop(problem.language)
            raise

    def said_by(self, rival: str) -> Sequence[Completion]:
        """Return what another model of the run answered to the same problem; see `Tools`."""
        return self._worker.converse(self._rivals[rival])[0]

    def fuzzed(self, case: Case, score: Score) -> Score:
        """Return a score with what came of trying its program on other inputs, if the run asks for that."""
        try:
            return self._worker.fuzzing.tried(case, score, self._cpu_seconds)
        except CodeEvalError:
            raise
        except BaseException:
            self._worker.runners.drop(case.problem.language)
            raise
