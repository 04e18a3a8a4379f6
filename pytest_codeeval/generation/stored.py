"""StoredAnswers: stands in for the dispatcher of a model that is not to be asked; its backend is never opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.dispatcher import ModelDispatcher


class MissingAnswerError(BackendError):
    """An answer that would have to be asked for is not stored."""


class Unopened(ModelBackend):
    """Stands in for a backend that is not made: it needs no key, no package and no server."""

    async def generate(self, requests: Sequence[CompletionRequest]) -> Sequence[Completion]:
        """Refuse."""
        raise BackendError(f"{requests[0].model} is not asked in this stage", fatal=True)


class StoredAnswers(ModelDispatcher):
    """Gives what the store has, and sends nothing, but for requests that `may_ask` lets through."""

    def __init__(self, *parts: Any, may_ask: Callable[[CompletionRequest], bool], **more: Any) -> None:
        super().__init__(*parts, **more)
        self._may_ask = may_ask

    def prefetch(self, requests: Iterable[CompletionRequest]) -> None:
        """Queue nothing: what nobody waits for yet is found when somebody does."""

    async def complete(self, request: CompletionRequest) -> Completion:
        """Return the stored answer.

        Raises MissingAnswerError where there is none, StorageError where the store cannot be read.
        """
        if self._may_ask(request):
            return await super().complete(request)
        if self.broken is not None:
            raise self.broken
        key = request.key
        self._pending.want(key, request)
        found = self._pending.stored(key, request)
        if found is None:
            # A later turn may follow on a score, so that generating alone does not come to it.
            turn, stages = (f", turn {request.turn + 1}", "generate,check") if request.turn else ("", "generate")
            raise MissingAnswerError(
                f"{request.model} has no stored answer to {request.task_id} (sample {request.sample_index}{turn}), and "
                f"--stage=check asks nothing; --stage={stages} brings it"
            )
        return found
