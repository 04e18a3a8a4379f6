"""AdmissionControl: what a call of a model waits for before it goes out, and what is learnt when it comes back."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.budget import Budget, unpriced
from pytest_codeeval.generation.concurrency import AdaptiveConcurrency
from pytest_codeeval.generation.ratelimit import RateLimiter
from pytest_codeeval.generation.traffic import Calls

_SPREAD = 0.25  # seconds over which those come back who were all told to wait


@dataclass(frozen=True, slots=True)
class Permit:
    """What was counted for a call when it was let out."""

    tokens: float
    cost: float
    bounded: bool
    epoch: int
    start: float

    @property
    def seconds(self) -> float:
        """How long ago that was."""
        return time.perf_counter() - self.start


class AdmissionControl:
    """One model's concurrency, rates and pauses, and its part in the budget of the run."""

    def __init__(
        self,
        concurrency: AdaptiveConcurrency,
        rates: RateLimiter | None = None,
        budget: Budget | None = None,
        *,
        deadline: float = float("inf"),
        longest_pause: float = 120.0,
    ) -> None:
        self.calls = Calls()
        self._concurrency = concurrency
        self._rates = rates or RateLimiter()
        self._budget = budget
        self._deadline = deadline
        self._longest_pause = longest_pause
        self._closed_until = 0.0
        self._in_flight = 0
        self._queue: deque[asyncio.Future[None]] = deque()

    async def admit(self, backend: ModelBackend, requests: Sequence[CompletionRequest]) -> Permit:
        """Wait until a call with these requests may be made.

        Raises BackendError where the budget does not allow it.
        """
        tokens = await self._rates.admit(requests)
        cost, bounded = 0.0, False
        if self._budget is not None:
            at_most = backend.cost_at_most(requests[0])
            if at_most is None and backend.bounds_cost:
                raise unpriced(requests[0].model)
            bounded = at_most is not None
            cost = await self._budget.reserve(requests[0].model, len(requests), at_most)
        await self._slot()
        while (wait := self._closed_until - time.monotonic()) > 0:
            self._leave()
            await asyncio.sleep(wait + random.uniform(0, _SPREAD))
            await self._slot()
        self.calls.sent(len(requests))
        return Permit(tokens, cost, bounded, self._concurrency.epoch, time.perf_counter())

    async def _slot(self) -> None:
        if self._in_flight < self._concurrency.now and not self._queue:
            self._in_flight += 1
            return
        place = asyncio.get_running_loop().create_future()
        self._queue.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._leave()
            elif place in self._queue:
                self._queue.remove(place)
            raise

    def _leave(self) -> None:
        self._in_flight -= 1
        self._call_in()

    def _call_in(self) -> None:
        while self._queue and self._in_flight < self._concurrency.now:
            place = self._queue.popleft()
            if not place.done():
                place.set_result(None)
                self._in_flight += 1

    def came_back(self, permit: Permit, requests: Sequence[CompletionRequest], answers: Sequence[Completion]) -> None:
        """Count what a call used.

        Raises BackendError where its cost has to be known and is not.
        """
        self.calls.came_back(len(requests), answers)
        if answers:
            self._concurrency.answered(permit.seconds, self._in_flight)
        self._leave()
        self._rates.correct(permit.tokens, answers)
        if self._budget is not None:
            bound = permit.cost / len(requests) if permit.bounded else None
            self._budget.settle(requests[0].model, permit.cost, answers, bound)

    def refused(self, permit: Permit, error: BackendError) -> None:
        """Learn from an error: send less where the server has too much, and nothing for as long as it wishes."""
        timed_out = error.status is None and error.retryable and permit.seconds >= 0.9 * self._deadline
        overloaded = self._concurrency.refused(error.status, permit.epoch, timed_out)
        if error.status is not None and not error.fatal:
            self._concurrency.reached = True
            self._call_in()
        if overloaded and error.retryable and error.retry_after:
            pause = min(error.retry_after, self._longest_pause)
            self._closed_until = max(self._closed_until, time.monotonic() + pause)
