"""Whether a model that vLLM serves is made to chat or to continue prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_codeeval.generation.backends.vllm.command import Command
from pytest_codeeval.generation.backends.vllm.model import ModelFiles
from pytest_codeeval.generation.backends.vllm.probe import ask

if TYPE_CHECKING:
    from pytest_codeeval.generation.modelspec import ModelSpec


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
