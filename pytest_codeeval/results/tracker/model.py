"""TrackedModel: which model it was that answered, as far as its runs tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from pytest_codeeval.core.text import printable
from pytest_codeeval.generation.backends.vllm.preset import DEFAULT
from pytest_codeeval.generation.registry import kind_of
from pytest_codeeval.results.run import Run

UNKNOWN = "not known"
_LONGEST = 120
_MOST = 1 << 60
_ASKED = ("backend", "model", "endpoint", "weights")


@dataclass(frozen=True)
class TrackedModel:
    """A model by the name that the document has for it; `files` is what its own files told the run that served it."""

    name: str
    asked: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        """The model as it was asked for: its backend, its name there, and at which address if it was told one."""
        at = f" at {self.asked['endpoint']}" if self.asked.get("endpoint") else ""
        named = ":".join(filter(None, (self.asked.get("backend", ""), self.asked.get("model", ""))))
        return f"{named}{at}" if named else UNKNOWN

    @property
    def revision(self) -> str:
        """The revision on the hub, or a hash of the files in a folder."""
        if isinstance(found := self.files.get("revision"), str):
            return found
        return f"files {self.asked['weights']}" if self.asked.get("weights") else UNKNOWN

    @property
    def weights(self) -> str:
        """The size of the weights as they are stored."""
        size = self.files.get("weights_bytes")
        if type(size) is not int or not 0 <= size < _MOST:
            return UNKNOWN
        return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"

    @property
    def context(self) -> str:
        """How many tokens it was made for."""
        length = self.files.get("context")
        return f"{length:,} tokens" if type(length) is int and 0 <= length < _MOST else UNKNOWN

    @property
    def licence(self) -> str:
        """The licence that its card names."""
        found = self.files.get("licence")
        return found if isinstance(found, str) else UNKNOWN


def models_of(runs: Sequence[Run]) -> dict[str, TrackedModel]:
    """Return by the name of each run which model it is of; those of one label that are not the same have longer names.

    What is known of a model's files is the newest that any of its runs has.
    """
    asked = {run.name: _asked(run) for run in runs}
    told = {(run.model, tuple(asked[run.name].items())) for run in runs}
    labels = Counter(label for label, _ in told)
    found = {}
    for run in runs:
        of = asked[run.name]
        alike = [one for one in runs if (one.model, asked[one.name]) == (run.model, of)]
        named = ", ".join(filter(None, (of.get("backend"), of.get("model"), of.get("endpoint"), of.get("weights"))))
        name = run.model if labels[run.model] == 1 else f"{run.model} ({named or 'asked for as nobody knows'})"
        found[run.name] = TrackedModel(shown_name(name), of, _files(alike))
    return found


def shown_name(name: str) -> str:
    """Return a model's name as the document has it: one that is cut or escaped is still told from all others."""
    shown = printable(name, limit=_LONGEST)
    if shown == name:
        return name
    return f"{printable(name[:_LONGEST])}… ({sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]})"


def preset_of(run: Run) -> str:
    """Return the preset with which a run served its model; empty where it served none."""
    options = run.about.get("options")
    models = options.get("models") if isinstance(options, dict) else None
    label = run.about.get("label", run.model)
    for one in models if isinstance(models, list) else ():
        if isinstance(one, dict) and one.get("label") == label and kind_of(str(one.get("backend"))).serves:
            args = _pairs(one.get("args"))
            served = not (args.get("url") or one.get("endpoint"))
            return printable(args.get("preset", DEFAULT), limit=_LONGEST) if served else ""
    return ""


def server_of(run: Run) -> Mapping[str, Any]:
    """Return what a run says of the server that it started; nothing if it needed none."""
    found = run.about.get("server")
    return found if isinstance(found, dict) else {}


def when(run: Run) -> str:
    """Return when a run ended, or began if it did not end, as it says it; empty if it does not."""
    found = run.about.get("finished") or run.about.get("started")
    return found if isinstance(found, str) else ""


def _asked(run: Run) -> dict[str, str]:
    found = {name: run.settings.get(name) for name in _ASKED}
    return {name: value for name, value in found.items() if isinstance(value, str) and value}


def _files(runs: Sequence[Run]) -> Mapping[str, Any]:
    told = [(when(run), found) for run in runs if isinstance(found := server_of(run).get("files"), dict)]
    return max(told, key=lambda one: one[0])[1] if told else {}


def _pairs(args: object) -> dict[str, str]:
    pairs = args if isinstance(args, list) else []
    return {str(one[0]): str(one[1]) for one in pairs if isinstance(one, list) and len(one) == 2}
