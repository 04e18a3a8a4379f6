"""ModelDispatcher: the requests of one model on their way to it, each asked once and a bounded number at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError, CodeEvalError, StorageError
from pytest_codeeval.generation.admission import AdmissionControl
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.budget import Budget
from pytest_codeeval.generation.caller import Caller, Outcome, unexpected
from pytest_codeeval.generation.calls import CallLog
from pytest_codeeval.generation.concurrency import AdaptiveConcurrency
from pytest_codeeval.generation.consumers import Consumers
from pytest_codeeval.generation.pending import PendingRequests
from pytest_codeeval.generation.queue import RequestQueue
from pytest_codeeval.generation.ratelimit import RateLimiter
from pytest_codeeval.generation.retry import CircuitBreaker, RetryPolicy
from pytest_codeeval.generation.store import CompletionStore
from pytest_codeeval.generation.traffic import Traffic
from pytest_codeeval.generation.trouble import Trouble
from pytest_codeeval.generation.writebehind import Called, WriteBehindLog

T = TypeVar("T")
FollowUp = Callable[[CompletionRequest, Completion], CompletionRequest | None]
_LOOKED_UP_AT_ONCE = 100


class ModelDispatcher:
    """Queue, store look-up, retries and circuit breaker of one model; used from the service's event loop only.

    `concurrency` is the most that are in flight at once, and a request that takes a good part of `deadline` seconds is
    no reason to send more. With `fresh`, stored answers of earlier runs are passed over. `follow_up` gives the request
    of a conversation's next turn, which is queued as soon as this one is answered. `broken` is why no request is sent
    any more: a fault that every request would meet, or a model that stopped answering.
    """

    def __init__(
        self,
        backend: ModelBackend,
        store: CompletionStore,
        calls: CallLog,
        *,
        concurrency: int | None = None,
        fresh: bool = False,
        policy: RetryPolicy | None = None,
        rates: RateLimiter | None = None,
        budget: Budget | None = None,
        deadline: float = 600.0,
        trouble: Trouble | None = None,
        follow_up: FollowUp = lambda request, answer: None,  # noqa: ARG005
    ) -> None:
        self.backend = backend
        self.broken: CodeEvalError | None = None
        self._trouble = trouble or Trouble()
        self._follow_up = follow_up
        self._pending = PendingRequests(store if backend.cacheable else None, fresh=fresh)
        self._log = WriteBehindLog(store, calls)
        self._policy = policy = policy or RetryPolicy()
        in_flight = AdaptiveConcurrency(concurrency or backend.concurrency, deadline / 4)
        admission = AdmissionControl(in_flight, rates, budget, deadline=deadline, longest_pause=policy.longest_wish)
        self._caller = Caller(backend, admission, self.break_off, doubts=self._policy.attempts > 1)
        self._breaker = CircuitBreaker(self._policy.give_up_after)
        self._queue = RequestQueue()
        self._consumers = Consumers(in_flight, self._serve_next)
        self._closing = False
        backend.watch(lambda: bool(len(self._queue) or self._pending.running))

    def prefetch(self, requests: Iterable[CompletionRequest]) -> None:
        """Queue requests that will be asked for later; where asking is as quick as storing, do nothing."""
        if not self.backend.cacheable or self.broken is not None:
            return
        for request in requests:
            key = request.key
            self._pending.want(key, request, ahead=True)
            if not self._pending.knows(key):
                self._queue.announce(key, request)
        self._consumers.wake(len(self._queue))

    async def complete(self, request: CompletionRequest) -> Completion:
        """Return the answer to `request`: stored, already under way, or asked now, before all that is only queued.

        Raises BackendError where the model cannot be asked, StorageError where the answer cannot be kept.
        """
        key = request.key
        self._pending.want(key, request)
        stored = self._pending.stored(key, request)
        if stored is not None:
            return stored
        if (error := self._pending.failed.get(key) or self.broken) is not None:
            raise error
        if self._pending.expect(key) and key not in self._pending.running:
            self._queue.need(key, request)
            self._consumers.wake(len(self._queue))
        return await self._pending.outcome(key)

    @property
    def progress(self) -> tuple[int, int]:
        """How many answers are kept, of how many that were asked for; to be read when nothing is under way."""
        return self._pending.progress

    @property
    def traffic(self) -> Traffic:
        """How things stand at this moment; any thread may ask."""
        return Traffic.of(self._caller.calls, self._pending, self._trouble, self.backend.left_out)

    async def close(self) -> None:
        """Stop asking; requests in flight are given up."""
        self._closing = True
        self._queue.clear()
        await self._consumers.close()
        await self._log.close()
        await self.backend.aclose()

    def break_off(self, error: CodeEvalError) -> None:
        """Send nothing more; everybody who waits or will ask gets `error`."""
        self.broken = self.broken or error
        self._queue.clear()
        self._consumers.cancel_idle()
        self._pending.fail_queued(error)

    # What each of the consumers does

    async def _serve_next(self) -> bool:
        batch = await self._next_batch()
        if not batch:
            return False
        await self._serve(batch)  # which empties it
        return True

    async def _next_batch(self) -> dict[str, CompletionRequest]:
        """Take the next call's requests out of the queue, all of them running from now on."""
        batch: dict[str, CompletionRequest] = {}
        looked_up = 0
        try:
            while len(batch) < self.backend.batch_size and (taken := self._queue.pop()) is not None:
                self._add(batch, *taken)
                looked_up += 1
                if looked_up % _LOOKED_UP_AT_ONCE == 0:
                    await asyncio.sleep(0)  # a long run that is all stored must not hold up everybody else
            first = next(iter(batch.values()), None)
            # With a seed each sample has its own, which a request for several cannot say.
            if first is not None and first.params.seed is None:
                together = self.backend.samples_at_once
                while len(batch) < together and (taken := self._queue.pop_sibling(first)) is not None:
                    self._add(batch, *taken)
        except StorageError as error:
            self.break_off(error)
            for key in batch:
                self._pending.finish(key, error)
            return {}
        return batch

    def _add(self, batch: dict[str, CompletionRequest], key: str, request: CompletionRequest) -> None:
        stored = self._pending.stored(key, request)
        if stored is None:
            batch[key] = request
            self._pending.running.add(key)
        else:
            self._pending.settle(key, stored)
            self._prefetch_after(request, stored)

    def _prefetch_after(self, request: CompletionRequest, answer: Completion) -> None:
        self.prefetch(filter(None, [self._follow_up(request, answer)]))

    async def _serve(self, batch: dict[str, CompletionRequest]) -> None:
        """Have a batch answered, or failed, to the last of its requests."""
        before = self._breaker.answers
        try:
            await self._ask(batch)
        except CodeEvalError as error:
            failure: CodeEvalError = error
            self._count_failure(error, before)
        except (Exception, asyncio.CancelledError) as error:
            # Such as an answer that is no completion: that must not end the consumer, and who waits with it.
            if self._closing:
                raise
            failure = self.broken or unexpected(error)
        else:
            return
        for key in batch:
            self._pending.finish(key, failure)

    async def _ask(self, left: dict[str, CompletionRequest]) -> None:
        """Ask until none of `left` is left, taking out each that is answered or has failed for good."""
        suspect = self._breaker.suspect
        for attempt in range(1, self._policy.attempts + 1):
            keys, requests = list(left), list(left.values())
            permit = await self._patiently(self._caller.admit(requests))
            outcomes = await self._caller.call(requests, permit)
            await self._keep(left, dict(zip(keys, outcomes, strict=True)), permit.seconds, attempt)
            errors = [outcome for outcome in outcomes if isinstance(outcome, BackendError)]
            if not left:
                return
            if suspect and attempt == 1 and len(errors) == len(outcomes):
                self._open_if(self._breaker.failed_when_suspect(errors[-1]))
            last = attempt == self._policy.attempts or self.broken is not None
            wait = None if last else max(self._policy.delay(attempt, error) for error in errors)
            self._trouble.failed(errors[-1], left, attempt, self._policy.attempts, wait)
            if wait is None:
                raise errors[-1]
            await self._patiently(asyncio.sleep(wait))

    async def _patiently(self, waiting: Coroutine[Any, Any, T]) -> T:
        """Wait for something that is pointless once nothing more is sent."""
        found = await self._consumers.idle(waiting)
        if self.broken is not None:
            raise self.broken
        return found

    async def _keep(
        self, left: dict[str, CompletionRequest], outcomes: dict[str, Outcome], seconds: float, attempt: int
    ) -> None:
        """Store, log and hand out what came of a call; what may yet succeed stays in `left`."""
        answers = {key: outcome for key, outcome in outcomes.items() if isinstance(outcome, Completion)}
        errors = {key: outcome for key, outcome in outcomes.items() if isinstance(outcome, BackendError)}
        if self.backend.cacheable:
            await self._log.write(Called(dict(left), answers, errors, seconds, attempt))
            self._pending.note_answered(answers)
        if answers:
            self._breaker.answered()
        final = {key: error for key, error in errors.items() if not error.retryable}
        done: dict[str, Completion | BackendError] = {**answers, **final}
        for key, outcome in done.items():
            self._pending.finish(key, outcome)
            request = left.pop(key)
            if isinstance(outcome, Completion):
                self._prefetch_after(request, outcome)
        self._trouble.settled(done, answered=bool(answers))
        if final:
            self._count_failure(list(final.values())[-1], self._breaker.answers)
        for key in [key for key, outcome in outcomes.items() if outcome is None]:
            self._pending.running.discard(key)
            (self._queue.need if self._pending.is_awaited(key) else self._queue.announce)(key, left.pop(key))
        if self.broken is None:
            self._consumers.wake(len(self._queue))
        else:
            self.break_off(self.broken)

    def _count_failure(self, error: CodeEvalError, answers_before: int) -> None:
        if self.backend.cacheable:
            self._open_if(self._breaker.failed(error, answers_before))

    def _open_if(self, why: CodeEvalError | None) -> None:
        if why is not None and self.broken is None:
            self.break_off(why)
