"""Lane: the requests of one model on their way to it, each asked once and a bounded number at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError, CodeEvalError, StorageError
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.calls import CallLog
from pytest_codeeval.generation.retry import RetryPolicy
from pytest_codeeval.generation.store import CompletionStore


class Lane:
    """Queue, store look-up, retries and circuit of one model; used from the service's event loop only.

    With `fresh`, stored answers of earlier runs are passed over. `broken` is why no request is sent any more: a fault
    that every request would meet, or a model that stopped answering.
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
    ) -> None:
        self.backend = backend
        self.broken: CodeEvalError | None = None
        self._store = store
        self._calls = calls
        self._concurrency = concurrency or backend.concurrency
        self._policy = policy or RetryPolicy()
        self._fresh = fresh
        self._answered: set[str] = set()  # keys answered in this run, which `fresh` may read back
        self._urgent: dict[str, CompletionRequest] = {}  # somebody waits for these
        self._queue: dict[str, CompletionRequest] = {}  # announced, and asked for later
        self._waiting: dict[str, asyncio.Future[Completion]] = {}
        self._running: set[str] = set()
        self._failed: dict[str, CodeEvalError] = {}
        self._consumers: set[asyncio.Task[None]] = set()
        self._unanswered_in_a_row = 0
        # Until the model has been reached once, one request at a time: a bad key costs one request, not all at once.
        self._reached = False
        self._closing = False

    def prefetch(self, requests: Iterable[CompletionRequest]) -> None:
        """Queue requests that will be asked for later; where asking is as quick as storing, do nothing."""
        if not self.backend.cacheable or self.broken is not None:
            return
        for request in requests:
            key = request.key
            if not any(key in known for known in (self._urgent, self._running, self._failed, self._answered)):
                self._queue.setdefault(key, request)
        self._wake()

    async def complete(self, request: CompletionRequest) -> Completion:
        """Return the answer to `request`: stored, already under way, or asked now, before all that is only queued.

        Raises BackendError where the model cannot be asked, StorageError where the answer cannot be kept.
        """
        key = request.key
        stored = self._stored(request)
        if stored is not None:
            return stored
        if key in self._failed:
            raise self._failed[key]
        if self.broken is not None:
            raise self.broken
        if key not in self._waiting:
            self._waiting[key] = asyncio.get_running_loop().create_future()
            if key not in self._running:
                self._queue.pop(key, None)
                self._urgent[key] = request
                self._wake()
        return await asyncio.shield(self._waiting[key])

    async def close(self) -> None:
        """Stop asking; requests in flight are given up."""
        self._closing = True
        self._urgent.clear()
        self._queue.clear()
        for consumer in self._consumers:
            consumer.cancel()
        await asyncio.gather(*self._consumers, return_exceptions=True)
        aclose = getattr(self.backend, "aclose", None)
        if aclose is not None:
            await aclose()

    def break_off(self, error: CodeEvalError) -> None:
        """Send nothing more; everybody who waits or will ask gets `error`."""
        self.broken = self.broken or error
        self._urgent.clear()
        self._queue.clear()
        for key in list(self._waiting):
            if key not in self._running:
                self._settle(key, error)

    def _stored(self, request: CompletionRequest) -> Completion | None:
        if not self.backend.cacheable or (self._fresh and request.key not in self._answered):
            return None
        return self._store.get(request)

    def _wake(self) -> None:
        most = self._concurrency if self._reached else 1
        missing = min(most - len(self._consumers), len(self._urgent) + len(self._queue))
        for _ in range(missing):
            self._consumers.add(asyncio.get_running_loop().create_task(self._consume_until_empty()))

    async def _consume_until_empty(self) -> None:
        try:
            await self._consume()
        finally:
            # Not in a callback of the task, which runs later: a request that comes in between would find a consumer
            # that has seen an empty queue already, start no other, and wait for ever.
            self._consumers.discard(asyncio.current_task())

    async def _consume(self) -> None:
        while batch := self._next_batch():
            keys = [request.key for request in batch]
            self._running.update(keys)
            answers: Sequence[Completion | CodeEvalError]
            try:
                answers = await self._answer(batch)
            except CodeEvalError as error:
                answers = [error] * len(batch)
                self._count_failure(error)
            except (Exception, asyncio.CancelledError) as error:
                # Such as an answer that is no completion: that must not end the consumer, and who waits with it.
                if self._closing:
                    raise
                answers = [_unexpected(error)] * len(batch)
            finally:
                self._running.difference_update(keys)
            for number, key in enumerate(keys):
                self._settle(key, answers[number])

    def _next_batch(self) -> list[CompletionRequest]:
        batch: list[CompletionRequest] = []
        while (waiting := self._urgent or self._queue) and len(batch) < self.backend.batch_size:
            key = next(iter(waiting))
            request = waiting.pop(key)
            try:
                stored = self._stored(request)
            except StorageError as error:
                self.break_off(error)
                return []
            if stored is None:
                batch.append(request)
            else:
                self._settle(key, stored)
        return batch

    async def _answer(self, batch: list[CompletionRequest]) -> list[Completion]:
        for attempt in range(1, self._policy.attempts + 1):
            start = time.perf_counter()
            try:
                completions = [_checked(answer) for answer in await self.backend.generate(batch)]
                if len(completions) != len(batch):
                    raise BackendError(f"the backend gave {len(completions)} answers to {len(batch)} requests")
            except BackendError as error:
                self._log_failure(batch, error, time.perf_counter() - start, attempt)
                if error.status is not None and not error.fatal:
                    self._open_up()
                if not error.retryable or attempt == self._policy.attempts or self.broken is not None:
                    raise
                await asyncio.sleep(self._policy.delay(attempt, error))
                if self.broken is not None:
                    raise self.broken from None
            except CodeEvalError:
                raise
            except Exception as error:
                # A backend from outside may raise anything: that is never the model's wrong answer.
                raise _unexpected(error) from error
            else:
                self._keep(batch, completions, time.perf_counter() - start, attempt)
                return completions
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _keep(
        self, batch: list[CompletionRequest], completions: list[Completion], seconds: float, attempt: int
    ) -> None:
        self._unanswered_in_a_row = 0
        self._open_up()
        if not self.backend.cacheable:
            return
        for request, completion in zip(batch, completions, strict=True):
            self._store.put(request, completion)
            self._answered.add(request.key)
        self._calls.answered(batch, completions, seconds, attempt)

    def _open_up(self) -> None:
        if not self._reached:
            self._reached = True
            self._wake()

    def _log_failure(self, batch: list[CompletionRequest], error: BackendError, seconds: float, attempt: int) -> None:
        if self.backend.cacheable:
            self._calls.failed(batch, error, seconds, attempt)

    def _count_failure(self, error: CodeEvalError) -> None:
        if not self.backend.cacheable:
            return
        if isinstance(error, StorageError) or (isinstance(error, BackendError) and error.fatal):
            self.break_off(error)
        elif isinstance(error, BackendError) and (error.retryable or not self._answered):
            # Before the first answer any failure may be one that all requests share, whatever its status says.
            self._unanswered_in_a_row += 1
            if self._unanswered_in_a_row >= self._policy.give_up_after and self.broken is None:
                self.break_off(
                    BackendError(
                        f"{self._unanswered_in_a_row} requests in a row failed for good, so nothing more is sent; "
                        f"the last error was: {error}",
                        fatal=True,
                    )
                )

    def _settle(self, key: str, answer: Completion | CodeEvalError) -> None:
        if isinstance(answer, CodeEvalError):
            self._failed[key] = answer
        future = self._waiting.pop(key, None)
        if future is None or future.done():
            return
        if isinstance(answer, CodeEvalError):
            future.set_exception(answer)
            future.exception()  # mark as seen: the one who waited may have gone
        else:
            future.set_result(answer)


def _unexpected(error: BaseException) -> BackendError:
    return BackendError(f"the backend failed: {type(error).__name__}: {error}")


def _checked(answer: object) -> Completion:
    if not isinstance(answer, Completion) or not isinstance(answer.text, str):
        raise TypeError(f"{answer!r:.100} is no completion")
    return answer
