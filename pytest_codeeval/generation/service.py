"""CompletionService: the one place that asks models, for every item of the run and every worker."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from pytest_codeeval.core.completion import Completion, CompletionRequest, Identity
from pytest_codeeval.core.errors import BackendError, CodeEvalError, StorageError, UsageError
from pytest_codeeval.generation.budget import BudgetSpentError
from pytest_codeeval.generation.dispatcher import ModelDispatcher
from pytest_codeeval.generation.traffic import Traffic

Dispatchers = Mapping[Identity, ModelDispatcher]
T = TypeVar("T")


class Completions(Protocol):
    """What an item sees of generation, in the controller and in a worker alike."""

    def announce(self, datasets: Sequence[Mapping[str, Any]], requests: Sequence[CompletionRequest]) -> None:
        """Say which datasets the run uses and which requests it is going to ask, in that order."""
        ...

    def complete(self, requests: Sequence[CompletionRequest]) -> list[Completion]:
        """Return the answers to requests, in their order, waiting for all of them.

        Raises BackendError where the model cannot be asked, StorageError where the answer cannot be kept.
        """
        ...


class CompletionService:
    """Runs the dispatchers of all models on an event loop in a thread of its own.

    `on_announce` is called with the announced datasets and may raise CodeEvalError, which then ends all asking;
    `on_answer` with each request and its answer, when somebody gets that. Without those that are `needed`, such as
    judges, there is no use in going on with the others.
    """

    def __init__(
        self,
        dispatchers: Dispatchers,
        on_announce: Callable[[Sequence[Mapping[str, Any]]], None],
        on_answer: Callable[[CompletionRequest, Completion], None] = lambda request, completion: None,  # noqa: ARG005
        needed: Collection[Identity] = (),
    ) -> None:
        self._needed = needed
        self._dispatchers = dispatchers
        self._on_answer = on_answer
        self._on_announce = on_announce
        self._ended = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="codeeval-service", daemon=True)
        try:
            self._thread.start()
        except RuntimeError as error:  # Python has no other name for it
            self._loop.close()
            raise UsageError(f"the run cannot begin: {error}; allow this user more processes (ulimit -u).") from None

    @property
    def broken(self) -> CodeEvalError | None:
        """Why there is no use in going on: no model is asked any more, or one that all need, or nothing can be kept."""
        found = {identity: dispatcher.broken for identity, dispatcher in self._dispatchers.items()}
        broken = {
            identity: why
            for identity, why in found.items()
            if why is not None and not isinstance(why, BudgetSpentError)
        }
        if len(broken) == len(found):
            return next(iter(broken.values()), None)
        needed = (why for who, why in broken.items() if who in self._needed or isinstance(why, StorageError))
        return next(needed, None)

    @property
    def progress(self) -> tuple[int, int]:
        """How many answers are kept, of how many that were asked for, where any are kept; to be read when closed.

        Raises StorageError where the store cannot be read.
        """
        found = [dispatcher.progress for dispatcher in self._dispatchers.values()]
        return sum(kept for kept, _ in found), sum(wanted for _, wanted in found)

    @property
    def came(self) -> int:
        """How many answers came in this run from models whose answers are kept; any thread may ask."""
        return sum(one.traffic.answers for one in self._dispatchers.values() if one.backend.cacheable)

    @property
    def traffic(self) -> Traffic:
        """How things stand with all models together; any thread may ask."""
        return Traffic.together(dispatcher.traffic for dispatcher in self._dispatchers.values())

    def announce(self, datasets: Sequence[Mapping[str, Any]], requests: Sequence[CompletionRequest]) -> None:
        """Check the datasets and queue the requests."""
        self.submit(self.announced(datasets, requests)).result()

    def complete(self, requests: Sequence[CompletionRequest]) -> list[Completion]:
        """Return the answers to `requests`, waiting for them."""
        return self.submit(self.completed(requests)).result()

    async def announced(self, datasets: Sequence[Mapping[str, Any]], requests: Sequence[CompletionRequest]) -> None:
        """Do what `announce` does, on the service's loop."""
        try:
            self._on_announce(list(datasets))
        except CodeEvalError as error:
            for dispatcher in self._dispatchers.values():
                dispatcher.break_off(error)
            return
        for identity, dispatcher in self._dispatchers.items():
            dispatcher.prefetch(request for request in requests if request.identity == identity)

    async def completed(self, requests: Sequence[CompletionRequest]) -> list[Completion]:
        """Do what `complete` does, on the service's loop."""
        # All are waited for: one that fails must not keep the others from being stored.
        asked = (self._dispatchers[request.identity].complete(request) for request in requests)
        answers = await asyncio.gather(*asked, return_exceptions=True)
        for request, answer in zip(requests, answers, strict=True):
            if isinstance(answer, BaseException):
                raise answer
            self._on_answer(request, answer)
        return [answer for answer in answers if isinstance(answer, Completion)]

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine on the service's loop.

        Raises BackendError where the service has been closed: nobody would ever run it.
        """
        if self._ended:
            coroutine.close()
            raise BackendError("the completion service has ended", fatal=True)
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def close(self) -> None:
        """Stop asking and end the thread; requests in flight are given up, stored answers stay."""
        if self._ended:
            return
        closed = self.submit(self._closed())
        self._ended = True
        with suppress(TimeoutError):
            closed.result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        if not self._thread.is_alive():
            self._loop.close()

    async def _closed(self) -> None:
        await asyncio.gather(*(dispatcher.close() for dispatcher in self._dispatchers.values()), return_exceptions=True)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
