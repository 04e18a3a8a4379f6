"""dashscope: Alibaba's own models, through their own SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_codeeval.generation.kind import BackendKind

if TYPE_CHECKING:
    from pytest_codeeval.generation.backend import ModelBackend
    from pytest_codeeval.generation.modelspec import ModelSpec


def _make(spec: ModelSpec, request_timeout: float) -> ModelBackend:
    from pytest_codeeval.generation.backends.dashscope.backend import DashScopeBackend

    return DashScopeBackend(spec, request_timeout)


KIND = BackendKind(
    name="dashscope",
    make=_make,
    plain_names={r"(?:qwen|qwq|qvq)[\w.:-]*": "{name}"},
    extra="dashscope",
    packages=("dashscope",),
    needed_for="--model=qwen... and dashscope:...",
    keys={"DASHSCOPE_API_KEY": "needed for --model=qwen..."},
    options=(
        "enable_thinking",
        "thinking_budget",
        "top_k",
        "stream",
        "region",
        "workspace",
        "api_key_env",
        "batch_size",
        "concurrency",
    ),
    neutral=frozenset({"api_key_env", "batch_size", "concurrency"}),
    gives_tools=lambda _: True,
    takes_url=True,
)
