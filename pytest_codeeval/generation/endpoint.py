"""Endpoint: one of several servers that have the same model, how it does, and why it is left out while it is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.caller import Outcome
from pytest_codeeval.generation.concurrency import AdaptiveConcurrency

FORBIDDEN = 403
_BUSY = 429
_LONGEST_WISH = 120.0  # seconds for which a server may be left alone at its own wish


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited for what, in seconds.

    One that was left out is tried again after `pause`, and then ever more rarely up to `longest_pause`. A trial takes
    at most `trial`. One that has requests and was `silent` for so long is looked at, every `look`. `in_a_row` calls
    that failed without an answer between them are a fault of the server, whatever it says when it is looked at.
    """

    pause: float = 1.0
    longest_pause: float = 30.0
    trial: float = 10.0
    silent: float = 15.0
    look: float = 5.0
    in_a_row: int = 3


@dataclass(frozen=True, slots=True)
class Called:
    """What came of a call; `failure` stands for all of it where no request was answered, late where it `timed_out`."""

    outcomes: Sequence[Outcome]
    failure: BackendError | None = None
    timed_out: bool = False


class Endpoint:
    """A server by its `name`, asked through `backend`; `fault` is why it is left out, None while it is not.

    `answers` and `failures` count requests, `times_out` how often it was left out. `limit` is learnt from how it takes
    what it is sent, as for a server that is alone.
    """

    def __init__(self, name: str, backend: ModelBackend, patience: Patience, deadline: float) -> None:
        self.name = name
        self.backend = backend
        self.limit = AdaptiveConcurrency(backend.concurrency, deadline / 4)
        self.fault: BackendError | None = None
        self.failed_at = 0.0
        self.answers = self.failures = self.times_out = 0
        self._deadline = deadline
        self._patience = patience
        self._calls: set[asyncio.Task[Sequence[Outcome]]] = set()
        self._pause = patience.pause
        self._in_a_row = 0
        self._heard = time.monotonic()
        self._closed_until = 0.0
        self._out_since = 0.0
        self._seconds_out = 0.0
        self._trial: asyncio.Task[BackendError | None] | None = None
        self.returning: asyncio.Task[None] | None = None

    @property
    def load(self) -> tuple[bool, float, int]:
        """How much it has to do, to be compared: one that has not answered yet gets one request, and then others do."""
        return not self.limit.reached and bool(self._calls), len(self._calls) / self.limit.now, self.answers

    @property
    def rests(self) -> bool:
        """Whether it has said that nothing is to be sent for now."""
        return time.monotonic() < self._closed_until

    @property
    def silence(self) -> float:
        """For how many seconds it has had requests of which none ended."""
        return time.monotonic() - self._heard if self._calls else 0.0

    async def call(self, requests: Sequence[CompletionRequest]) -> Called:
        """Ask it, and learn from what comes of it."""
        epoch, start = self.limit.epoch, time.monotonic()
        if not self._calls:
            self._heard = start
        task = asyncio.ensure_future(self.backend.generate(requests))
        self._calls.add(task)
        try:
            await asyncio.wait({task})
        finally:
            if not task.done():  # given up by who asked: it must not go on unheard
                task.cancel()
                await asyncio.wait({task})
            self._heard = time.monotonic()
            busy = len(self._calls)
            self._calls.discard(task)
        called = self._outcome(task, len(requests), self._heard - start)
        if called.failure is None:
            answers = sum(isinstance(outcome, Completion) for outcome in called.outcomes)
            self.limit.answered(self._heard - start, busy)
            self.answers += answers
            self._in_a_row, self._pause = 0, self._patience.pause
        else:
            self._failed(len(requests), called.failure, epoch, called.timed_out)
        return called

    def _outcome(self, task: asyncio.Task[Sequence[Outcome]], requests: int, seconds: float) -> Called:
        if task.cancelled():
            failure: BackendError | None = BackendError(f"{self.name} fell silent", retryable=True)
            return Called([self._signed(failure)] * requests, failure)
        try:
            found = task.result()
            errors = [outcome for outcome in found if isinstance(outcome, BackendError)]
        except BackendError as error:
            found = errors = [error] * requests
        found = [self._signed(outcome) for outcome in found]
        if not errors or len(errors) < len(found):
            return Called(found)
        failure = next((error for error in errors if error.retryable), errors[0])
        late = failure.status is None and failure.retryable and seconds >= 0.9 * self._deadline
        return Called(found, failure, late)

    def _signed(self, outcome: Outcome) -> Outcome:
        """Return an outcome with the name of this server, for the call log."""
        if isinstance(outcome, BackendError):
            outcome.server = self.name
        return replace(outcome, server=self.name) if isinstance(outcome, Completion) else outcome

    def _failed(self, requests: int, error: BackendError, epoch: int, timed_out: bool) -> None:
        self.failures += requests
        self.failed_at = time.monotonic()
        overloaded = self.limit.refused(error.status, epoch, timed_out)
        if overloaded and error.retryable and error.retry_after:
            self._closed_until = time.monotonic() + min(error.retry_after, _LONGEST_WISH)

    async def is_at_fault(self, called: Called) -> bool:
        """Return whether a failure is the server's own, and not one of the request."""
        error = called.failure
        if error is None or error.fatal:
            return error is not None
        forbids = error.status == FORBIDDEN  # this request, or all of them: a list of models does not tell
        if not (error.retryable or forbids) or error.status == _BUSY:
            return False
        self._in_a_row += not called.timed_out  # an answer may just be long
        return self._in_a_row >= self._patience.in_a_row or (not forbids and await self.ails() is not None)

    async def ails(self) -> BackendError | None:
        """Look at it, once for all who want to know at the same time; return what is wrong with it."""
        if self._trial is None or self._trial.done():
            self._trial = asyncio.ensure_future(self._tried())
        return await asyncio.shield(self._trial)

    async def _tried(self) -> BackendError | None:
        try:
            odd = await asyncio.wait_for(self.backend.reach(), self._patience.trial)
        except BackendError as error:
            return error
        except TimeoutError:
            return BackendError(f"{self.name} does not answer", retryable=True)
        # That a list lacks the model counts only where a request was refused for good.
        return BackendError(odd, fatal=True) if odd and self.fault is not None and self.fault.fatal else None

    def leave_out(self, error: BackendError) -> None:
        """Ask it no more; what is under way there comes to its own end."""
        self.fault = error
        self.times_out += 1
        self._out_since = time.monotonic()

    def give_up_calls(self) -> None:
        """End what is under way there."""
        for task in self._calls:
            task.cancel()

    async def until_well(self) -> None:
        """Try a server that was left out, until it is well; it then has to show it by its first request."""
        while True:
            pause, self._pause = self._pause, min(2 * self._pause, self._patience.longest_pause)
            await asyncio.sleep(pause)
            if self.fault is None or await self.ails() is None:
                return

    def take_back(self) -> float:
        """Ask it again, one request first; return for how many seconds it was left out."""
        seconds = time.monotonic() - self._out_since
        self._seconds_out += seconds
        self.fault = None
        self._in_a_row = min(self._in_a_row, self._patience.in_a_row - 1)
        self.limit = AdaptiveConcurrency(self.backend.concurrency, self._deadline / 4)
        return seconds

    def to_json(self) -> Mapping[str, Any]:
        """Return what it did in this run, as plain JSON values."""
        found: dict[str, Any] = {"url": self.name, "answers": self.answers}
        if self.failures:
            found["failed_requests"] = self.failures
        if self.times_out:
            still = time.monotonic() - self._out_since if self.fault is not None else 0.0
            found |= {"times_left_out": self.times_out, "seconds_left_out": round(self._seconds_out + still, 1)}
        return {**found, **self.backend.summary()}
