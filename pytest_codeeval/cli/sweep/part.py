"""Part: one model with one preset, as a sweep runs it, and how its command is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_codeeval import __version__
from pytest_codeeval.config import shipped
from pytest_codeeval.config.addresses import first_address
from pytest_codeeval.config.jobfile import JobFile
from pytest_codeeval.generation.backends.vllm.preset import PRESETS
from pytest_codeeval.generation.modelnames import resolve
from pytest_codeeval.generation.modelspec import ModelSpec
from pytest_codeeval.generation.registry import kind_of
from pytest_codeeval.generation.weights import with_weights
from pytest_codeeval.results.tracker.plan import Planned

if TYPE_CHECKING:
    from pytest_codeeval.config.schema import Model, SuiteEntry

NO_PRESET = "no-preset"
"""The results folder of models that a run does not serve."""

_PAGES = {"report": "report.html", "html": "items.html", "charts": "charts"}
_NO_MATTER = {"models", "presets", "results", "workers", "fail_under", "concurrency", "rpm", "tpm", *_PAGES}
"""Keys of a file that change no answer and no verdict."""


@dataclass(frozen=True)
class Part:
    """`label` and `preset` name it, `chosen` names its model within the file, `pages` are what the file wants of it.

    `within` is the results folder of its preset, `folder` the model's own in there. `asked` tells what decides its
    results from anything else.
    """

    label: str
    preset: str
    chosen: str
    suites: tuple[str, ...]
    within: str
    folder: str
    asked: str
    pages: tuple[str, ...]
    given_preset: bool

    @property
    def title(self) -> str:
        """The part as it is named to the user."""
        return f"{self.label}, {self.preset}" if self.preset else self.label

    def place(self, results: Path) -> Path:
        """Return the folder that has its results."""
        return results / self.within / self.folder

    @property
    def identity(self) -> tuple[str, str, str]:
        """Which part it is, and what decides its results: what is `complete` is so by that."""
        return self.label, self.preset, self.asked

    def planned(self, file: str, *, complete: bool) -> Planned:
        """Return it as the plan of a config file has it."""
        return Planned(self.label, self.preset, self.suites, self.asked if complete else "", file)

    def arguments(self, file: Path, results: Path) -> list[str]:
        """Return the arguments of pytest that run it; pages are beside its results, as each part has its own."""
        preset = [f"--preset={self.preset}"] if self.preset and not self.given_preset else []
        pages = [f"--{name}={self.place(results) / _PAGES[name]}" for name in self.pages]
        return [
            f"--codeeval-config={file}",
            f"--codeeval-models={self.chosen}",
            f"--results={results / self.within}",
            *preset,
            *pages,
            "-rfEs",  # why a suite was skipped is to be seen
        ]


def parts_of(file: JobFile) -> Iterator[Part]:
    """Yield the parts of a sweep, model by model.

    A model that a run serves has one for each preset, but one alone if it names its own; others have none to name.
    """
    pages = tuple(name for name in _PAGES if getattr(file.job, name))
    for model in file.models:
        spec = _spec(file, model)
        served = spec.kind.serves and not (model.vllm_url or spec.endpoint or "url" in (model.model_args or {}))
        presets = [model.preset] if model.preset else list(dict.fromkeys(file.job.presets or PRESETS))
        for preset in presets if served else [""]:
            yield Part(
                spec.label,
                preset or "",
                model.name or model.model,
                tuple(_named(entry, model.mode or file.job.mode) for entry in file.suites),
                preset or NO_PRESET,
                spec.folder,
                _asked(file, model, spec, preset or ""),
                pages,
                given_preset=bool(model.preset),
            )


def _named(entry: SuiteEntry, mode: str | None) -> str:
    """Return what a suite is called in results: with `mode: score` another one may stand for it."""
    scored = shipped.suite(entry.suite).scored if mode == "score" and not entry.file else None
    return scored.name if scored else entry.suite


def _spec(file: JobFile, model: Model) -> ModelSpec:
    spec = resolve(file.model_name(model), endpoint=first_address(model))
    return replace(with_weights(spec), label=model.name or spec.label)


def _asked(file: JobFile, model: Model, spec: ModelSpec, preset: str) -> str:
    """Return a hash of what decides what comes of a part: this version, the model and its files, and the settings."""
    job = file.job.model_dump(mode="json", exclude=_NO_MATTER, exclude_unset=True)
    own = model.model_dump(mode="json", exclude=_NO_MATTER, exclude_unset=True)
    decisive = [__version__, own, spec.weights, preset, job, _contents(file, model)]
    return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()[:16]


def _contents(file: JobFile, model: Model) -> list[str]:
    """Return a hash of each file that a part is made of: of suites of the user's own, problems, a recording."""
    backend, _, recording = file.model_name(model).partition(":")
    named = [*file.suite_files().values(), file.options().get("dataset") or ""]
    named += [recording] if kind_of(backend).is_file else []
    found = []
    for path in map(Path, filter(None, named)):
        with suppress(OSError):  # as of a folder, or of what is no file: the run's to report
            found.append(hashlib.sha256(path.read_bytes()).hexdigest())
    return found
