"""Estimate: what one model would be asked of one suite, how much of it is stored, and what the rest may cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_codeeval.core.completion import CompletionRequest
from pytest_codeeval.core.errors import CodeEvalError
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.modelspec import ModelSpec
from pytest_codeeval.generation.store import CompletionStore
from pytest_codeeval.plugin.case import Case
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.scoring.conversation import next_turn

_BYTES_A_TOKEN = 3  # as is usual


@dataclass(slots=True)
class Estimate:
    """Requests of all turns that are known beforehand; `open_ended` if more may follow of what comes back.

    `asked` and `answered` are tokens of what is still to be sent, of the answers at most. `cost` is in US dollars at
    most; it and `answered` are None where nobody knows.
    """

    spec: ModelSpec
    suite: str
    problems: int = 0
    requests: int = 0
    stored: int = 0
    asked: float = 0.0
    answered: int | None = 0
    cost: float | None = 0.0
    open_ended: bool = False
    judged: int = 0

    @property
    def left(self) -> int:
        """How many requests would be sent."""
        return self.requests - self.stored

    @property
    def price(self) -> str:
        """Where the price is known from, in words."""
        kind = self.spec.kind
        if kind.scripted:
            return "recorded or scripted: nothing is sent"
        if kind.local:
            return "runs on its own machine: no price"
        if self.cost is None:
            return f"unknown: it is not in {kind.prices}" if kind.prices else "unknown"
        return kind.prices or "its backend"


def estimate(
    cases: Sequence[Case], settings: Settings, backend: ModelBackend | None, store: CompletionStore | None
) -> Estimate:
    """Return the estimate for the cases of one model and suite; without a backend no cost is known."""
    found = Estimate(cases[0].spec, cases[0].suite_name)
    keeps = store if store and not settings.fresh and not found.spec.scripted else None
    for case in cases:
        found.problems += 1
        found.judged += len(case.requests) if case.scorer.judged and settings.checks else 0
        found.open_ended |= bool(case.scorer.toolbox(case.problem)) or (case.scorer.replies and settings.checks)
        for first in case.requests:
            _follow(found, first, keeps, settings, backend)
    if found.spec.scripted or not settings.generates:
        found.asked, found.answered, found.cost = 0.0, 0, 0.0
    elif found.spec.kind.local:
        found.cost = None
    return found


def _follow(
    found: Estimate,
    request: CompletionRequest,
    store: CompletionStore | None,
    settings: Settings,
    backend: ModelBackend | None,
) -> None:
    """Count the turns of one conversation: those that are stored, then those that are left."""
    following: CompletionRequest | None = request
    while following is not None:
        request = following
        answer = store.get(request) if store else None
        if answer is None:
            break
        found.requests += 1
        found.stored += 1
        following = next_turn(request, answer, settings.thinking_marks)
    if following is None:
        return
    # What a later turn shows of earlier answers is not known; of its own words it is.
    found.requests += 1 + len(request.later)
    sent = len(request.sent.encode("utf-8", "replace"))
    for number, (words, _) in enumerate([("", ""), *request.later]):
        sent += len(words.encode("utf-8", "replace"))
        found.asked += sent / _BYTES_A_TOKEN + number * (request.params.max_tokens or 0)
    _add_answers(found, request, 1 + len(request.later), backend)


def _add_answers(found: Estimate, request: CompletionRequest, turns: int, backend: ModelBackend | None) -> None:
    most = 0 if request.continuations else request.params.max_tokens
    found.answered = None if found.answered is None or most is None else found.answered + turns * most
    if found.cost is None or found.spec.scripted:
        return
    try:
        cost = backend.cost_at_most(request) if backend else None
    except CodeEvalError:
        cost = None
    found.cost = None if cost is None else found.cost + turns * cost
