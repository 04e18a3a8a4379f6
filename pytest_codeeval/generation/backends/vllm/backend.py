"""VllmBackend: a vLLM server that the run starts for a model, or one that runs already."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.backends.openai.client import OpenAIClient, alike
from pytest_codeeval.generation.backends.openai.likelihood import Likelihood
from pytest_codeeval.generation.backends.vllm.machinelock import SharedMachineLock
from pytest_codeeval.generation.backends.vllm.model import ModelFiles
from pytest_codeeval.generation.backends.vllm.monitor import FILE_NAME, Monitor
from pytest_codeeval.generation.backends.vllm.probe import continues, listed
from pytest_codeeval.generation.backends.vllm.server import LOG_NAME, VllmServer
from pytest_codeeval.generation.backends.vllm.settings import VllmSettings

if TYPE_CHECKING:
    from pytest_codeeval.generation.modelspec import ModelSpec

# Longer than the pause between an answer and the next request, shorter than anybody would mind.
_REST_SECONDS = 1.0
# The watcher buries the children of a server that died before it says so.
_DYING_SECONDS = 5.0


class VllmBackend(ModelBackend):
    """Asks vLLM by OpenAI's protocol; starts it with the first request that is not answered by the store.

    Several of these take turns, each ending its server when its requests are done, unless `parallel=on` was said.
    A server that dies is started once more. `turn` is what it waits for; servers of one model share it.
    """

    cacheable = True

    def __init__(self, spec: ModelSpec, request_timeout: float = 600.0, settings: VllmSettings | None = None) -> None:
        """Check the settings, and the user's flags with vLLM's own parser.

        Raises UsageError where they cannot be, or no vLLM is there.
        """
        self._settings = settings = settings or VllmSettings.of(spec)
        self.batch_size = settings.batch_size
        self.concurrency = settings.calls
        self._spec, self._timeout = spec, request_timeout
        # Made here, so that a missing HTTP library is known before the run.
        OpenAIClient(self._settings.url or "http://127.0.0.1", name=spec.label)
        self._folder: Path | None = None
        self._has_more: Callable[[], bool] = lambda: False
        self._say: Callable[[str], None] = lambda _: None
        self._server: VllmServer | None = None
        self._client: OpenAIClient | None = None
        self._likelihood: Likelihood | None = None
        self._monitor: Monitor | None = None
        self._starting: asyncio.Task[OpenAIClient] | None = None
        self._resting: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None
        self._machine: SharedMachineLock | None = None
        self.turn = SharedMachineLock()
        self._fell: BackendError | None = None
        self._raw, self._asking, self._deaths = False, 0, 0
        self._starts, self._line = list[float](), list[str]()

    def attach(self, folder: Path, say: Callable[[str], None]) -> None:
        """Say where the server's log and figures go, and how to tell the user what it does."""
        self._folder, self._say = folder, say

    def watch(self, has_more: Callable[[], bool]) -> None:
        """Hear how to find out whether requests are left."""
        self._has_more = has_more

    def summary(self) -> dict[str, Any]:
        """Return what the server did in this run, as plain JSON values; empty where it was not needed."""
        if self._monitor is None:
            return {}
        own = {"command": self._line, "start_seconds": self._starts, "files": ModelFiles.of(self._spec.model).about()}
        how = own if self._starts else {"url": self._settings.url}
        asked = "score" if self._likelihood else "completion" if self._raw else "chat"
        return {**how, "mode": asked, **self._monitor.summary()}

    async def generate(self, requests: Sequence[CompletionRequest]) -> list[Completion | BackendError | None]:
        """Return one completion a request, in their order, or its error; None for those that have to be asked again.

        Raises BackendError where the server does not start.
        """
        self._asking += 1
        try:
            client = await self._ready()
            return await self._answers(client, requests)
        finally:
            self._asking -= 1
            self._rest_soon()

    async def reach(self) -> str:
        """Ask a server that runs already which models it has; that one of ours died is said once."""
        if self._fell is not None:
            fell, self._fell = self._fell, None
            raise fell
        return await listed(self._spec, self._settings)

    async def aclose(self) -> None:
        """End the server, or the start of it, and hang up."""
        for handle in (self._resting, self._starting, self._ending):
            if handle is not None:
                handle.cancel()
        for task in filter(None, (self._starting, self._ending)):
            with suppress(asyncio.CancelledError, Exception):
                await task
        await self._end()

    async def _answers(
        self, client: OpenAIClient, requests: Sequence[CompletionRequest]
    ) -> list[Completion | BackendError | None]:
        groups = alike(requests) if client.takes_n else [[number] for number in range(len(requests))]
        calls = (self._asked(client, [requests[number] for number in group]) for group in groups)
        found = await asyncio.gather(*calls, return_exceptions=True)
        errors = [error for error in found if isinstance(error, BaseException)]
        if errors and (fault := await self._fault(errors[0])) is not None:
            lost = await self._lost(client, fault)  # what was answered before is not asked again
            found = [lost if isinstance(outcome, BackendError) else outcome for outcome in found]
        answers: list[Completion | BackendError | None] = [None] * len(requests)
        for group, outcome in zip(groups, found, strict=True):
            if isinstance(outcome, BaseException) and not isinstance(outcome, BackendError):
                raise outcome
            for place, number in enumerate(group):
                answers[number] = outcome if isinstance(outcome, BackendError) else outcome[place]
        return answers

    async def _asked(
        self, client: OpenAIClient, requests: Sequence[CompletionRequest]
    ) -> Sequence[Completion | BackendError | None]:
        if self._likelihood is None:
            return await client.answers(requests, raw=self._raw)
        return [await self._likelihood.answer(request) for request in requests]

    async def _fault(self, error: BaseException) -> BackendError | None:
        """Why our server is gone, where that is what an error comes from; it says so before it goes."""
        give_up = time.monotonic() + _DYING_SECONDS
        while self._server is not None and getattr(error, "status", None) in (None, 500, 503):
            if self._server.fault is not None or time.monotonic() > give_up:
                return self._server.fault
            await asyncio.sleep(0.1)
        return None

    async def _lost(self, client: OpenAIClient, fault: BackendError) -> BackendError:
        """Clear away a server that died, and return what comes of its requests: the first time they are sent again."""
        # Of all whose requests went down with it, the first to notice.
        if client is self._client and self._ending is None:
            self._deaths += 1
            self._fell = fault
            if self._server is not None:
                self._server.show_log()
            self._end_soon()
        if self._ending is not None:
            await asyncio.shield(self._ending)
        return fault if self._deaths > 1 else BackendError(f"{fault}; it is started once more", retryable=True)

    # The server

    async def _ready(self) -> OpenAIClient:
        if self._resting is not None:
            self._resting.cancel()
        if self._ending is not None:
            await asyncio.shield(self._ending)
        if self._client is not None:
            return self._client
        if self._starting is None:
            self._starting = asyncio.get_running_loop().create_task(self._start())
        try:
            # Shielded: a request that is given up must not take the start with it that all others wait for.
            return await asyncio.shield(self._starting)
        finally:
            if self._starting is not None and self._starting.done():
                self._starting = None

    async def _start(self) -> OpenAIClient:
        folder = self._folder or Path(tempfile.mkdtemp(prefix="codeeval-vllm-"))
        folder.mkdir(parents=True, exist_ok=True)
        self._monitor = self._monitor or Monitor(folder / FILE_NAME)
        settings = self._settings
        url, key = settings.url, settings.key
        try:
            if settings.command is not None:
                if not settings.parallel:
                    await self.turn.acquire(self._rest_soon)
                    self._machine = self.turn
                server = VllmServer(settings.command, self._spec.label, folder / LOG_NAME, settings.deadline, self._say)
                self._server = server
                await server.start()
                self._starts.append(server.start_seconds)
                self._line, url, key = server.line, server.url, server.key
            self._raw = await continues(self._spec, settings.command, url, key)
            await self._monitor.start(url)
        except BaseException:
            await self._end()
            raise
        self._client = OpenAIClient(
            f"{url}/v1", name=self._spec.label, key=key, variable=settings.key_variable, timeout=self._timeout
        )
        if self._spec.mode == "score":
            self._likelihood = Likelihood(self._client, self._spec.model, self._spec.label, url)
        return self._client

    async def _end(self) -> None:
        client, self._client = self._client, None
        server, self._server = self._server, None
        machine, self._machine = self._machine, None
        try:
            if self._monitor is not None:
                await self._monitor.stop()
            if client is not None:
                await client.aclose()
        finally:
            if server is not None:
                await server.stop()
            if machine is not None:
                machine.release()

    def _rest_soon(self) -> None:
        """End the server in a moment, if no request comes by then and another model waits for the machine."""
        if self._machine is None or not self._machine.wanted:
            return
        if self._resting is not None:
            self._resting.cancel()
        self._resting = asyncio.get_running_loop().call_later(_REST_SECONDS, self._hand_over)

    def _hand_over(self) -> None:
        if self._asking or self._has_more():
            self._rest_soon()
        elif self._machine is not None and self._machine.wanted and self._ending is None:
            self._say(f"codeeval: vLLM is done with {self._spec.label}")
            self._end_soon()

    def _end_soon(self) -> None:
        """Begin to end the server; what comes meanwhile waits in `_ready` until it is gone."""

        async def end() -> None:
            try:
                await self._end()
            finally:
                self._ending = None

        if self._ending is None:
            self._ending = asyncio.get_running_loop().create_task(end())
