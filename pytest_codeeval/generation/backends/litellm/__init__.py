"""litellm: any provider that litellm speaks to, and any OpenAI-compatible server."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_codeeval.generation.kind import BackendKind

if TYPE_CHECKING:
    from pytest_codeeval.generation.backend import ModelBackend
    from pytest_codeeval.generation.modelspec import ModelSpec


def _make(spec: ModelSpec, request_timeout: float) -> ModelBackend:
    from pytest_codeeval.generation.backends.litellm.backend import LiteLLMBackend

    return LiteLLMBackend(spec, request_timeout)


def _understood(spec: ModelSpec) -> ModelSpec:
    """Take a name without a provider, asked at a URL, for one of OpenAI's protocol."""
    if not spec.endpoint or "/" in spec.model:
        return spec
    model = f"openai/{spec.model}"
    return replace(spec, model=model, resolved=f"litellm:{model} at {spec.endpoint}")


def _provider(spec: ModelSpec) -> str:
    provider, slash, _ = spec.model.partition("/")
    if slash:
        return provider
    for pattern, target in _PLAIN_NAMES.items():  # litellm's own names, as far as they are ours too
        if re.fullmatch(pattern, provider, re.IGNORECASE):
            return target.partition("/")[0]
    return "litellm"


# Plain names go to the provider that serves them under just that name.
_PLAIN_NAMES = {
    r"claude[\w.:-]*": "anthropic/{name}",
    r"(?:gpt|chatgpt|codex|o\d)[\w.:-]*": "openai/{name}",
    r"grok[\w.:-]*": "xai/{name}",
    r"gemini[\w.:-]*": "gemini/{name}",
    r"deepseek[\w.:-]*": "deepseek/{name}",
    r"(?:mistral|codestral|devstral|magistral)[\w.:-]*": "mistral/{name}",
}

KIND = BackendKind(
    name="litellm",
    make=_make,
    argument="PROVIDER/NAME",
    plain_names=_PLAIN_NAMES,
    understood=_understood,
    extra="litellm",
    packages=("litellm",),
    needed_for="--model=claude..., gpt..., gemini... and litellm:...",
    keys={
        "OPENAI_API_KEY": "needed for --model=gpt...",
        "ANTHROPIC_API_KEY": "needed for --model=claude...",
        "XAI_API_KEY": "needed for --model=grok...",
        "GEMINI_API_KEY": "needed for --model=gemini..., if not GOOGLE_API_KEY",
        "GOOGLE_API_KEY": "stands in for GEMINI_API_KEY",
        "DEEPSEEK_API_KEY": "needed for --model=deepseek...",
        "MISTRAL_API_KEY": "needed for --model=mistral...",
        "AZURE_API_KEY": "needed for --model=litellm:azure/...",
        "GROQ_API_KEY": "needed for --model=litellm:groq/...",
        "OPENROUTER_API_KEY": "needed for --model=litellm:openrouter/...",
    },
    options=("api_key_env", "max_tokens_field"),
    neutral=frozenset({"api_key_env"}),
    gives_tools=lambda _: True,
    takes_url=True,
    provider=_provider,
    prices="litellm's price list",
)
