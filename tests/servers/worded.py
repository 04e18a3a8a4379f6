"""Speaks OpenAI's protocol over loopback in whatever words a test puts into its mouth."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Body = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """What goes back: JSON values, or the bytes of a body as they are."""

    payload: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """The bytes that are sent."""
        return self.payload if isinstance(self.payload, bytes) else json.dumps(self.payload).encode()


def choice(content: Any, reason: Any = "stop", index: int = 0, **message: Any) -> Body:
    """One choice of a chat completion."""
    said = {"role": "assistant", "content": content, **message}
    return {"index": index, "message": said, "finish_reason": reason}


def answer(*choices: Body, **more: Any) -> Reply:
    """A chat completion, with made-up token counts."""
    usage = {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}
    about = {"id": "x", "object": "chat.completion", "created": 1, "model": "m"}
    return Reply({**about, "choices": list(choices), "usage": usage, **more})


def error(status: int, message: str, code: Any = None, kind: Any = "", **headers: str) -> Reply:
    """An error in the body layout that OpenAI uses."""
    told = {"message": message, "type": kind, "code": code, "param": None}
    return Reply({"error": told}, status, {name.replace("_", "-"): value for name, value in headers.items()})


class WordedServer:
    """A `with` block around a server in a thread; `reply` says what comes of a request, by its body and number."""

    def __init__(self, reply: Callable[[Body, int], Reply] | Reply) -> None:
        self.requests: list[Body] = []
        self.keys: set[str] = set()
        self._reply = (lambda body, number: reply) if isinstance(reply, Reply) else reply
        self._lock = threading.Lock()
        self._http = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def reply_to(self, body: Body, key: str = "") -> Reply:
        """Note a request and the key that came with it, and find what to say."""
        with self._lock:
            self.requests.append(body)
            self.keys.add(key)
            return self._reply(body, len(self.requests) - 1)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients go away at any point, which is no fault of the server's."""


def _handler(server: WordedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Tests read `requests` instead."""

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            reply = server.reply_to(body, self.headers.get("Authorization", "").removeprefix("Bearer "))
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

    return Handler
