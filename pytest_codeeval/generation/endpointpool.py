"""EndpointPool: several servers of one model as one backend; each request goes to the one with the least to do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.core.text import counted
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.endpoint import FORBIDDEN, Called, Endpoint, Patience


class EndpointPool(ModelBackend):
    """Asks the servers of `members`, named by their keys; `label` is the model's name for the user.

    A server at fault is left out until it is well again, and what failed there is asked elsewhere: only what no server
    answers is an error of the call. Where all are left out, the one that failed first is asked, so that a model with
    no server is given up as one with a single server is. Concurrency, rates and budget are those of the model, over
    all servers. `deadline` is how many seconds an answer may take.
    """

    def __init__(
        self,
        label: str,
        members: Mapping[str, ModelBackend],
        deadline: float = 600.0,
        patience: Patience | None = None,
    ) -> None:
        self._label = label
        self._patience = patience or Patience()
        self._endpoints = [Endpoint(name, one, self._patience, deadline) for name, one in members.items()]
        self._first = first = self._endpoints[0].backend
        self.batch_size, self.cacheable, self.scores = first.batch_size, first.cacheable, first.scores
        self.identity = first.identity
        self.concurrency = sum(one.backend.concurrency for one in self._endpoints)
        self._say: Callable[[str], None] = lambda _: None
        self._tasks: set[asyncio.Task[None]] = set()
        self._watching = False

    @property
    def samples_at_once(self) -> int:  # type: ignore[override]  # it may turn out that a server takes one only
        """How many samples of one problem all of them take in one request."""
        return min(one.backend.samples_at_once for one in self._endpoints)

    @property
    def bounds_cost(self) -> bool:
        """Whether they say beforehand what an answer can cost."""
        return self._first.bounds_cost

    @property
    def left_out(self) -> Sequence[str]:  # type: ignore[override]  # it changes while a run goes on
        """The servers that are asked no more for now; any thread may ask."""
        return [one.name for one in self._endpoints if one.fault is not None]

    async def generate(self, requests: Sequence[CompletionRequest]) -> Sequence[Completion | BackendError | None]:
        """Return the answers of the first server that gives any, or the errors of the last.

        Raises BackendError where none can be asked at all.
        """
        if not self._watching:
            self._watching = True
            self._start(self._watch())
        tried: list[Endpoint] = []
        endpoint: Endpoint | None = self._endpoint(tried)
        while endpoint is not None:
            tried.append(endpoint)
            called = await endpoint.call(requests)
            if called.failure is None:
                self._take_back(endpoint)
                break
            left_out = await self._judge(endpoint, called)
            endpoint = self._endpoint(tried) if left_out or _may_do_better(called, tried) else None
        if called.failure is not None and called.failure.fatal:
            raise self._lasting(called.failure)
        return called.outcomes

    def cost_at_most(self, request: CompletionRequest) -> float | None:
        """Return what an answer can cost in US dollars."""
        return self._first.cost_at_most(request)

    def attach(self, folder: Path, say: Callable[[str], None]) -> None:
        """Hear where files go, which for all but the first is a folder of its own, and how to tell the user."""
        self._say = say
        for number, one in enumerate(self._endpoints):
            one.backend.attach(folder if number == 0 else folder / f"server-{number + 1}", say)

    def watch(self, has_more: Callable[[], bool]) -> None:
        """Hear how to find out whether requests are left."""
        for one in self._endpoints:
            one.backend.watch(has_more)

    def summary(self) -> Mapping[str, Any]:
        """Return what each server did in this run; empty if none was asked."""
        asked = any(one.answers or one.failures for one in self._endpoints)
        return {"endpoints": [one.to_json() for one in self._endpoints]} if asked else {}

    async def reach(self) -> str:
        """Find out which of them could be asked, and return in words what is odd.

        Raises BackendError where none could.
        """
        found = await asyncio.gather(*(one.backend.reach() for one in self._endpoints), return_exceptions=True)
        errors = [error for error in found if isinstance(error, BaseException)]
        if len(errors) == len(found):
            raise errors[0]
        return "; ".join(filter(None, map(str, found)))

    def preview(self, request: CompletionRequest) -> Mapping[str, Any]:
        """Return what would be sent, as to the first of them."""
        return self._first.preview(request)

    async def aclose(self) -> None:
        """Hang up everywhere."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(one.backend.aclose() for one in self._endpoints))

    def _endpoint(self, tried: Sequence[Endpoint]) -> Endpoint | None:
        """Return the one to ask next; None where no other is left."""
        well = [one for one in self._endpoints if one.fault is None and one not in tried]
        ready = [one for one in well if not one.rests] or well
        if ready:
            return min(ready, key=lambda one: one.load)
        if tried:
            return None
        hopeful = [one for one in self._endpoints if one.fault is None or not one.fault.fatal] or self._endpoints
        return min(hopeful, key=lambda one: one.failed_at)

    def _lasting(self, failure: BackendError) -> BackendError:
        """Return what a call has met with: no fault for good, while another server may come back."""
        faults = (one.fault for one in self._endpoints if one.fault is not None and not one.fault.fatal)
        return next(faults, failure)

    async def _judge(self, endpoint: Endpoint, called: Called) -> bool:
        """Return whether the server of a call that failed is left out."""
        if endpoint.fault is None and not await endpoint.is_at_fault(called):
            return False
        if called.failure is not None:
            self._leave_out(endpoint, called.failure)
        return True

    def _leave_out(self, endpoint: Endpoint, error: BackendError) -> None:
        if endpoint.fault is not None:  # another call was earlier, or it was asked as no other was left
            endpoint.fault = error
            return
        endpoint.leave_out(error)
        others = len(self._endpoints) - len(self.left_out)
        then = f"its requests go to {counted(others, 'other server')}" if others else "no server is left"
        reason = " ".join(str(error).split()).rstrip(".")[:300]
        self._say(f"codeeval: {self._label}: {endpoint.name} is left out, and {then} ({reason})")
        if endpoint.returning is None or endpoint.returning.done():
            endpoint.returning = self._start(self._bring_back(endpoint))

    async def _bring_back(self, endpoint: Endpoint) -> None:
        await endpoint.until_well()
        self._take_back(endpoint)

    def _take_back(self, endpoint: Endpoint) -> None:
        if endpoint.fault is not None:
            self._say(f"codeeval: {self._label}: {endpoint.name} is asked again, after {endpoint.take_back():.0f} s")

    async def _watch(self) -> None:
        """Look at each server that has requests and says nothing: one whose machine is gone refuses nothing."""
        while True:
            await asyncio.sleep(self._patience.look)
            for one in self._endpoints:
                others = [other for other in self._endpoints if other is not one and other.fault is None]
                if not others or one.silence < self._patience.silent:
                    continue
                # Twice, as one that works hard may be late.
                if await one.ails() is None or (error := await one.ails()) is None:
                    continue
                self._leave_out(one, error)
                one.give_up_calls()

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _may_do_better(called: Called, tried: Sequence[Endpoint]) -> bool:
    """Whether another server is asked what one has refused that is well: once, if that takes no time of an answer."""
    error = called.failure
    if error is None or called.timed_out or len(tried) > 1:
        return False
    return error.retryable or error.status == FORBIDDEN
