"""vllm: a vLLM server that the run starts for a model, or one that runs already."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from pytest_codeeval.generation.kind import BackendKind

if TYPE_CHECKING:
    from pytest_codeeval.generation.backend import ModelBackend
    from pytest_codeeval.generation.modelspec import ModelSpec


def _make(spec: ModelSpec, request_timeout: float) -> ModelBackend:
    from pytest_codeeval.generation.backends.vllm.replicas import vllm_backend

    return vllm_backend(spec, request_timeout)


def _understood(spec: ModelSpec) -> ModelSpec:
    """Have a model in a folder be called as the folder is."""
    if not spec.model.startswith(("/", "./", "../")):
        return spec
    return replace(spec, label=PurePath(spec.model).name or spec.model)


def _gives_tools(spec: ModelSpec) -> bool:
    """Whether the server reads calls: one that the run starts does if it is told how, of others nobody knows."""
    options = spec.options
    told = "tool_call_parser" in options or "tool-call-parser" in options.get("vllm_args", "").replace("_", "-")
    return told or bool(options.get("url") or spec.endpoint)


KIND = BackendKind(
    name="vllm",
    make=_make,
    argument="ORG/NAME",
    plain_names={r"[\w.-]+/[\w.-]+": "{name}"},
    understood=_understood,
    extra="vllm",
    packages=("aiohttp",),  # vLLM itself may be in another environment
    needed_for="--model=vllm:...",
    modes=("chat", "completion", "auto", "score"),
    options=(
        "vllm",
        "vllm_args",
        "tool_call_parser",
        "parallel",
        "replicas",
        "start_timeout",
        "preset",
        "url",
        "api_key_env",
        "batch_size",
    ),
    neutral=frozenset({"vllm", "parallel", "replicas", "start_timeout", "preset", "api_key_env", "batch_size"}),
    gives_tools=_gives_tools,
    takes_url=True,
    provider=lambda _: "openai",  # whose protocol its servers speak
    local=True,
)
