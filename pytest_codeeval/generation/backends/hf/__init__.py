"""hf: a transformers model in the process of the run itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from pytest_codeeval.generation.kind import BackendKind
from pytest_codeeval.generation.pathlabel import behind_folders

if TYPE_CHECKING:
    from pytest_codeeval.generation.backend import ModelBackend
    from pytest_codeeval.generation.modelspec import ModelSpec


def _make(spec: ModelSpec, request_timeout: float) -> ModelBackend:
    from pytest_codeeval.generation.backends.hf.backend import HfBackend

    return HfBackend(spec, request_timeout)


def _understood(spec: ModelSpec) -> ModelSpec:
    """Have a model in a folder be called as the folder is."""
    return replace(spec, label=PurePath(spec.model).name or spec.model)


KIND = BackendKind(
    name="hf",
    make=_make,
    argument="PATH",
    is_file=True,
    understood=_understood,
    longer_label=lambda spec, folders: behind_folders(spec.model, spec.label, folders),
    extra="hf",
    packages=("transformers", "torch"),
    needed_for="--model=hf:...",
    modes=("chat", "completion", "auto", "score"),
    options=("device", "dtype", "trust_remote_code", "batch_size"),
    neutral=frozenset({"batch_size"}),
    gives_tools=lambda _: True,
    local=True,
)
