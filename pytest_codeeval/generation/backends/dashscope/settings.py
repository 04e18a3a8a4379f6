"""DashScopeSettings: what `--model-args` and the environment say of a DashScope model."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from pytest_codeeval.core.errors import UsageError, nearest

if TYPE_CHECKING:
    from pytest_codeeval.generation.modelspec import ModelSpec

KEY_VARIABLE = "DASHSCOPE_API_KEY"
REGIONS = {
    "cn": "https://dashscope.aliyuncs.com/api/v1",
    "intl": "https://dashscope-intl.aliyuncs.com/api/v1",
    "us": "https://dashscope-us.aliyuncs.com/api/v1",
}
_SWITCH = {"on": True, "off": False, "auto": None}


@dataclass(frozen=True, slots=True)
class DashScopeSettings:
    """The key with the variable that it came from, where to ask, and how; None leaves a setting to SDK and model."""

    variable: str
    key: str = field(repr=False)
    url: str | None = None
    workspace: str | None = None
    stream: bool | None = None
    thinking: bool | None = None
    thinking_budget: int | None = None
    top_k: int | None = None
    concurrency: int | None = None

    @classmethod
    def of(cls, spec: ModelSpec) -> Self:
        """Read the settings of a model.

        Raises UsageError where the key is missing or a setting means nothing.
        """
        options = spec.checked_options()
        variable = options.get("api_key_env") or KEY_VARIABLE
        key = os.environ.get(variable, "").strip()
        if not key:
            raise UsageError(f"--model={spec.label} needs a key in the environment: set {variable}.")
        return cls(
            variable=variable,
            key=key,
            url=_url(spec, options.get("region")),
            workspace=options.get("workspace") or None,
            stream=_switch(options, "stream"),
            thinking=_switch(options, "enable_thinking"),
            thinking_budget=_count(options, "thinking_budget"),
            top_k=_count(options, "top_k"),
            # The API takes one question a call, so a batch is what is in flight.
            concurrency=_count(options, "batch_size") or _count(options, "concurrency"),
        )


def _url(spec: ModelSpec, region: str | None) -> str | None:
    if region is None:
        if "compatible-mode" in spec.endpoint:
            raise UsageError(
                f"--base-url={spec.endpoint} speaks OpenAI's protocol; give the native one, which ends in /api/v1, or "
                f"use --model=openai:{spec.model}."
            )
        return spec.endpoint or None  # the SDK knows DASHSCOPE_HTTP_BASE_URL, and Beijing where nothing is set
    if spec.endpoint:
        raise UsageError(f"--model-args region={region} and --base-url both say where to ask; leave one out.")
    if region not in REGIONS:
        known = ", ".join(REGIONS)
        raise UsageError(
            f"--model-args region={region}: no such region{nearest(region, REGIONS)}; there are {known}, and "
            "--base-url for others."
        )
    return REGIONS[region]


def _switch(options: dict[str, str], name: str) -> bool | None:
    told = options.get(name, "auto")
    if told not in _SWITCH:
        raise UsageError(f"--model-args {name}={told}: say on, off or auto.")
    return _SWITCH[told]


def _count(options: dict[str, str], name: str) -> int | None:
    told = options.get(name)
    if told is None:
        return None
    if not told.isascii() or not told.isdecimal() or not int(told):
        raise UsageError(f"--model-args {name}={told}: say a whole number above 0.")
    return int(told)
