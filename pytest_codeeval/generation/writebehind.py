"""WriteBehindLog: what came of each call, on disk before anybody hears of it, many calls in one go where many came."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.calls import CallLog
from pytest_codeeval.generation.store import CompletionStore


@dataclass(frozen=True, slots=True)
class Called:
    """One call: the requests by key, and what came of each."""

    requests: dict[str, CompletionRequest]
    answers: dict[str, Completion]
    errors: dict[str, BackendError]
    seconds: float
    attempt: int


class WriteBehindLog:
    """Writes to the store and the call log in another thread, so that a slow disk holds up no answer on its way in.

    While some calls are being written others gather, and are written together: a transaction and a file for each would
    cost more than the asking.
    """

    def __init__(self, store: CompletionStore, calls: CallLog) -> None:
        self._store = store
        self._calls = calls
        self._gathered: list[tuple[Called, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, called: Called) -> None:
        """Return when `called` is on disk.

        Raises StorageError where the disk does not take it.
        """
        loop = asyncio.get_running_loop()
        written: asyncio.Future[None] = loop.create_future()
        self._gathered.append((called, written))
        if self._writing is None:
            self._writing = loop.create_task(self._write_gathered())
            self._writing.add_done_callback(self._ended)
        await asyncio.shield(written)

    async def close(self) -> None:
        """Wait until all that came is on disk."""
        if self._writing is not None:
            await asyncio.gather(self._writing, return_exceptions=True)

    async def _write_gathered(self) -> None:
        while batch := self._gathered:
            self._gathered = []
            error: Exception | None = None
            try:
                await asyncio.to_thread(self._write_now, [called for called, _ in batch])
            except asyncio.CancelledError:
                self._gathered = [*batch, *self._gathered]
                raise
            except Exception as raised:
                error = raised
            for _, written in batch:
                if written.done():
                    continue
                if error is None:
                    written.set_result(None)
                else:
                    written.set_exception(error)
                    written.exception()  # mark as seen: the one who waited may have gone
        self._writing = None  # at once: what comes next needs another task, as this one has looked

    def _ended(self, writing: asyncio.Task[None]) -> None:
        if not writing.cancelled():
            return
        # The loop ended in the middle of it: whoever waits must not do so for ever.
        self._writing = None
        for _, written in self._gathered:
            written.cancel()
        self._gathered = []

    def _write_now(self, calls: Sequence[Called]) -> None:
        self._store.put_all(
            (called.requests[key], answer, key) for called in calls for key, answer in called.answers.items()
        )
        rows = []
        for called in calls:
            for key, answer in called.answers.items():
                rows.append(self._calls.answer(called.requests[key], answer, called.seconds, called.attempt))
            for key, error in called.errors.items():
                rows.append(self._calls.error(called.requests[key], error, called.seconds, called.attempt))
        self._calls.append(rows)
