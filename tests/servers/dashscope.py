"""Speaks DashScope's own protocol over loopback, whole and in streams, and fails on demand."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

PATH = "/api/v1/services/aigc/text-generation/generation"
NO_ANSWER = "I don't know."
HANG_SECONDS = 60.0

# Status, code and message as the API documents them.
ERRORS: dict[str, tuple[int, str, str]] = {
    "key": (401, "InvalidApiKey", "Invalid API-key provided."),
    "echo": (401, "InvalidApiKey", "Invalid API-key provided: {key}"),
    "denied": (403, "AccessDenied", "Access denied."),
    "unbought": (403, "AccessDenied.Unpurchased", "Access to model denied."),
    "model": (404, "ModelNotFound", "Model can not be found."),
    "model400": (400, "InvalidParameter", "Model not exist."),
    "overdue": (400, "Arrearage", "Access denied, please make sure your account is in good standing."),
    "free": (403, "AllocationQuota.FreeTierOnly", "The free tier of the model has been exhausted."),
    "free429": (429, "Throttling.AllocationQuota", "Free allocated quota exceeded."),
    "throttled": (429, "Throttling.RateQuota", "Requests rate limit exceeded, please try again later."),
    "burst": (429, "Throttling", "Requests throttling triggered."),
    "tokens": (429, "Throttling.AllocationQuota", "Allocated quota exceeded, please increase your quota limit."),
    "quota": (429, "Throttling.AllocationQuota", "You exceeded your current quota, please check your plan."),
    "refused": (400, "DataInspectionFailed", "Input or output data may contain inappropriate content."),
    "refused-algo": (400, "InternalError.Algo.DataInspectionFailed", "Output data may contain inappropriate content."),
    "parameter": (400, "InternalError.Algo.InvalidParameter", "Temperature should be in [0.0, 2.0)"),
    "long": (400, "InvalidParameter", "Range of input length should be [1, 30720]"),
    "streams": (400, "InvalidParameter", "parameter.enable_thinking must be set to false for non-streaming calls"),
    "url": (400, "InvalidParameter", "url error, please check url!"),
    "internal": (500, "InternalError", "An internal error has occured, please try again later."),
    "timeout": (408, "RequestTimeOut", "Request timed out, please try again later."),
    "unknown": (400, "FlowNotPublished", "Flow has not published yet."),
}
BODIES = frozenset(
    {
        "garbage",
        "garbage-event",
        "empty",
        "nochoices",
        "null",
        "text",
        "length",
        "cut",
        "cutoff",
        "drop",
        "hang",
        "html",
    }
)


class DashScopeServer:
    """A `with` block around a server in a thread.

    `answers` gives the text of a question, by the longest prompt that the question contains. `fault` gives the kind of
    fault of a request by its number, or None: one of ERRORS, one of BODIES, or "event:" and one of ERRORS for an error
    in the middle of a stream. `drop` ends the connection before the answer, `cut` inside it, and `cutoff` ends a stream
    as if nothing were missing. `finish` is the word for how an answer ended. With `streams_only` every request that
    does not stream is refused. `calls` says which tools a question is answered with, each as name and arguments; with
    them `finish` should be `tool_calls`.
    """

    def __init__(
        self,
        answers: Mapping[str, str] | None = None,
        fault: Callable[[int], str | None] = lambda number: None,
        *,
        key: str | None = None,
        reasoning: str = "",
        streams_only: bool = False,
        retry_after: float | None = None,
        latency: float = 0.0,
        finish: str = "stop",
        calls: Callable[[dict[str, Any]], Sequence[tuple[str, str]]] = lambda body: (),
    ) -> None:
        self.requests: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._answers = dict(sorted((answers or {}).items(), key=lambda item: -len(item[0])))
        self.fault, self.key, self.reasoning = fault, key, reasoning
        self.streams_only, self.retry_after, self.latency = streams_only, retry_after, latency
        self.finish = finish
        self.calls = calls
        self.stopped = threading.Event()
        self._http = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/api/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def answer(self, question: str) -> str:
        """The scripted answer to a question."""
        return next((text for prompt, text in self._answers.items() if prompt in question), NO_ANSWER)

    def note(self, request: dict[str, Any]) -> str | None:
        """Log a request, and say which fault it meets."""
        with self._lock:
            number = len(self.requests)
            request["fault"] = fault = self.fault(number)
            self.requests.append(request)
        return fault


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients go away at any point, which is no fault of the server's."""


