"""openai: any server that speaks OpenAI's protocol, asked directly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_codeeval.generation.kind import BackendKind

if TYPE_CHECKING:
    from pytest_codeeval.generation.backend import ModelBackend
    from pytest_codeeval.generation.modelspec import ModelSpec


def _make(spec: ModelSpec, request_timeout: float) -> ModelBackend:
    from pytest_codeeval.generation.backends.openai.backend import OpenAIBackend

    return OpenAIBackend(spec, request_timeout)


KIND = BackendKind(
    name="openai",
    make=_make,
    extra="openai",
    packages=("aiohttp",),  # a client of our own
    needed_for="--model=openai:..., --base-url",
    keys={
        "CODEEVAL_API_KEY": "for --base-url and --vllm-url, where the server wants a key",
        "OPENAI_API_KEY": "needed for --model=openai:... without --base-url",
    },
    modes=("chat", "completion", "score"),
    options=(
        "top_k",
        "min_p",
        "repetition_penalty",
        "presence_penalty",
        "frequency_penalty",
        "reasoning_effort",
        "enable_thinking",
        "extra_body",
        "max_tokens_field",
        "api_key_env",
        "samples_at_once",
        "input_price",
        "output_price",
    ),
    neutral=frozenset({"api_key_env", "samples_at_once", "input_price", "output_price"}),
    gives_tools=lambda _: True,
    takes_url=True,
    prices="--model-args input_price and output_price",
)
