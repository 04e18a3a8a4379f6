"""ModelBackend: what every model backend, from inside or outside this package, implements."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError


@runtime_checkable
class ModelBackend(Protocol):
    """Answers requests of one model.

    `batch_size` is how many requests one call of `generate` takes at most, `concurrency` how many calls may be in
    flight at once by default. `cacheable` says whether answers are worth keeping: not where asking again is as quick.

    A backend may have more, which the service uses where it is there:

    * `samples_at_once: int`, how many requests a call takes where they are samples of one problem (without a seed)
    * `cost_at_most(request) -> float | None`, what an answer can cost, for `--max-cost`
    * `aclose()`, a coroutine that hangs up
    """

    batch_size: int
    concurrency: int
    cacheable: bool

    async def generate(self, requests: Sequence[CompletionRequest]) -> Sequence[Completion | BackendError | None]:
        """Return one completion a request, in their order.

        In the place of a completion may stand the BackendError of that request alone, or None for one that was left
        out and has to be asked again, where others were answered.
        Raises BackendError where the model cannot be asked; the service retries those that are `retryable`.
        """
        ...


@runtime_checkable
class RecordedBackend(Protocol):
    """A backend that knows beforehand which tasks it can answer; the others are left out of the run."""

    def recorded(self) -> Mapping[str, int]:
        """Return how many samples there are of each task, by the task id as recorded."""
        ...


@runtime_checkable
class ServedBackend(Protocol):
    """A backend with a server of its own, which has something to keep and to say.

    `has_more` is set by the lane: whether requests are left for it. Until it says no, a server is not to be ended.
    """

    has_more: Callable[[], bool]

    def attach(self, folder: Path, say: Callable[[str], None]) -> None:
        """Say where its files go, and how to tell the user what it does; called before the first request."""
        ...

    def summary(self) -> Mapping[str, Any]:
        """Return what the server did in this run, as plain JSON values; empty where it was not needed."""
        ...
