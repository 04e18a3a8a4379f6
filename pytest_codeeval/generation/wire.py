"""The wire between xdist workers and the service: two verbs, JSON lines, a local socket, a token.

Never pickle: a worker sits beside hostile code, and so may one day be hostile itself.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
import shutil
import socket
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError, CodeEvalError, StorageError, UsageError
from pytest_codeeval.generation.service import CompletionService

_LONGEST_LINE = 1 << 28
_ROWS_AT_ONCE = 1000
_ERRORS: dict[str, type[CodeEvalError]] = {"backend": BackendError, "storage": StorageError, "usage": UsageError}


def packed(requests: Sequence[CompletionRequest]) -> list[dict[str, Any]]:
    """Return requests as plain JSON values, neighbours that differ in nothing but the sample as one."""
    rows: list[dict[str, Any]] = []
    last: CompletionRequest | None = None
    for request in requests:
        if last is not None and replace(request, sample_index=last.sample_index) == last:
            rows[-1]["samples"].append(request.sample_index)
        else:
            rows.append({"request": request.to_json(), "samples": [request.sample_index]})
            last = request
    return rows


def unpacked(rows: Sequence[Mapping[str, Any]]) -> list[CompletionRequest]:
    """Return the requests that were packed; samples of one question share all but their number."""
    requests = []
    for row in rows:
        first = CompletionRequest.from_json(row["request"])
        requests += [replace(first, sample_index=int(index)) for index in row["samples"]]
    return requests


class WireServer:
    """Serves the service to workers on a socket in a folder that only this user can enter."""

    def __init__(self, service: CompletionService) -> None:
        self._service = service
        self._token = secrets.token_hex(16)
        self._folder = Path(tempfile.mkdtemp(prefix="codeeval-"))
        self._path = self._folder / "wire"
        self._server = service.submit(self._listen()).result()

    @property
    def address(self) -> dict[str, str]:
        """What a worker needs to connect."""
        return {"path": str(self._path), "token": self._token}

    def close(self) -> None:
        """Stop listening and remove the socket."""
        self._service.submit(self._stop()).result(timeout=10)
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_unix_server(self._talk, self._path, limit=_LONGEST_LINE)

    async def _stop(self) -> None:
        self._server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            hello = (await reader.readline()).strip()
            if not hmac.compare_digest(hello, self._token.encode()):
                return
            while line := await reader.readline():
                writer.write(json.dumps(await self._reply(line)).encode("ascii") + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError, RecursionError):
            pass  # a worker that dies or talks nonsense is cut off; pytest-xdist reports its death
        except asyncio.CancelledError:
            pass  # the service ends; asyncio would print the traceback of a cancelled conversation
        finally:
            writer.close()

    async def _reply(self, line: bytes) -> dict[str, Any]:
        try:
            message = json.loads(line)
            requests = unpacked(message["requests"])
            if message["verb"] == "announce":
                await self._service.announced(message["datasets"], requests)
                return {"done": True}
            completions = await self._service.completed(requests)
            return {"completions": [completion.to_json() for completion in completions]}
        except CodeEvalError as error:
            return {"error": _kind(error), "message": str(error)}
        except (KeyError, TypeError) as error:
            return {"error": "backend", "message": f"the worker's message is not understood: {error!r}"}


class WireClient:
    """The service as a worker sees it."""

    def __init__(self, address: Mapping[str, str]) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(address["path"])
        self._socket.sendall(address["token"].encode() + b"\n")
        self._replies = self._socket.makefile("rb")

    def announce(self, datasets: Sequence[Mapping[str, Any]], requests: Sequence[CompletionRequest]) -> None:
        """Say which datasets the run uses and which requests it is going to ask."""
        rows = packed(requests)
        self._ask({"verb": "announce", "datasets": list(datasets), "requests": rows[:_ROWS_AT_ONCE]})
        for start in range(_ROWS_AT_ONCE, len(rows), _ROWS_AT_ONCE):
            self._ask({"verb": "announce", "datasets": [], "requests": rows[start : start + _ROWS_AT_ONCE]})

    def complete(self, requests: Sequence[CompletionRequest]) -> list[Completion]:
        """Return the answers to `requests`, waiting for them."""
        rows = packed(requests)
        answers = self._ask({"verb": "complete", "requests": rows})["completions"]
        return [Completion.from_json(answer) for answer in answers]

    def close(self) -> None:
        """Hang up."""
        self._replies.close()
        self._socket.close()

    def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        try:
            self._socket.sendall(json.dumps(message).encode("ascii") + b"\n")
            line = self._replies.readline()
        except OSError as error:
            raise BackendError(f"the controller cannot be reached: {error.strerror}", fatal=True) from None
        if not line:
            raise BackendError("the controller has ended", fatal=True)
        reply: dict[str, Any] = json.loads(line)
        if "error" in reply:
            raise _ERRORS[reply["error"]](reply["message"])
        return reply


def _kind(error: CodeEvalError) -> str:
    return next((kind for kind, cls in _ERRORS.items() if isinstance(error, cls)), "backend")
