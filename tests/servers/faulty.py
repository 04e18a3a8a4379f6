"""Serves scripted OpenAI-compatible chat completions over loopback and fails on demand, for tests of clients."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
import http
import json
import os
import random
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

NO_ANSWER = "I don't know."
STATUS_KINDS = frozenset({"429", "500", "503", "refuse401"})
BODY_KINDS = frozenset({"garbage", "empty", "nochoices", "null", "length", "cut"})
KINDS = STATUS_KINDS | BODY_KINDS | {"slow", "hang", "die"}
HANG_SECONDS = 300.0
IDLE_SECONDS = 120.0
MAX_HEAD_BYTES = 65_536
USUAL_FIELDS = {"messages", "model", "temperature", "top_p", "max_tokens", "seed", "n", "stop", "prompt", "stream"}
MAX_BODY_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Faults:
    """Which request numbers fail, and how: listed numbers first, then seeded shares of the rest."""

    spans: tuple[tuple[str, int, int], ...]
    shares: tuple[tuple[str, float], ...]
    seed: int

    @classmethod
    def parse(cls, spec: str, seed: int) -> Faults:
        """Read a comma list of `kind:share`, `kind@number` and `kind@first-last`."""
        spans: list[tuple[str, int, int]] = []
        shares: list[tuple[str, float]] = []
        for part in filter(None, (piece.strip() for piece in spec.split(","))):
            if "@" in part:
                kind, _, numbers = part.partition("@")
                first, _, last = numbers.partition("-")
                spans.append((kind, int(first), int(last or first)))
            else:
                kind, _, share = part.partition(":")
                shares.append((kind, float(share)))
            if kind not in KINDS:
                raise ValueError(f"unknown fault {kind!r} in {spec!r}; known: {', '.join(sorted(KINDS))}")
        if any(not 0 <= share <= 1 for _, share in shares) or sum(share for _, share in shares) > 1 + 1e-9:
            raise ValueError(f"shares in {spec!r} must lie in 0..1 and add up to at most 1")
        return cls(tuple(spans), tuple(shares), seed)

    def kind_of(self, number: int) -> str | None:
        """The fault of a request number: the same for the same seed, whatever came before."""
        for kind, first, last in self.spans:
            if first <= number <= last:
                return kind
        # One generator per number: with a shared one, the order in which concurrent requests arrive would matter.
        draw = random.Random(f"{self.seed}:{number}").random()
        for kind, share in self.shares:
            if draw < share:
                return kind
            draw -= share
        return None


class Answers:
    """The scripted responses, found by the longest prompt that the last user message contains."""

    def __init__(self, rows: Sequence[Mapping[str, str]]) -> None:
        self._responses: dict[str, list[str]] = {}
        for row in rows:
            self._responses.setdefault(row["prompt"], []).append(row["response"])
        self._prompts = sorted(self._responses, key=len, reverse=True)
        # Sampling sends one message many times, and a scan of thousands of prompts costs more than the request.
        self.find: Callable[[str], list[str]] = functools.lru_cache(maxsize=4096)(self._find)

    def _find(self, text: str) -> list[str]:
        for prompt in self._prompts:
            if prompt in text:
                return self._responses[prompt]
        return [NO_ANSWER]


@dataclass(frozen=True)
class HttpRequest:
    """The parts of a request that the server looks at; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    keep_alive: bool


@dataclass(frozen=True)
class HttpReply:
    """What goes back; `sent_share` below 1 closes the connection inside the body."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    sent_share: float = 1.0


def json_reply(payload: object, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> HttpReply:
    """A complete JSON reply."""
    return HttpReply(status, json.dumps(payload).encode(), headers)


def error_reply(
    status: int, message: str, kind: str, code: str | None, headers: tuple[tuple[str, str], ...] = ()
) -> HttpReply:
    """An error in the body layout that OpenAI uses."""
    error = {"message": message, "type": kind, "param": None, "code": code}
    return json_reply({"error": error}, status, headers)


def refusal() -> HttpReply:
    """OpenAI's answer to a key that it does not know."""
    return error_reply(401, "Incorrect API key provided.", "invalid_request_error", "invalid_api_key")


def last_user_text(messages: list[Any]) -> str:
    """The text of the last user message, whether given as a string or as a list of parts."""
    for message in reversed(messages):
        if message.get("role") == "user":
            content = message.get("content")
            if isinstance(content, list):
                return "".join(str(part.get("text", "")) for part in content)
            return str(content)
    return ""


def token_count(text: str) -> int:
    """A stand-in for a tokenizer: repeatable, and about right for English and code."""
    return (len(text) + 3) // 4


def completion(
    number: int, model: object, texts: Sequence[str | None], finish: str, asked: str, raw: bool = False
) -> dict[str, Any]:
    """A chat completion, or a raw one, with one choice a text and made-up but repeatable token counts."""
    prompt_tokens = token_count(asked)
    completion_tokens = sum(token_count(text or "") for text in texts)
    return {
        "id": f"chatcmpl-{number}",
        "object": "text_completion" if raw else "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [
            {
                "index": index,
                **({"text": text} if raw else {"message": {"role": "assistant", "content": text}}),
                "finish_reason": finish,
            }
            for index, text in enumerate(texts)
        ],
        "usage": {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": prompt_tokens + completion_tokens,
        },
    }


