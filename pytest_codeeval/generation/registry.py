"""From the name a user gives with `--model` to the backend and model that it means."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import PurePath
from typing import Any

from pytest_codeeval.core.errors import UsageError, nearest

BUILT = ("reference", "demo", "replay", "litellm", "openai", "dashscope", "vllm", "hf")
SCRIPTED = ("reference", "demo", "replay")
MODES = ("auto", "chat", "completion")

# These look at the model itself, and so can tell a base model from one made for chat.
_CAN_TELL = ("vllm", "hf")
# Settings that change how a model is reached or how fast it answers, but not what it says.
NEUTRAL_ARGS = frozenset(
    {"api_key_env", "batch_size", "concurrency", "samples_at_once", "input_price", "output_price"}
    | {"vllm", "preset", "parallel", "start_timeout"}
)

# First match wins. Plain names go to the provider that serves them under just that name.
_BY_NAME: tuple[tuple[str, str, str], ...] = (
    (r"(?:qwen|qwq|qvq)[\w.:-]*", "dashscope", "{name}"),
    (r"claude[\w.:-]*", "litellm", "anthropic/{name}"),
    (r"(?:gpt|chatgpt|codex|o\d)[\w.:-]*", "litellm", "openai/{name}"),
    (r"grok[\w.:-]*", "litellm", "xai/{name}"),
    (r"gemini[\w.:-]*", "litellm", "gemini/{name}"),
    (r"deepseek[\w.:-]*", "litellm", "deepseek/{name}"),
    (r"(?:mistral|codestral|devstral|magistral)[\w.:-]*", "litellm", "mistral/{name}"),
    (r"[\w.-]+/[\w.-]+", "vllm", "{name}"),
)


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One model to ask: `label` names it in items and reports, `endpoint` is a base URL or empty.

    `resolved` says how a name without a prefix was understood, and is empty where the user said it himself. `args` are
    the settings of its backend (`--model-args`), `mode` is how it is asked (`CompletionRequest.mode`). `weights` tells
    the files of a model in a local folder from others at the same path, and is empty for all other models.
    """

    label: str
    backend: str
    model: str
    endpoint: str = ""
    resolved: str = ""
    args: tuple[tuple[str, str], ...] = ()
    mode: str = "chat"
    weights: str = ""

    @property
    def options(self) -> dict[str, str]:
        """The settings of the backend by name."""
        return dict(self.args)

    @property
    def decisive_args(self) -> tuple[tuple[str, str], ...]:
        """Those settings that can change an answer, in a fixed order."""
        return tuple(sorted((name, value) for name, value in self.args if name not in NEUTRAL_ARGS))

    @property
    def request_args(self) -> tuple[tuple[str, str], ...]:
        """What belongs to the key of each request beside the question: those settings, and which weights answer."""
        return (*self.decisive_args, *([("weights", self.weights)] if self.weights else []))

    def options_among(self, known: Collection[str]) -> dict[str, str]:
        """Return the settings of the backend by name, which has to be among `known`.

        Raises UsageError for one that is not, naming the nearest.
        """
        for name in self.options:
            if name not in known:
                has = f"there are {', '.join(sorted(known))}" if known else "it takes none"
                raise UsageError(
                    f"--model-args {name}={self.options[name]}: backend {self.backend!r} has no such setting"
                    f"{nearest(name, known)}; {has}. What is said there holds for all models of a run."
                )
        return self.options

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
        return cls(**{**data, "args": tuple((name, value) for name, value in data["args"])})


def resolve(name: str, *, endpoint: str = "", outside: tuple[str, ...] = ()) -> ModelSpec:
    """Return what `name` means: `backend:model`, or a plain name looked up in the table.

    With an `endpoint` (`--base-url`) a plain name is asked there as it stands, as an OpenAI-compatible model.
    `outside` are prefixes that hooks of other plugins answer for.
    Raises UsageError for a name that means nothing.
    """
    backend, colon, model = name.partition(":")
    if name in ("reference", "demo"):
        return ModelSpec(name, name, name)
    if colon and backend in (*BUILT, *outside):
        return _prefixed(name, backend, model, endpoint)
    if endpoint:
        return ModelSpec(name, "openai", name, endpoint, f"openai:{name} at {endpoint}")
    for pattern, backend, target in _BY_NAME:
        if re.fullmatch(pattern, name, re.IGNORECASE):
            model = target.format(name=name)
            return ModelSpec(name, backend, model, "", f"{backend}:{model}")
    known = (*BUILT, *outside)
    backend, _, _ = name.partition(":")
    hint = nearest(backend, known)
    raise UsageError(
        f"--model={name!r} names no model known here{hint}; give one as BACKEND:MODEL (backends: {', '.join(known)}), "
        "or name the server that has it with --base-url."
    )


def _prefixed(name: str, backend: str, model: str, endpoint: str) -> ModelSpec:
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
    if backend == "hf" or (backend == "vllm" and model.startswith(("/", "./", "../"))):
        return ModelSpec(PurePath(model).name or model, backend, model, "" if backend == "hf" else endpoint)
    return ModelSpec(model, backend, model, endpoint)


def told_apart(specs: tuple[ModelSpec, ...]) -> tuple[ModelSpec, ...]:
    """Return the models with labels of their own: recordings whose files have one name have their folder in front."""
    folders = Counter(spec.folder for spec in specs)
    return tuple(
        replace(spec, label=f"replay:{parent}/{spec.label.removeprefix('replay:')}")
        if spec.backend == "replay" and folders[spec.folder] > 1 and (parent := PurePath(spec.model).parent.name)
        else spec
        for spec in specs
    )


def asked_with(spec: ModelSpec, args: tuple[tuple[str, str], ...], mode: str) -> ModelSpec:
    """Return `spec` with the settings of its backend; a scripted model has none."""
    if spec.scripted:
        return spec
    told = "chat" if mode == "auto" and spec.backend not in _CAN_TELL else mode
    return replace(spec, args=args, mode=told)


def args_from(texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Read `KEY=VALUE[,KEY=VALUE…]`; a later value replaces an earlier one, and a part without a key continues one.

    Raises UsageError where there is no key.
    """
    found: dict[str, str] = {}
    for text in texts:
        last = ""
        for part in text.split(","):
            match = re.match(r"\s*([A-Za-z][\w-]*)\s*=(.*)", part, re.DOTALL)
            if match:
                last = match[1].replace("-", "_")
                found[last] = match[2].strip()
            elif last:
                found[last] += f",{part}"
            else:
                raise UsageError(f"--model-args={text!r} is not understood; write KEY=VALUE, as in api_key_env=MY_KEY.")
    return tuple(found.items())
