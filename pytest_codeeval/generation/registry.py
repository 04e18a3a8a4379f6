"""From the name a user gives with `--model` to the backend and model that it means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any

from pytest_codeeval.core.errors import UsageError, nearest

BUILT = ("reference", "demo", "replay", "litellm")
PLANNED = ("dashscope", "vllm", "openai", "hf")
SCRIPTED = ("reference", "demo", "replay")

# First match wins. Plain names go to the provider that serves them under just that name.
_BY_NAME: tuple[tuple[str, str], ...] = (
    (r"(?:qwen|qwq|qvq)[\w.:-]*", "dashscope/{name}"),
    (r"claude[\w.:-]*", "anthropic/{name}"),
    (r"(?:gpt|chatgpt|codex|o\d)[\w.:-]*", "openai/{name}"),
    (r"grok[\w.:-]*", "xai/{name}"),
    (r"gemini[\w.:-]*", "gemini/{name}"),
    (r"deepseek[\w.:-]*", "deepseek/{name}"),
    (r"(?:mistral|codestral|devstral|magistral)[\w.:-]*", "mistral/{name}"),
)


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One model to ask: `label` names it in items and reports, `endpoint` is a base URL or empty.

    `resolved` says how a name without a prefix was understood, and is empty where the user said it himself.
    """

    label: str
    backend: str
    model: str
    endpoint: str = ""
    resolved: str = ""

    @property
    def folder(self) -> str:
        """The name of the model's folder under `--results`: lower case, only letters, digits, dots and dashes."""
        name = re.sub(r"[^a-z0-9.]+", "-", self.label.lower()).strip("-.")
        return name[:120].rstrip("-.") or "model"

    @property
    def scripted(self) -> bool:
        """Whether the answers stand on this machine already, so that nothing is asked over a network."""
        return self.backend in SCRIPTED

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; `from_json` gives the spec back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ModelSpec:
        """Rebuild a spec from `to_json`'s values."""
        return cls(**data)


def resolve(name: str, *, endpoint: str = "", outside: tuple[str, ...] = ()) -> ModelSpec:
    """Return what `name` means: `backend:model`, or a plain name looked up in the table.

    With an `endpoint` (`--base-url`) a plain name is asked there as it stands, as an OpenAI-compatible model.
    `outside` are prefixes that hooks of other plugins answer for.
    Raises UsageError for a name that means nothing, and for a backend that is not built.
    """
    backend, colon, model = name.partition(":")
    if name in ("reference", "demo"):
        return ModelSpec(name, name, name)
    if colon and backend in (*BUILT, *PLANNED, *outside):
        return _prefixed(name, backend, model, endpoint)
    if endpoint:
        return ModelSpec(name, "litellm", f"openai/{name}", endpoint, f"litellm:openai/{name} at {endpoint}")
    for pattern, target in _BY_NAME:
        if re.fullmatch(pattern, name, re.IGNORECASE):
            model = target.format(name=name)
            return ModelSpec(name, "litellm", model, "", f"litellm:{model}")
    if re.fullmatch(r"[\w.-]+/[\w.-]+", name):
        raise _not_built("vllm", f"--model={name} means vllm:{name}")
    known = (*BUILT, *PLANNED, *outside)
    hint = nearest(backend, known)
    raise UsageError(
        f"--model={name!r} names no model known here{hint}; give one as BACKEND:MODEL (backends: {', '.join(known)}), "
        "or name the server that has it with --base-url."
    )


def _prefixed(name: str, backend: str, model: str, endpoint: str) -> ModelSpec:
    if backend in PLANNED:
        raise _not_built(backend, f"--model={name} asks for backend {backend!r}")
    if backend in ("reference", "demo"):
        raise UsageError(f"--model={name}: backend {backend!r} takes no model name; say --model={backend}.")
    if not model:
        raise UsageError(f"--model={name} names no model; say --model={backend}:NAME.")
    if backend == "replay":
        file = PurePath(model).name
        for suffix in (".gz", ".jsonl", ".json"):
            file = file.removesuffix(suffix)
        return ModelSpec(f"replay:{file}", "replay", model)
    if backend == "litellm" and endpoint and "/" not in model:
        return ModelSpec(model, backend, f"openai/{model}", endpoint, f"litellm:openai/{model} at {endpoint}")
    return ModelSpec(model, backend, model, endpoint)


def _not_built(backend: str, asked: str) -> UsageError:
    instead = {
        "dashscope": "use --model=litellm:dashscope/NAME",
        "vllm": "start `vllm serve` and use --model=litellm:openai/NAME --base-url=http://HOST:PORT/v1",
        "openai": "use --model=litellm:openai/NAME, with --base-url for a server of your own",
        "hf": "serve the model with an OpenAI-compatible server and use --model=litellm:openai/NAME --base-url=URL",
    }[backend]
    return UsageError(f"{asked}, which this version does not have yet; {instead}.")
