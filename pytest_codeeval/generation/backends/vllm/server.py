"""VllmServer: `vllm serve` for one model, from its start to the end of its last process."""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import shlex
import socket
import time
from collections.abc import Callable
from pathlib import Path

from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.backends.vllm.command import Command
from pytest_codeeval.generation.backends.vllm.log import ServerLog
from pytest_codeeval.generation.backends.vllm.probe import ask
from pytest_codeeval.generation.backends.vllm.process import GRACE_SECONDS, ServerProcess

LOG_NAME = "vllm.log"
_LOOK_SECONDS = 0.2
_SAY_SECONDS = 5.0
_SHOWN_LINES = 12
_PORT_TRIES = 3
_STOP_SECONDS = GRACE_SECONDS + 3.0
_PORT_TAKEN = "address already in use"
_TOO_LONG = "max_model_len"
_SECRET = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL)S?(_|$)", re.IGNORECASE)
_NEEDED = re.compile(r"HF_|HUGGING|VLLM_|AWS_|GOOGLE_APPLICATION_")  # where the weights of a model may be


class VllmServer:
    """Listens on a free port of loopback, with a key that only this run knows.

    `log` is where its output goes, `deadline` how many seconds a start may take, `say` tells the user how it goes.
    """

    def __init__(self, command: Command, label: str, log: Path, deadline: float, say: Callable[[str], None]) -> None:
        self.key = secrets.token_urlsafe(24)
        self.line: list[str] = []
        self.start_seconds = 0.0
        self._command = command
        self._label = label
        self._log = ServerLog(log)
        self._deadline = deadline
        self._say = say
        self._port = 0
        self._process: ServerProcess | None = None

    @property
    def url(self) -> str:
        """Its root."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def fault(self) -> BackendError | None:
        """Why it is gone, where it ended by itself."""
        status = self._process.exit_status if self._process else None
        return None if status is None else self._error(f"ended by itself (exit status {status})")

    async def start(self) -> None:
        """Start it and wait until it answers.

        Raises BackendError, which is fatal, where it ends or is not ready in time; nothing is left running then.
        """
        begun = time.monotonic()
        short, tries = False, 1
        while True:
            try:
                await self._start_once(begun, short)
                break
            except BackendError:
                said = "\n".join(self._log.last(100))
                too_long = _TOO_LONG in said and "derived" in said and self._command.presets_context and not short
                if not too_long and (_PORT_TAKEN not in said.lower() or tries == _PORT_TRIES):
                    self.show_log()
                    raise
                # Another process took the port in between, or the model was made for less than the preset's context.
                short, tries = short or too_long, tries + 1
        self.start_seconds = round(time.monotonic() - begun, 1)
        self._say(f"codeeval: vLLM serves {self._label} after {self.start_seconds:.0f} s")

    def show_log(self) -> None:
        """Say the last lines of its output."""
        for line in self._log.last(_SHOWN_LINES):
            self._say(f"  {line.rstrip()[:300]}")

    async def stop(self) -> None:
        """End it and wait until all its processes are gone."""
        process, self._process = self._process, None
        if process is None:
            return
        process.stop()
        give_up = time.monotonic() + _STOP_SECONDS
        while process.exit_status is None and time.monotonic() < give_up:
            await asyncio.sleep(0.05)

    async def _start_once(self, begun: float, short: bool) -> None:
        self._port = _free_port()
        self.line = self._command.line(self._port, short=short)
        self._log.mark()
        self._say(f"codeeval: starting {shlex.join(self.line)}; its output goes to {self._log.path}")
        environment = _environment(self.key, self._command.devices)
        try:
            self._process = ServerProcess(self.line, environment, self._log.path)
        except OSError as error:
            raise BackendError(f"vLLM cannot be started: {error}", fatal=True) from None
        try:
            await self._ready(begun)
        except BaseException:
            await self.stop()
            raise

    async def _ready(self, begun: float) -> None:
        said = time.monotonic()
        while not await self._answers():
            if (fault := self.fault) is not None:
                raise fault
            now = time.monotonic()
            if now - begun > self._deadline:
                raise self._error(
                    f"was not ready after {self._deadline:g} s (--model-args start_timeout=SECONDS gives it longer)"
                )
            if now - said >= _SAY_SECONDS:
                said = now
                saying = self._log.progress()[:120] or "it says nothing yet"
                self._say(f"codeeval: vLLM loads {self._label}, {now - begun:.0f} s: {saying}")
            await asyncio.sleep(_LOOK_SECONDS)

    async def _answers(self) -> bool:
        """Whether it is well, and is this one: only ours takes our key and has our model."""
        if (await ask(f"{self.url}/health"))[0] != 200:
            return False
        status, text = await ask(f"{self.url}/v1/models", key=self.key)
        try:
            models = [model["id"] for model in json.loads(text)["data"]] if status == 200 else []
        except (ValueError, KeyError, TypeError):
            return False
        return self._command.model in models

    def _error(self, what: str) -> BackendError:
        reason = self._log.reason().rstrip(".")[:400]
        return BackendError(
            f"the vLLM server of {self._label} {what}: {reason or 'it said nothing'}; its log is {self._log.path}",
            fatal=True,
        )


def _environment(key: str, devices: str) -> dict[str, str]:
    """Our own, without keys that are not for loading a model: the model may come with code."""
    kept = {name: value for name, value in os.environ.items() if _NEEDED.match(name) or not _SECRET.search(name)}
    kept |= {"CUDA_VISIBLE_DEVICES": devices} if devices else {}
    return {**kept, "VLLM_API_KEY": key, "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
