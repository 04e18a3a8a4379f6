"""OpenAIClient: a light direct client for one OpenAI-compatible server, with hundreds of requests in flight."""

from __future__ import annotations

import errno
import importlib.util
import json
import os
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pytest_codeeval.core.completion import Completion, CompletionRequest, Form
from pytest_codeeval.core.errors import BackendError, UsageError
from pytest_codeeval.generation.backends.openai.answer import absent, completions_of, error_in
from pytest_codeeval.generation.backends.openai.body import body_of
from pytest_codeeval.generation.backends.openai.fault import fault, refusal, refuses_content
from pytest_codeeval.generation.backends.server_error import ServerError

if TYPE_CHECKING:
    import aiohttp

# How a server refuses to give several samples at once; with the latter it may also be in trouble for a moment.
_NO_SUCH_METHOD = 501
_REFUSES_N = {400, 422, _NO_SUCH_METHOD}
_MAY_REFUSE_N = {500, 502}
_TIMES = 2
# Shorter than the five seconds after which uvicorn hangs up: a request must not meet a connection that is closing.
_KEEP_ALIVE = 4.0


class OpenAIClient:
    """Asks one server; connections are kept, and as many are opened as requests are in flight.

    `name` stands for the model in messages, `variable` for where the key was looked for. `fields` go into each body as
    they are. `takes_n` says whether several samples may be asked for in one request; it becomes False where the server
    turns out not to do it.
    """

    def __init__(
        self,
        base_url: str,
        *,
        name: str,
        key: str = "",
        variable: str = "",
        timeout: float = 600.0,
        fields: Mapping[str, Any] | None = None,
        max_tokens_field: str = "max_tokens",
    ) -> None:
        """Check that the HTTP library is there; it is imported with the first request.

        Raises UsageError where it is not.
        """
        if importlib.util.find_spec("aiohttp") is None:
            raise UsageError(
                f"--model={name} needs aiohttp, which is not installed: pip install 'pytest-codeeval[openai]'."
            )
        self.takes_n = True
        self._url = base_url.rstrip("/")
        self._name = name
        self._key = key
        self._variable = variable
        self._timeout = timeout
        self._fields = dict(fields or {})
        self._max_tokens_field = max_tokens_field
        self._session: aiohttp.ClientSession | None = None
        self._failed_with_n = 0

    async def answers(
        self, requests: Sequence[CompletionRequest], *, raw: bool | None = None
    ) -> list[Completion | BackendError | None]:
        """Return the answers to samples of one problem, by one request; None for those that have to be asked alone.

        With `raw` the prompt is continued, else the messages are answered; by default as the requests say. An answer
        that the server broke off is an error in its place, and a filter's refusal is an answer.
        Raises BackendError for every fault of the way there, with what the server said of it.
        """
        continuing = requests[0].mode == "completion" if raw is None else raw
        if len(requests) == 1:
            return await self._ask(requests[0], 1, continuing)
        try:
            found = await self._ask(requests[0], len(requests), continuing)
        except BackendError as error:
            if error.status not in _REFUSES_N | _MAY_REFUSE_N:
                raise
            found = await self._ask(requests[0], 1, continuing)
            self._failed_with_n += _TIMES if error.status in _REFUSES_N else 1
        else:
            self._failed_with_n = 0 if len(found) >= len(requests) or _is_filtered(found[0]) else _TIMES
        # Never back again: other calls, sent before this was known, may come out otherwise.
        self.takes_n = self.takes_n and self._failed_with_n < _TIMES
        return [*found[: len(requests)], *[None] * (len(requests) - len(found))]

    async def call(self, path: str, body: Mapping[str, Any], *, at_root: bool = False) -> dict[str, Any]:
        """Post a question of another kind, with the settings of all, and return the JSON object that comes back.

        `at_root` says that the path is none of OpenAI's: it begins at the root of the server.
        Raises BackendError for every fault of the way there.
        """
        more = {} if at_root else self._fields
        url = (self._url.removesuffix("/v1") if at_root else self._url) + path
        status, headers, answer = await self._send(url, json.dumps({**body, **more}).encode())
        if status != 200:
            raise self._clean(refusal(self._name, status, headers, answer, self._variable))
        if (error := error_in(answer)) is not None:
            raise self._clean(fault(self._name, error.status, error, self._variable))
        try:
            found = json.loads(answer)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise BackendError(f"the server's answer is no JSON object: {answer[:60]!r}", retryable=True)
        return found

    async def reach(self, model: str) -> str:
        """Ask the server which models it has, and return in words if this one is not among them.

        Raises BackendError where it cannot be reached, or refuses the key.
        """
        status, headers, answer = await self._send(f"{self._url}/models", None)
        if status in (401, 403) or 300 <= status < 400 or (status >= 500 and status != _NO_SUCH_METHOD):
            raise self._clean(refusal(self._name, status, headers, answer, self._variable))
        return absent(answer, model, self._url) if status == 200 else ""

    def preview(self, request: CompletionRequest, *, raw: bool) -> dict[str, Any]:
        """Return where a request would be sent, and the body of it."""
        path = "/completions" if raw else "/chat/completions"
        body: dict[str, Any] = json.loads(_body(request, 1, raw, self._fields, self._max_tokens_field))
        return {"POST": self._url + path, **body}

    async def aclose(self) -> None:
        """Hang up."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _ask(self, request: CompletionRequest, count: int, raw: bool) -> list[Completion | BackendError | None]:
        start = time.perf_counter()
        body = _body(request, count, raw, self._fields, self._max_tokens_field)
        path = "/completions" if raw else "/chat/completions"
        status, headers, answer = await self._send(f"{self._url}{path}", body)
        seconds = round(time.perf_counter() - start, 4)
        sent = "max_tokens" if raw else self._max_tokens_field
        error = error_in(answer) if status == 200 else ServerError.of(answer)
        if error is not None:
            told = status if status != 200 else error.status
            if refuses_content(told or 400, error):
                # Of several samples it may be one whose answer was refused: who is left is asked again.
                form = Form.CONTINUATION if raw else Form.CHAT
                return [Completion("", finish_reason="content_filter", form=form, seconds=seconds)]
            if status == 200:
                raise self._clean(fault(self._name, told, error, self._variable, sent))
            raise self._clean(refusal(self._name, status, headers, answer, self._variable, sent))
        return list(completions_of(answer, raw, seconds))

    async def _send(self, url: str, body: bytes | None) -> tuple[int, Mapping[str, str], bytes]:
        import aiohttp

        session = self._session = self._session or self._connect()
        try:
            method = "GET" if body is None else "POST"
            async with session.request(method, url, data=body, allow_redirects=False) as response:
                return response.status, response.headers, await body_of(response, self._name)
        except TimeoutError:
            raise BackendError(
                f"{self._name} did not answer within {self._timeout:g} s; "
                "raise --request-timeout, or lower --concurrency",
                retryable=True,
            ) from None
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as error:
            raise BackendError(f"{self._url} cannot be asked: {error}", fatal=True) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise BackendError(
                f"{self._name} could not be asked: {_reason(error):.300}; is the server at {self._url} up?",
                retryable=True,
            ) from None

    def _connect(self) -> aiohttp.ClientSession:
        import aiohttp

        headers = {"Content-Type": "application/json", "User-Agent": "pytest-codeeval"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE),
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=self._timeout, sock_connect=min(30.0, self._timeout)),
            cookie_jar=aiohttp.DummyCookieJar(),
            # A proxy from the environment has no business between two programs of one machine.
            trust_env=urlsplit(self._url).hostname not in ("127.0.0.1", "localhost", "::1"),
        )

    def _clean(self, error: BackendError) -> BackendError:
        if self._key and len(self._key) > len("none"):
            error.args = (str(error).replace(self._key, "[key]"),)
        return error


def _reason(error: Exception) -> str:
    """Say why a server was not reached, in the system's own words ("Connection refused") if it has any."""
    if isinstance(error, OSError) and error.errno is not None and error.errno in errno.errorcode:
        return os.strerror(error.errno)
    return f"{type(error).__name__}: {error}"