class ChatService:
    """Answers HTTP connections from the script, with the planned faults, and logs every chat request."""

    def __init__(
        self,
        answers: Answers,
        faults: Faults,
        log: IO[bytes],
        *,
        latency: float,
        slow_seconds: float,
        retry_after: float,
        required_key: str | None,
        max_connections: int,
        many: str,
    ) -> None:
        self._answers = answers
        self._faults = faults
        self._log = log
        self._latency = latency
        self._slow_seconds = slow_seconds
        self._retry_after = retry_after
        self._required_key = required_key
        self._many = many
        self._slots = asyncio.Semaphore(max_connections)
        self._connections: set[asyncio.Task[None]] = set()
        self._next_number = 0
        self._in_flight = 0

    async def accept_from(self, listener: socket.socket) -> None:
        """Serve connections for ever; those over the bound wait in the kernel's queue instead of being refused."""
        loop = asyncio.get_running_loop()
        while True:
            await self._slots.acquire()
            connection, _ = await loop.sock_accept(listener)
            task = loop.create_task(self._serve(connection))
            self._connections.add(task)
            task.add_done_callback(self._connection_ended)

    def _connection_ended(self, task: asyncio.Task[None]) -> None:
        self._connections.discard(task)
        self._slots.release()

    async def _serve(self, connection: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=connection, limit=MAX_HEAD_BYTES)
        # Clients go away at any point, which is no fault of the server's.
        with contextlib.suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            try:
                keep_alive = True
                while keep_alive:
                    async with asyncio.timeout(IDLE_SECONDS):
                        request = await read_request(reader, writer)
                    reply = await self._reply_to(request, reader)
                    # When every slot is taken, idle connections would keep those out that wait for one.
                    keep_alive = request.keep_alive and not self._slots.locked()
                    keep_alive = reply is not None and await write_reply(writer, reply, keep_alive)
            finally:
                writer.close()

    async def _reply_to(self, request: HttpRequest, reader: asyncio.StreamReader) -> HttpReply | None:
        route = (request.method, request.path.partition("?")[0].rstrip("/"))
        if route[0] == "GET" and route[1].endswith("/health"):
            return json_reply({"status": "ok"})
        if route[0] == "GET" and route[1].endswith("/v1/models"):
            model = {"id": "scripted", "object": "model", "created": 0, "owned_by": "tests"}
            return json_reply({"object": "list", "data": [model]})
        if route[0] != "POST" or not route[1].endswith(("/v1/chat/completions", "/v1/completions")):
            return error_reply(404, f"no such route: {request.method} {request.path}", "invalid_request_error", None)
        self._in_flight += 1
        try:
            return await self._chat(request, reader)
        finally:
            self._in_flight -= 1

    async def _chat(self, request: HttpRequest, reader: asyncio.StreamReader) -> HttpReply | None:
        number = self._next_number
        self._next_number += 1
        try:
            body = json.loads(request.body)
            raw = not request.path.endswith("/chat/completions")
            messages = [] if raw else body["messages"]
            asked = str(body["prompt"]) if raw else last_user_text(messages)
            choices = int(body.get("n") or 1)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return error_reply(400, f"not a chat request: {error!r}", "invalid_request_error", None)
        authorization = request.headers.get("authorization")
        allowed = self._required_key is None or authorization == f"Bearer {self._required_key}"
        fault = self._faults.kind_of(number) if allowed else None
        record = {
            "number": number,
            "messages": messages,
            "model": body.get("model"),
            "temperature": body.get("temperature"),
            "top_p": body.get("top_p"),
            "max_tokens": body.get("max_tokens"),
            "seed": body.get("seed"),
            "n": body.get("n"),
            "stop": body.get("stop"),
            "prompt": body.get("prompt"),
            "more": {name: value for name, value in body.items() if name not in USUAL_FIELDS},
            "authorization_present": authorization is not None,
            "fault": fault,
            "in_flight": self._in_flight,
            "time": time.monotonic(),
        }
        # Before any sleep or exit, so that a request which never gets an answer is in the log too.
        self._log.write(json.dumps(record).encode() + b"\n")
        if not allowed:
            return refusal()
        if choices > 1 and self._many == "refuse":
            return error_reply(400, "n has to be 1.", "invalid_request_error", None)
        if choices > 1 and self._many == "ignore":
            choices = 1
        if body.get("stream"):
            return error_reply(400, "this server does not stream", "invalid_request_error", "unsupported_parameter")
        if fault == "hang":
            # Reading ends early when the client gives up, which frees the slot of a connection that nobody waits for.
            async with asyncio.timeout(HANG_SECONDS):
                await reader.read(1)
            return None
        delay = self._latency + (self._slow_seconds if fault == "slow" else 0.0)
        if delay > 0:
            await asyncio.sleep(delay)
        scripted = self._answers.find(asked)
        texts = [scripted[index % len(scripted)] for index in range(choices)]
        return self._faulty(fault, number, body.get("model"), texts, asked, raw)

    def _faulty(
        self, fault: str | None, number: int, model: object, texts: list[str], asked: str, raw: bool
    ) -> HttpReply:
        right = json_reply(completion(number, model, texts, "stop", asked, raw))
        match fault:
            case "429":
                header = ("Retry-After", f"{self._retry_after:g}")
                return error_reply(429, "Rate limit reached.", "requests", "rate_limit_exceeded", (header,))
            case "500" | "503":
                return error_reply(int(fault), "The server had an error.", "server_error", None)
            case "refuse401":
                return refusal()
            case "garbage":
                return HttpReply(200, b"<html>{this is not JSON")
            case "empty":
                return HttpReply(200, b"")
            case "nochoices":
                return json_reply(completion(number, model, [], "stop", asked))
            case "null":
                return json_reply(completion(number, model, [None] * len(texts), "stop", asked))
            case "length":
                return json_reply(completion(number, model, [t[: len(t) // 2] for t in texts], "length", asked))
            case "cut":
                return HttpReply(right.status, right.body, sent_share=0.5)
            case "die":
                os._exit(1)
            case _:
                return right


async def read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> HttpRequest:
    """Read one HTTP/1.x request with a Content-Length."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    request_line, *header_lines = head.split("\r\n")[:-2]
    method, path, version = [*request_line.split(" ", 2), "", ""][:3]
    headers = {}
    for line in header_lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    declared = headers.get("content-length", "0")
    length = int(declared) if declared.isdecimal() else MAX_BODY_BYTES + 1
    if "transfer-encoding" in headers or length > MAX_BODY_BYTES:
        raise ConnectionError("a body without a usable length")
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = await reader.readexactly(length)
    keep_alive = version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
    return HttpRequest(method, path, headers, body, keep_alive)


async def write_reply(writer: asyncio.StreamWriter, reply: HttpReply, keep_alive: bool) -> bool:
    """Send a reply and say whether the connection may serve another request."""
    keep_alive = keep_alive and reply.sent_share == 1.0
    lines = [
        f"HTTP/1.1 {reply.status} {http.HTTPStatus(reply.status).phrase}",
        "Content-Type: application/json",
        f"Content-Length: {len(reply.body)}",
        f"Connection: {'keep-alive' if keep_alive else 'close'}",
        *(f"{name}: {value}" for name, value in reply.headers),
    ]
    head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
    writer.write(head + reply.body[: int(len(reply.body) * reply.sent_share)])
    await writer.drain()
    return keep_alive


async def serve(options: argparse.Namespace, answers: Answers, faults: Faults, log: IO[bytes]) -> None:
    """Listen until SIGTERM, SIGINT or the end of standard input."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    if options.until_stdin_closes:
        loop.add_reader(sys.stdin.fileno(), stopped.set)
    # Each connection is a descriptor; the soft limit is often 1,024.
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    with socket.create_server(("127.0.0.1", options.port), backlog=4096) as listener:
        listener.setblocking(False)
        service = ChatService(
            answers,
            faults,
            log,
            latency=options.latency,
            slow_seconds=options.slow_seconds,
            retry_after=options.retry_after,
            required_key=options.require_key,
            max_connections=options.max_connections,
            many=options.many,
        )
        accepting = loop.create_task(service.accept_from(listener))
        print("ready", listener.getsockname()[1], flush=True)
        waiting = loop.create_task(stopped.wait())
        await asyncio.wait([accepting, waiting], return_when=asyncio.FIRST_COMPLETED)
        if accepting.done():
            accepting.result()


def main() -> None:
    """Run the server from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=Path, required=True, help="rows of prompt and response, as JSON lines")
    parser.add_argument("--log", type=Path, required=True, help="where each chat request is appended as a JSON line")
    parser.add_argument("--faults", default="", help="comma list of kind:share, kind@number and kind@first-last")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--slow-seconds", type=float, default=2.0, help="what a slow answer takes on top")
    parser.add_argument("--retry-after", type=float, default=0.2, help="seconds named in the header of a 429")
    parser.add_argument("--seed", type=int, default=0, help="chooses which requests the shares fall on")
    parser.add_argument("--require-key", help="answer 401 to every other bearer token")
    parser.add_argument("--max-connections", type=int, default=2000, help="connections served at a time")
    parser.add_argument("--many", choices=["give", "ignore", "refuse"], default="give", help="what n above 1 brings")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end when standard input does")
    options = parser.parse_args()
    try:
        faults = Faults.parse(options.faults, options.seed)
    except ValueError as error:
        parser.error(str(error))
    lines = options.answers.read_text(encoding="utf-8").splitlines()
    answers = Answers([json.loads(line) for line in lines if line.strip()])
    # Unbuffered: one write a line, so that readers and a hard exit see whole lines.
    with open(options.log, "ab", buffering=0) as log:
        asyncio.run(serve(options, answers, faults, log))


if __name__ == "__main__":
    main()
