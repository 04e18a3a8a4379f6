"""ModelSpec: one model of a run, as it was named, and how it is asked; from it comes its backend."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from pytest_codeeval.core.completion import Identity
from pytest_codeeval.core.errors import UsageError, nearest
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.kind import BackendKind
from pytest_codeeval.generation.registry import KINDS, NEUTRAL_ARGS, kind_of

_JUDGES, _STORE = "judges", "completions.sqlite3"  # what stands beside the folders of models, and has its name first


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One model to ask: `label` names it in items and reports, `endpoint` is a base URL or empty.

    `resolved` says how a name without a prefix was understood, and is empty where the user said it himself. `args` are
    the settings of its backend (`--model-args`), `mode` is how it is asked (`CompletionRequest.mode`). `weights` tells
    the files of a model in a local folder from others at the same path, and is empty for all other models. `others` are
    further addresses of the same model: whichever answers, its requests are those of `endpoint`.
    """

    label: str
    backend: str
    model: str
    endpoint: str = ""
    resolved: str = ""
    args: tuple[tuple[str, str], ...] = ()
    mode: str = "chat"
    weights: str = ""
    others: tuple[str, ...] = ()

    @property
    def endpoints(self) -> tuple[str, ...]:
        """All base URLs."""
        return (*([self.endpoint] if self.endpoint else []), *self.others)

    @property
    def kind(self) -> BackendKind:
        """What its backend says of itself."""
        return kind_of(self.backend)

    @property
    def identity(self) -> Identity:
        """What tells its requests from those of other models: `CompletionRequest.identity`."""
        return self.backend, self.model, self.endpoint, self.request_args

    @property
    def options(self) -> dict[str, str]:
        """The settings of the backend by name."""
        return dict(self.args)

    @property
    def cache_key_args(self) -> tuple[tuple[str, str], ...]:
        """Those settings that can change an answer, in a fixed order."""
        return tuple(sorted((name, value) for name, value in self.args if name not in NEUTRAL_ARGS))

    @property
    def request_args(self) -> tuple[tuple[str, str], ...]:
        """What belongs to the key of each request beside the question: those settings, and which weights answer."""
        return (*self.cache_key_args, *([("weights", self.weights)] if self.weights else []))

    def checked_options(self) -> dict[str, str]:
        """Return the settings of the backend by name.

        Raises UsageError for one that its kind has not.
        """
        return self.options_among(self.kind.options)

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
        name = name[:120].rstrip("-.") or "model"
        return f"{name}-model" if name == _JUDGES or name.startswith(_STORE) else name

    @property
    def scripted(self) -> bool:
        """Whether the answers stand on this machine already, so that nothing is asked over a network."""
        return self.kind.scripted

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; `from_json` gives the spec back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ModelSpec:
        """Rebuild a spec from `to_json`'s values."""
        args = tuple((name, value) for name, value in data["args"])
        return cls(**{**data, "args": args, "others": tuple(data.get("others", ()))})


def make_backend(spec: ModelSpec, request_timeout: float) -> ModelBackend:
    """Return the backend of `spec`; its modules are imported only now.

    Raises UsageError where it cannot work: a package, a key or a file is missing.
    """
    kind = spec.kind
    if kind.make is None:
        raise UsageError(f"--model={spec.label}: no plugin made a backend for {spec.backend!r}.")
    if spec.mode in ("completion", "score") and spec.mode not in kind.modes:
        able = ", ".join(other.name for other in KINDS if spec.mode in other.modes and not other.scripted)
        lacks = "only chats" if spec.mode == "completion" else "gives no log-probabilities of a prompt"
        raise UsageError(
            f"--mode={spec.mode}: backend {spec.backend!r} {lacks}; {able} can do it. "
            "What is said there holds for all models of a run."
        )
    if not spec.others:
        return kind.make(spec, request_timeout)
    if "url" in spec.options:
        raise UsageError(f"--base-url={spec.others[0]} and --vllm-url both say where {spec.label} is; leave one out.")
    from pytest_codeeval.generation.endpointpool import EndpointPool  # few runs have several

    alone = [replace(spec, endpoint=url, others=()) for url in spec.endpoints]
    return EndpointPool(spec.label, {one.endpoint: kind.make(one, request_timeout) for one in alone}, request_timeout)