def _is_filtered(answer: Completion | BackendError | None) -> bool:
    return isinstance(answer, Completion) and not answer.text and answer.finish_reason == "content_filter"


def alike(requests: Sequence[CompletionRequest]) -> list[list[int]]:
    """Return the numbers of the requests, together those of one question that may share a call: they have no seeds."""
    groups: dict[object, list[int]] = {}
    for number, request in enumerate(requests):
        question: object = number
        if request.params.seed is None and request.params.temperature:
            messages = json.dumps(request.messages)
            question = (messages, request.tools, request.prompt, request.prompt_stop, request.params)
        groups.setdefault(question, []).append(number)
    return list(groups.values())


def tool_fields(request: CompletionRequest) -> dict[str, Any]:
    """Return what a body says of the tools that a model may call; nothing where there are none."""
    if not request.tools:
        return {}
    choice = {"tool_choice": request.tool_choice} if request.tool_choice else {}
    return {"tools": [json.loads(tool) for tool in request.tools], **choice}


def _body(request: CompletionRequest, count: int, raw: bool, fields: Mapping[str, Any], max_tokens_field: str) -> bytes:
    """Return what is sent to ask for `count` samples: to continue the prompt where `raw`, else to answer a chat."""
    params = request.params
    stop = params.stop or (request.prompt_stop if raw else ())
    chat = {"messages": [dict(message) for message in request.messages], **tool_fields(request)}
    asked: dict[str, Any] = {"prompt": request.prompt} if raw else chat
    settings = {
        "temperature": params.temperature,
        "top_p": params.top_p,
        "max_tokens" if raw else max_tokens_field: params.max_tokens,
        # One seed for all samples of a problem would make them all the same.
        "seed": None if params.seed is None else params.seed + request.sample_index,
        "stop": list(stop) or None,
        "n": count if count > 1 else None,
    }
    asked.update((name, value) for name, value in settings.items() if value is not None)
    return json.dumps({"model": request.model, **asked, **fields}).encode()
