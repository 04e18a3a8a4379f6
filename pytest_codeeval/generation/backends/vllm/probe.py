"""Short questions to a server beside the requests: is it well, what does it measure, is its model made to chat."""

from __future__ import annotations

import asyncio
import http.client
import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

from pytest_codeeval.generation.backends.openai.client import OpenAIClient
from pytest_codeeval.generation.backends.vllm.command import Command
from pytest_codeeval.generation.backends.vllm.model import ModelFiles

if TYPE_CHECKING:
    from pytest_codeeval.generation.backends.vllm.settings import VllmSettings
    from pytest_codeeval.generation.modelspec import ModelSpec

_SECONDS = 10.0
# Without the proxies of the environment: they have no business between two programs of one machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


async def ask(url: str, *, key: str = "", body: dict[str, Any] | None = None) -> tuple[int, str]:
    """Return status and text of an answer; the status is 0 where nobody answers."""
    return await asyncio.to_thread(_ask, url, key, body)


async def continues(spec: ModelSpec, command: Command | None, url: str, key: str) -> bool:
    """Return whether the model continues prompts: as the user said, or for want of a chat template.

    `command` is what started the server, None where it ran already; the server at `url` (its root) is asked where
    nothing else tells.
    """
    if spec.mode != "auto":
        return spec.mode == "completion"
    if command is not None:
        if command.has("--chat-template"):
            return False
        known = ModelFiles.of(spec.model).chat_template
        if known is not None:
            return not known
    hello = {"model": spec.model, "max_tokens": 1, "messages": [{"role": "user", "content": "Hello"}]}
    status, text = await ask(f"{url}/v1/chat/completions", key=key, body=hello)
    return status in (400, 422) and "chat template" in text


async def listed(spec: ModelSpec, settings: VllmSettings) -> str:
    """Ask a server that runs already for its list of models, and return in words if this one is not among them.

    Raises BackendError where it cannot be reached, or refuses the key.
    """
    if not settings.url:
        return ""
    variable, url = settings.key_variable, f"{settings.url}/v1"
    client = OpenAIClient(url, name=spec.label, key=settings.key, variable=variable, timeout=_SECONDS)
    try:
        return await client.reach(spec.model)
    finally:
        await client.aclose()


def _ask(url: str, key: str, body: dict[str, Any] | None) -> tuple[int, str]:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers)  # noqa: S310 - http and https only, by settings
    try:
        with _OPENER.open(request, timeout=_SECONDS) as answer:
            return int(answer.status), answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode("utf-8", "replace")
    except (OSError, ValueError, http.client.HTTPException):
        return 0, ""
