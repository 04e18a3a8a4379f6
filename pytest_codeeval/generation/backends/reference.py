"""ReferenceBackend: the right answers that a dataset comes with, as a chat model would give them."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.continuation import scores_read
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.kind import BackendKind
from pytest_codeeval.generation.scripted import scripted


class ReferenceBackend(ModelBackend):
    """Answers with the right answer that the request carries for this backend alone."""

    batch_size = 1
    concurrency = 1
    cacheable = False

    async def generate(self, requests: Sequence[CompletionRequest]) -> list[Completion]:
        """Return the right answer of each request.

        Raises BackendError for a problem that has none.
        """
        return [self._answer(request) for request in requests]

    def _answer(self, request: CompletionRequest) -> Completion:
        if not request.script:
            raise BackendError(f"{request.task_id} has no canonical solution, so --model=reference cannot answer it")
        if request.mode == "score":
            return Completion.of_scores(request, scores_read(request.script))
        return scripted(request.script, request)


KIND = BackendKind(
    name="reference",
    make=lambda *_: ReferenceBackend(),
    argument="",
    gives_tools=lambda _: True,
    scripted=True,
    canonical=True,
    modes=("chat", "score"),
    judges=False,
)
