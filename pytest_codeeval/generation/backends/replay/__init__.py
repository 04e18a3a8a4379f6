"""replay: samples that a model gave earlier, read from a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from pytest_codeeval.generation.kind import BackendKind
from pytest_codeeval.generation.pathlabel import behind_folders

if TYPE_CHECKING:
    from pytest_codeeval.generation.backend import ModelBackend
    from pytest_codeeval.generation.modelspec import ModelSpec


def _make(spec: ModelSpec, _: float) -> ModelBackend:
    from pytest_codeeval.generation.backends.replay.backend import ReplayBackend
    from pytest_codeeval.generation.backends.replay.recordings import Recordings

    return ReplayBackend(Recordings.read(Path(spec.model)), spec.label)


def _understood(spec: ModelSpec) -> ModelSpec:
    file = PurePath(spec.model).name
    for suffix in (".gz", ".jsonl", ".json"):
        file = file.removesuffix(suffix)
    return replace(spec, label=f"replay:{file}")


def _longer_label(spec: ModelSpec, folders: int) -> str:
    """Put folders in front: recordings of several models may have one file name."""
    return f"replay:{behind_folders(spec.model, spec.label.removeprefix('replay:'), folders)}"


KIND = BackendKind(
    name="replay",
    make=_make,
    argument="FILE",
    is_file=True,
    understood=_understood,
    longer_label=_longer_label,
    gives_tools=lambda _: True,
    scripted=True,
    modes=("chat", "score"),
    prompted=False,
    judges=False,
)
