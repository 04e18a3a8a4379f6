"""ServerTokens: a server's own tokenizer, as vLLM gives it to be used."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

from pytest_codeeval.core.completion import CompletionRequest
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.boundary import Pair, beginning, begun, paired, parted

_PATH = "/tokenize"
_SAMPLE = "a"


class Calls(Protocol):
    """Whoever posts JSON to a server; see `OpenAIClient.call`."""

    async def call(self, path: str, body: Mapping[str, Any], *, at_root: bool = False) -> dict[str, Any]:
        """Return the JSON object that comes back."""
        ...


class ServerTokens:
    """Makes tokens of texts by the server's tokenizer; the server has to be one that `offered` found."""

    def __init__(self, client: Calls, model: str, habit: tuple[int, ...], room: int | None) -> None:
        self._client = client
        self._model = model
        self._habit = habit
        self._room = room

    @classmethod
    async def offered(cls, client: Calls, model: str) -> ServerTokens | None:
        """Return the tokenizer of a server, None if it offers none.

        Raises BackendError where the server is in trouble.
        """
        try:
            plain, _ = await _tokens(client, model, _SAMPLE, special=False)
            special, length = await _tokens(client, model, _SAMPLE, special=True)
        except BackendError as error:
            if error.retryable:
                raise
            return None
        # One token is always generated, and has to have its place.
        room = length - 1 if isinstance(length, int) and length > 1 else None
        return cls(client, model, beginning(plain, special), room) if plain else None

    async def pairs(self, request: CompletionRequest) -> list[Pair]:
        """Return the tokens of a request's context with each of its continuations.

        Raises BackendError where one cannot be scored, or the server cannot be asked.
        """
        texts = [parted(request.prompt, continuation) for continuation in request.continuations]
        context = texts[0][0]
        # One after the other they would be as many round trips; each answer is short.
        plain = await asyncio.gather(*map(self._plain, [context, *(context + rest for _, rest in texts)]))
        before, *wholes = (begun(self._habit, tokens) for tokens in plain)
        return [paired(before, whole, self._room, request.task_id) for whole in wholes]

    async def _plain(self, text: str) -> list[int]:
        return (await _tokens(self._client, self._model, text, special=False))[0] if text else []


async def _tokens(client: Calls, model: str, text: str, *, special: bool) -> tuple[list[int], Any]:
    body = {"model": model, "prompt": text, "add_special_tokens": special}
    told = await client.call(_PATH, body, at_root=True)
    tokens = told.get("tokens")
    if not isinstance(tokens, list) or not all(type(token) is int for token in tokens):
        raise BackendError(f"the server's {_PATH} gave no tokens: {told!r:.100}")
    return tokens, told.get("max_model_len")
