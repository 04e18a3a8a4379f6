"""A model backend for tests: answers, fails and waits as it is told, and notes what it was asked."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

from pytest_codeeval.core.completion import Completion, CompletionRequest, SamplingParams
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.retry import RetryPolicy
from pytest_codeeval.generation.store import CompletionStore

FAST = RetryPolicy(attempts=3, first=0.001, longest=0.002, give_up_after=1000)
IDENTITY = ("fake", "m", "", ())


def ask(task: int | str = 0, sample: int = 0, model: str = "m") -> CompletionRequest:
    """Make a request for a sample of a task."""
    message = {"role": "user", "content": f"solve {task}"}
    return CompletionRequest("fake", model, (message,), SamplingParams(), sample, suite="s", task_id=f"T/{task}")


def keep(store: CompletionStore, request: CompletionRequest, completion: Completion) -> None:
    """Put one answer into a store."""
    store.put_all([(request, completion, request.key)])


def echo(request: CompletionRequest, attempt: int) -> Completion:
    """Answer with the names of the request."""
    return Completion(f"{request.model} {request.task_id} #{request.sample_index}")


def fault(
    message: str = "down",
    status: int | None = 503,
    retryable: bool = True,
    retry_after: float | None = None,
    fatal: bool = False,
) -> BackendError:
    """Make an error as a provider's answer would be."""
    return BackendError(message, status=status, retryable=retryable, retry_after=retry_after, fatal=fatal)


class Scripted(ModelBackend):
    """Answers by `answer(request, attempt)`, which may raise; waits for `gate` before, where it is closed."""

    def __init__(
        self,
        answer: Callable[[CompletionRequest, int], Completion] = echo,
        *,
        batch_size: int = 1,
        concurrency: int = 4,
        cacheable: bool = True,
        gate: asyncio.Event | None = None,
    ) -> None:
        self.batch_size, self.concurrency, self.cacheable = batch_size, concurrency, cacheable
        self.calls: list[list[CompletionRequest]] = []
        self._times: Counter[str] = Counter()
        self.most_at_once = 0
        self.closed = False
        self._answer = answer
        self._gate = gate
        self._at_once = 0

    @property
    def asked(self) -> list[str]:
        """The tasks and samples asked, in order, once for each attempt."""
        return [f"{request.task_id}#{request.sample_index}" for call in self.calls for request in call]

    async def generate(self, requests: Sequence[CompletionRequest]) -> list[Completion]:
        """Answer as told."""
        self.calls.append(list(requests))
        self._times.update(request.key for request in requests)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await (self._gate.wait() if self._gate else asyncio.sleep(0.001))
            return [self._answer(request, self._attempts(request)) for request in requests]
        finally:
            self._at_once -= 1

    async def aclose(self) -> None:
        """Note that the dispatcher hung up."""
        self.closed = True

    def _attempts(self, request: CompletionRequest) -> int:
        return self._times[request.key]
