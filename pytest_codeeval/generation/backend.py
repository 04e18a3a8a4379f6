"""ModelBackend: what every model backend, from inside or outside this package, implements."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError


class ModelBackend(ABC):
    """Answers requests of one model; all but `generate` may be left as it is here.

    `batch_size` is how many requests one call of `generate` takes at most, `concurrency` how many calls may be in
    flight at once by default. `cacheable` says whether answers are worth keeping: not if asking again is as quick.
    `samples_at_once` is how many requests a call takes if they are samples of one problem, without a seed.
    `scores` says that it can be asked how likely continuations are (`CompletionRequest.mode` "score"). `identity`
    stands for the model's name where settings of results are compared. `left_out` are those of its servers that are
    asked no more for now.
    """

    batch_size: int = 1
    concurrency: int = 8
    cacheable: bool = True
    samples_at_once: int = 1
    scores: bool = False
    identity: str = ""
    left_out: Sequence[str] = ()

    @abstractmethod
    async def generate(self, requests: Sequence[CompletionRequest]) -> Sequence[Completion | BackendError | None]:
        """Return one completion a request, in their order.

        In the place of a completion may stand the BackendError of that request alone, or None for one that was left
        out and has to be asked again, where others were answered.
        Raises BackendError where the model cannot be asked; the service retries those that are `retryable`.
        """

    def recorded(self) -> Mapping[str, int] | None:
        """Return how many samples there are of each task, by the task id as recorded; others are left out of the run.

        None if it may be asked anything.
        """
        return None

    def cost_at_most(self, request: CompletionRequest) -> float | None:  # noqa: ARG002 - for those who know
        """Return what an answer can cost in US dollars; None if that is not known, and then nothing is asked.

        Without this method of its own it is the answers of a backend that show what they cost.
        """
        return None

    @property
    def bounds_cost(self) -> bool:
        """Whether it is one that says beforehand what an answer can cost."""
        return type(self).cost_at_most is not ModelBackend.cost_at_most

    def attach(self, folder: Path, say: Callable[[str], None]) -> None:  # noqa: B027 - most have nothing to do
        """Hear where files of its own go, and how to tell the user what it does; called before the first request."""

    def watch(self, has_more: Callable[[], bool]) -> None:  # noqa: B027
        """Hear how to find out whether requests are left; until there are none, a server is not to be ended."""

    def summary(self) -> Mapping[str, Any]:
        """Return what a server of its own did in this run, as plain JSON values; empty if there was none."""
        return {}

    async def reach(self) -> str:
        """Find out whether the model could be asked, at no cost; return what is odd, in words.

        Raises BackendError where it could not. Without this method of its own nothing is tried.
        """
        return ""

    def preview(self, request: CompletionRequest) -> Mapping[str, Any]:
        """Return what would be sent for a request, as plain JSON values by name; nothing is."""
        return plainly(request)

    async def aclose(self) -> None:  # noqa: B027
        """Hang up; called when the run ends."""


def plainly(request: CompletionRequest) -> Mapping[str, Any]:
    """Return what a request asks, as plain JSON values by name, without what is left to the model."""
    if request.mode == "score":
        return {"prompt": request.prompt, "continuations": list(request.continuations)}
    params = request.params
    raw = request.mode == "completion"
    asked: dict[str, Any] = {"prompt": request.prompt} if raw else {"messages": [*map(dict, request.messages)]}
    seed = None if params.seed is None else params.seed + request.sample_index
    settings = {**params.to_json(), "seed": seed, "stop": [*(params.stop or (request.prompt_stop if raw else ()))]}
    asked |= {name: value for name, value in settings.items() if value not in (None, [])}
    if request.tools:
        asked |= {"tools": [json.loads(tool) for tool in request.tools]}
        asked |= {"tool_choice": request.tool_choice} if request.tool_choice else {}
    return asked


def whole(backend: Any) -> ModelBackend:
    """Return a backend from outside with all that it left out, if it is none by inheritance."""
    return backend if isinstance(backend, ModelBackend) else _Completed(backend)


class _Completed(ModelBackend):
    """A backend that only has the members that it needs: each is its own if it has it, else as all have it."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("_") or name in ("generate", "watch"):
            return super().__getattribute__(name)
        inner = self._inner
        if name == "bounds_cost":
            return hasattr(inner, "cost_at_most")
        # These were asked of those only that have a server, which are told whether there is more to do for it.
        is_other = name in ("attach", "summary") and not hasattr(inner, "has_more")
        return super().__getattribute__(name) if is_other or not hasattr(inner, name) else getattr(inner, name)

    async def generate(self, requests: Sequence[CompletionRequest]) -> Sequence[Completion | BackendError | None]:
        found: Sequence[Completion | BackendError | None] = await self._inner.generate(requests)
        return found

    def watch(self, has_more: Callable[[], bool]) -> None:
        if hasattr(self._inner, "has_more"):
            self._inner.has_more = has_more
