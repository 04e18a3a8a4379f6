"""Consumers: the tasks that have requests answered, as many as may be in flight at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from pytest_codeeval.generation.concurrency import AdaptiveConcurrency

T = TypeVar("T")


class Consumers:
    """Each has one call in flight, or waits for its turn to make it, and ends when `serve_next` says no.

    `serve_next` sees a batch of requests through, and returns whether there was any.
    """

    def __init__(self, concurrency: AdaptiveConcurrency, serve_next: Callable[[], Awaitable[bool]]) -> None:
        self._concurrency = concurrency
        self._serve_next = serve_next
        self._tasks: set[asyncio.Task[Any]] = set()
        self._idle: set[asyncio.Task[Any]] = set()  # those of them that only wait for their turn

    def wake(self, waiting: int) -> None:
        """Have enough of them for so many requests that wait."""
        missing = min(self._concurrency.now - len(self._tasks), waiting)
        for _ in range(missing):
            self._tasks.add(asyncio.get_running_loop().create_task(self._serve_until_none()))

    async def idle(self, waiting: Coroutine[Any, Any, T]) -> T:
        """Wait, within one of them, for something that is pointless once nothing more is sent."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101
        self._idle.add(task)
        try:
            return await waiting
        finally:
            self._idle.discard(task)

    def cancel_idle(self) -> None:
        """Cancel those that wait idly, as nothing more is sent."""
        for task in self._idle:
            task.cancel()

    async def close(self) -> None:
        """Cancel all, and wait for their end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve_until_none(self) -> None:
        try:
            # One too many ends here, if the bound fell.
            while len(self._tasks) <= self._concurrency.now and await self._serve_next():
                pass
        finally:
            # Not in a callback of the task, which runs later: a request that comes in between would find a consumer
            # that has seen an empty queue already, start no other, and wait for ever.
            self._tasks.discard(asyncio.current_task())
