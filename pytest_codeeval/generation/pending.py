"""PendingRequests: what has become of each request of one model, by its key, and who waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import CodeEvalError
from pytest_codeeval.generation.store import CompletionStore


class PendingRequests:
    """Requests are `running`, answered (then the store has them) or failed for good; any may be waited for.

    `store` is None where nothing is kept. With `fresh`, stored answers of earlier runs are passed over. `wanted` are
    all requests that somebody spoke of, and `announced` says that they are spoken of ahead.
    """

    def __init__(self, store: CompletionStore | None, *, fresh: bool = False) -> None:
        self.running: set[str] = set()
        self.failed: dict[str, CodeEvalError] = {}
        self.wanted: set[str] = set()
        self.announced = False
        self._later: dict[str, int] = {}  # turns that follow on a wanted request, where there are any
        self._turns_to_come = 0
        self._settled: set[str] = set()
        self._store = store
        self._fresh = fresh
        self._answered: set[str] = set()  # in this run, which `fresh` may read back
        self._waiting: dict[str, asyncio.Future[Completion]] = {}

    def want(self, key: str, request: CompletionRequest, *, ahead: bool = False) -> None:
        """Note a request that somebody speaks of, `ahead` of the time when it is waited for."""
        if key not in self.wanted:
            self.wanted.add(key)
            self.announced |= ahead and not request.turn
            if request.later:
                self._later[key] = len(request.later)
                self._turns_to_come += len(request.later)

    @property
    def left(self) -> int:
        """How many answers are still to come, with those of later turns; any thread may ask."""
        return len(self.wanted) - len(self._settled) + self._turns_to_come

    def knows(self, key: str) -> bool:
        """Whether there is nothing to ask: it runs, has failed, or was answered in this run."""
        return any(key in known for known in (self.running, self.failed, self._answered))

    def stored(self, key: str, request: CompletionRequest) -> Completion | None:
        """Return the answer that the store has, if it counts.

        Raises StorageError where it cannot be read.
        """
        if self._store is None or (self._fresh and key not in self._answered):
            return None
        found = self._store.get(request, key)
        if found is not None:
            self._count(key)
        return found

    @property
    def progress(self) -> tuple[int, int]:
        """How many of the wanted answers the store has, and how many are wanted; none where nothing is kept.

        Raises StorageError where it cannot be read.
        """
        if self._store is None or not self.wanted:
            return 0, 0
        kept = len(self.wanted & self._answered) if self._fresh else self._store.count(self.wanted)
        return kept, len(self.wanted)

    def note_answered(self, keys: Iterable[str]) -> None:
        """Note requests whose answers the store has got."""
        self._answered.update(keys)

    def is_awaited(self, key: str) -> bool:
        """Whether somebody waits for it."""
        return key in self._waiting

    def expect(self, key: str) -> bool:
        """Let it be waited for; return whether nobody did before."""
        if key in self._waiting:
            return False
        self._waiting[key] = asyncio.get_running_loop().create_future()
        return True

    async def outcome(self, key: str) -> Completion:
        """Wait for the answer of an expected request.

        Raises CodeEvalError where it fails.
        """
        return await asyncio.shield(self._waiting[key])

    def finish(self, key: str, answer: Completion | CodeEvalError) -> None:
        """End a running request: hand out its answer, or why it has none."""
        self.running.discard(key)
        self.settle(key, answer)

    def settle(self, key: str, answer: Completion | CodeEvalError) -> None:
        """Hand out what came of a request that was not running."""
        self._count(key)
        if isinstance(answer, CodeEvalError):
            self.failed[key] = answer
        future = self._waiting.pop(key, None)
        if future is None or future.done():
            return
        if isinstance(answer, CodeEvalError):
            future.set_exception(answer)
            future.exception()  # mark as seen: the one who waited may have gone
        else:
            future.set_result(answer)

    def _count(self, key: str) -> None:
        self._settled.add(key)
        self._turns_to_come -= self._later.pop(key, 0)

    def fail_queued(self, error: CodeEvalError) -> None:
        """Hand `error` to all who wait for a request that does not run."""
        for key in list(self._waiting):
            if key not in self.running:
                self.settle(key, error)
