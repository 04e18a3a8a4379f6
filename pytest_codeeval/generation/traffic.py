"""Traffic: what goes to a model and comes from it while a run goes on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.generation.pending import PendingRequests
from pytest_codeeval.generation.trouble import Trouble


@dataclass(slots=True)
class Calls:
    """What the calls of one model brought in this run: counted by the service's loop, read by any thread."""

    in_flight: int = 0  # requests, of which a call may hold several
    answers: int = 0
    priced: int = 0  # answers of which the cost is known
    tokens: int = 0
    cost: float = 0.0

    def sent(self, requests: int) -> None:
        """Count requests that are on their way."""
        self.in_flight += requests

    def came_back(self, requests: int, answers: Sequence[Completion]) -> None:
        """Count what came of them."""
        self.in_flight -= requests
        self.answers += len(answers)
        self.tokens += sum(answer.completion_tokens or 0 for answer in answers)
        costs = [answer.cost for answer in answers if answer.cost is not None]
        self.priced += len(costs)
        self.cost += sum(costs)


@dataclass(frozen=True, slots=True)
class Traffic:
    """How things stand with one model, or with several together.

    `left` are the requests that are known to be still without an answer, `waiting` those of them that failed and are
    sent again, the last for `reason`. `expected` is what all answers will have cost, as far as they are known of, and
    `unforeseen` what those have cost whose number is not known beforehand, as nobody announces them. `left_out` are the
    servers that are asked no more for now.
    """

    in_flight: int = 0
    waiting: int = 0
    reason: str = ""
    answers: int = 0
    tokens: int = 0
    cost: float | None = None
    expected: float = 0.0
    unforeseen: float = 0.0
    left: int = 0
    left_out: tuple[str, ...] = ()

    @classmethod
    def of(cls, calls: Calls, pending: PendingRequests, trouble: Trouble, left_out: Sequence[str] = ()) -> Traffic:
        """Return how things stand with one model."""
        each, left = calls.cost / calls.priced if calls.priced else 0.0, pending.left
        return cls(
            in_flight=calls.in_flight,
            waiting=trouble.waiting,
            reason=trouble.reason,
            answers=calls.answers,
            tokens=calls.tokens,
            cost=calls.cost if calls.priced else None,
            expected=each * (calls.answers + left) if pending.announced else 0.0,
            unforeseen=0.0 if pending.announced else each * calls.answers,
            left=left,
            left_out=tuple(left_out),
        )

    @classmethod
    def together(cls, several: Iterable[Traffic]) -> Traffic:
        """Add up; the reason is that of the model with the most requests that wait."""
        found = list(several)
        costs = [one.cost for one in found if one.cost is not None]
        return cls(
            in_flight=sum(one.in_flight for one in found),
            waiting=sum(one.waiting for one in found),
            reason=max(found, key=lambda one: one.waiting).reason if found else "",
            answers=sum(one.answers for one in found),
            tokens=sum(one.tokens for one in found),
            cost=sum(costs) if costs else None,
            expected=sum(one.expected for one in found),
            unforeseen=sum(one.unforeseen for one in found),
            left=sum(one.left for one in found),
            left_out=tuple(name for one in found for name in one.left_out),
        )