def _handler(server: DashScopeServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def log_message(self, *_: Any) -> None:
            """Tests read `requests` instead."""

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            streamed = self.headers.get("X-DashScope-SSE") == "enable"
            if self.path != PATH:
                return self._send(404, b"<html>nowhere</html>", "text/html")
            headers = {name.lower(): value for name, value in self.headers.items()}
            fault = server.note({**body, "streamed": streamed, "headers": headers})
            if server.key is not None and headers.get("authorization") != f"Bearer {server.key}":
                fault = "key"
            elif server.streams_only and not streamed:
                fault = "streams"
            if server.latency:
                time.sleep(server.latency)
            if fault in ERRORS:
                return self._refuse(fault, streamed)
            if fault in ("garbage", "empty", "html", "drop", "hang"):
                return self._break(fault)
            text, called = server.answer(body["input"]["messages"][-1]["content"]), list(server.calls(body))
            text = "" if called and text == NO_ANSWER else text
            return self._stream(text, fault, called) if streamed else self._whole(text, fault, called)

        def _refuse(self, kind: str, streamed: bool) -> None:
            status, error = self._error(kind)
            if streamed:
                return self._send(status, f"id:1\nevent:error\n{error}\n\n".encode(), "text/event-stream")
            return self._send(status, error.split("data:", 1)[1].encode(), "application/json")

        def _error(self, kind: str) -> tuple[int, str]:
            status, code, message = ERRORS[kind]
            key = self.headers.get("Authorization", "").removeprefix("Bearer ")
            error = {"code": code, "message": message.format(key=key), "request_id": "r"}
            return status, f":HTTP_STATUS/{status}\ndata:{json.dumps(error)}"

        def _break(self, kind: str) -> None:
            if kind == "hang":
                server.stopped.wait(HANG_SECONDS)
            if kind in ("hang", "drop"):
                self.close_connection = True
                with suppress(OSError):
                    self.connection.shutdown(socket.SHUT_RDWR)
                return None
            if kind == "html":
                return self._send(502, b"<html>bad gateway</html>", "text/html")
            return self._send(200, b"" if kind == "empty" else b"{this is not", "application/json")

        def _whole(self, text: str, fault: str | None, called: list[tuple[str, str]]) -> None:
            message: dict[str, Any] = {"role": "assistant", "content": text}
            if called:
                message["tool_calls"] = [call(*named, place) for place, named in enumerate(called)]
            if server.reasoning:
                message["reasoning_content"] = server.reasoning
            finish = server.finish if called or server.finish != "tool_calls" else "stop"
            if fault == "length":
                message["content"], finish = text[: len(text) // 2], "length"
            if fault == "null":
                message["content"] = None
            output: dict[str, Any] = {"choices": [{"finish_reason": finish, "message": message}]}
            if fault == "nochoices":
                output = {"choices": []}
            if fault == "text":
                output = {"text": text, "finish_reason": "stop"}
            body = json.dumps({"output": output, "usage": usage(text), "request_id": "r"}).encode()
            self._send(200, body, "application/json", cut=fault in ("cut", "cutoff"))

        def _stream(self, text: str, fault: str | None, called: list[tuple[str, str]]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream;charset=UTF-8")
            self.send_header("Connection", "close")
            chunked = fault != "cutoff"
            if chunked:
                self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.close_connection = True
            finish = server.finish if called or server.finish != "tool_calls" else "stop"
            if fault == "length":
                text, finish = text[: len(text) // 2], "length"
            pieces: list[tuple[str, Any]] = [("reasoning_content", piece) for piece in split(server.reasoning)]
            pieces += [("content", piece) for piece in split(text)]
            for place, (name, arguments) in enumerate(called):
                pieces.append(("tool_calls", [call(name, "", place)]))
                later = ({"index": place, "id": "", "function": {"arguments": one}} for one in split(arguments))
                pieces += [("tool_calls", [piece]) for piece in later]
            for number, (field, piece) in enumerate(pieces, 1):
                last = number == len(pieces)
                if number > len(pieces) // 2 and fault in ("cut", "cutoff"):
                    return
                if number > len(pieces) // 2 and (fault or "").startswith("event:"):
                    _, error = self._error(str(fault).removeprefix("event:"))
                    self._chunk(f"id:{number}\nevent:error\n{error}\n\n", chunked)
                    break
                message = {"role": "assistant", "content": "", "reasoning_content": "", field: piece}
                choice = {"message": message, "finish_reason": finish if last else "null"}
                event = {"output": {"choices": [choice]}, "usage": usage(text), "request_id": "r"}
                frame = f"id:{number}\nevent:result\n:HTTP_STATUS/200\ndata:{json.dumps(event)}\n\n"
                if fault == "garbage-event" and number == 2:
                    frame = f"id:{number}\nevent:result\n:HTTP_STATUS/200\ndata:{{this is\n\n"
                self._chunk(frame, chunked)
            if chunked:
                self.wfile.write(b"0\r\n\r\n")

        def _chunk(self, text: str, chunked: bool) -> None:
            data = text.encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data) if chunked else data)

        def _send(self, status: int, body: bytes, kind: str, cut: bool = False) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if server.retry_after is not None and status == 429:
                self.send_header("Retry-After", f"{server.retry_after:g}")
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if cut else body)
            self.close_connection = cut

    return Handler


def call(name: str, arguments: str, place: int) -> dict[str, Any]:
    """One call of a tool."""
    function = {"name": name, "arguments": arguments}
    return {"index": place, "id": f"id{place}", "type": "function", "function": function}


def split(text: str) -> list[str]:
    """Cut a text into pieces as a stream would."""
    return re.findall(r"(?s).{1,12}", text)


def usage(text: str) -> dict[str, Any]:
    """Made-up but repeatable token counts."""
    tokens = (len(text) + 3) // 4
    return {"input_tokens": 7, "output_tokens": tokens, "total_tokens": 7 + tokens}
