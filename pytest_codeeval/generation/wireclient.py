"""The worker's end of the wire; in a file of its own, as a worker needs neither the service nor an event loop."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.wireformat import ERRORS, request_batches, short_path

_ROWS_AT_ONCE = 1000


class WireClient:
    """The service as a worker sees it."""

    def __init__(self, address: Mapping[str, str]) -> None:
        """Connect with the first question: until then nobody has a use for the answer that there is no controller."""
        self._address = address
        self._hung_up()

    def _hung_up(self) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._replies = self._socket.makefile("rb")
        self._connected = False

    def announce(self, datasets: Sequence[Mapping[str, Any]], requests: Sequence[CompletionRequest]) -> None:
        """Say which datasets the run uses and which requests it is going to ask."""
        rows = request_batches(requests)
        self._ask({"verb": "announce", "datasets": list(datasets), "requests": rows[:_ROWS_AT_ONCE]})
        for start in range(_ROWS_AT_ONCE, len(rows), _ROWS_AT_ONCE):
            self._ask({"verb": "announce", "datasets": [], "requests": rows[start : start + _ROWS_AT_ONCE]})

    def complete(self, requests: Sequence[CompletionRequest]) -> list[Completion]:
        """Return the answers to `requests`, waiting for them."""
        answers = self._ask({"verb": "complete", "requests": request_batches(requests)})["completions"]
        return [Completion.from_json(answer) for answer in answers]

    def close(self) -> None:
        """Hang up."""
        self._replies.close()
        self._socket.close()

    def _connect(self) -> None:
        if self._connected:
            return
        with short_path(Path(self._address["path"])) as path:
            self._socket.connect(path)
        self._socket.sendall(self._address["token"].encode() + b"\n")
        self._connected = True

    def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        try:
            self._connect()
            self._socket.sendall(json.dumps(message).encode("ascii") + b"\n")
            line = self._replies.readline()
        except OSError as error:
            raise BackendError(f"the controller cannot be reached: {error.strerror}", fatal=True) from None
        except BaseException:
            # Broken off while it waits, as by a timeout of pytest-timeout: the reply would be taken for the next one's.
            self.close()
            self._hung_up()
            raise
        if not line:
            raise BackendError("the controller has ended", fatal=True)
        reply: dict[str, Any] = json.loads(line)
        if "error" in reply:
            raise ERRORS[reply["error"]](reply["message"])
        return reply
