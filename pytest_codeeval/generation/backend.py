"""ModelBackend: what every model backend, from inside or outside this package, implements."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from pytest_codeeval.core.completion import Completion, CompletionRequest


@runtime_checkable
class ModelBackend(Protocol):
    """Answers requests of one model.

    `batch_size` is how many requests one call of `generate` takes at most, `concurrency` how many calls may be in
    flight at once by default. `cacheable` says whether answers are worth keeping: not where asking again is as quick.
    """

    batch_size: int
    concurrency: int
    cacheable: bool

    async def generate(self, requests: Sequence[CompletionRequest]) -> Sequence[Completion]:
        """Return one completion a request, in their order.

        Raises BackendError where the model cannot be asked; the service retries those that are `retryable`.
        """
        ...


@runtime_checkable
class RecordedBackend(Protocol):
    """A backend that knows beforehand which tasks it can answer; the others are left out of the run."""

    def recorded(self) -> Mapping[str, int]:
        """Return how many samples there are of each task, by the task id as recorded."""
        ...
