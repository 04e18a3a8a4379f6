"""The wire between xdist workers and the service: two verbs, JSON lines, a local socket, a token.

Never pickle: a worker sits beside hostile code, and so may one day be hostile itself.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import CodeEvalError, StorageError
from pytest_codeeval.generation.service import CompletionService
from pytest_codeeval.generation.wireformat import ERRORS, requests_in, short_path

_LONGEST_LINE = 1 << 28


class WireServer:
    """Serves the service to workers on a socket in a folder that only this user can enter."""

    def __init__(self, service: CompletionService) -> None:
        """Listen. Raises StorageError where the folder for temporary files does not take a socket."""
        self._service = service
        self._token = secrets.token_hex(16)
        self._opened = ExitStack()
        try:
            self._folder = Path(tempfile.mkdtemp(prefix="codeeval-"))
            self._opened.callback(shutil.rmtree, self._folder, ignore_errors=True)
            self._path = self._folder / "wire"
            short = self._opened.enter_context(short_path(self._path))
            self._server = service.submit(self._listen(short)).result()
        except OSError as error:
            self._opened.close()
            raise StorageError(
                f"workers cannot be spoken to by a socket in {tempfile.gettempdir()!r} ({error.strerror}); "
                "set TMPDIR to a folder that can be written, or run with -n 0."
            ) from None

    @property
    def address(self) -> dict[str, str]:
        """What a worker needs to connect."""
        return {"path": str(self._path), "token": self._token}

    def close(self) -> None:
        """Stop listening and remove the socket."""
        with self._opened:
            self._service.submit(self._stop()).result(timeout=10)

    async def _listen(self, path: str) -> asyncio.Server:
        return await asyncio.start_unix_server(self._talk, path, limit=_LONGEST_LINE)

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
            requests = requests_in(message["requests"])
            if message["verb"] == "announce":
                await self._service.announced(message["datasets"], requests)
                return {"done": True}
            completions = await self._service.completed(requests)
            return {"completions": [completion.to_json() for completion in completions]}
        except CodeEvalError as error:
            return {"error": _kind(error), "message": str(error)}
        except (KeyError, TypeError) as error:
            return {"error": "backend", "message": f"the worker's message is not understood: {error!r}"}


def _kind(error: CodeEvalError) -> str:
    return next((kind for kind, cls in ERRORS.items() if isinstance(error, cls)), "backend")
