"""ReferenceBackend: the dataset's own canonical solutions, as a chat model would give them; the self-test."""

from collections.abc import Sequence

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError


class ReferenceBackend:
    """Answers with the canonical solution that the request carries for this backend alone."""

    batch_size = 1
    concurrency = 1
    cacheable = False

    async def generate(self, requests: Sequence[CompletionRequest]) -> list[Completion]:
        """Return the canonical solution of each request in a markdown fence.

        Raises BackendError for a problem that has none.
        """
        return [self._answer(request) for request in requests]

    def _answer(self, request: CompletionRequest) -> Completion:
        if not request.script:
            raise BackendError(f"{request.task_id} has no canonical solution, so --model=reference cannot answer it")
        text = f"Here is a solution:\n\n```\n{request.script}\n```\n\nIt follows the description step by step.\n"
        return Completion(text, finish_reason="stop")
