"""A model's files are told from others at the same path."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_codeeval.core.completion import CompletionRequest, SamplingParams
from pytest_codeeval.generation.modelnames import resolve
from pytest_codeeval.generation.weights import fingerprint, with_weights


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text('{"hidden_size": 8}')
    (folder / "tokenizer.json").write_text("{}")
    (folder / "model-1-of-2.safetensors").write_bytes(b"\0" * 64)
    (folder / "model-2-of-2.safetensors").write_bytes(b"\0" * 64)
    return folder


def touched(path: Path) -> None:
    """Give a file of the same size another time, as another training does."""
    later = path.stat().st_mtime_ns + 1_000
    os.utime(path, ns=(later, later))


CHANGES: dict[str, Callable[[Path], object]] = {
    "trained again": lambda folder: touched(folder / "model-2-of-2.safetensors"),
    "of another size": lambda folder: (folder / "model-1-of-2.safetensors").write_bytes(b"\0"),
    "a part is missing": lambda folder: (folder / "model-2-of-2.safetensors").unlink(),
    "configured otherwise": lambda folder: (folder / "config.json").write_text('{"hidden_size": 9}'),
    "another tokenizer": lambda folder: (folder / "tokenizer.json").write_text("[]"),
    "a chat template": lambda folder: (folder / "chat_template.jinja").write_text("{{ messages }}"),
    "a part that is gone": lambda folder: (folder / "model-3-of-3.safetensors").symlink_to(folder / "gone"),
    "code of its own": lambda folder: (folder / "modeling_own.py").write_text("x = 1"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_another_model_at_the_same_path_is_told_from_the_first(model: Path, change: Callable[[Path], object]) -> None:
    first = fingerprint(model)
    assert fingerprint(model) == first
    change(model)
    assert fingerprint(model) != first


def test_what_is_no_part_of_the_model_changes_nothing(model: Path) -> None:
    first = fingerprint(model)
    (model / "README.md").write_text("trained on Monday")
    (model / "runs").mkdir()
    (model / "of no use").symlink_to(model / "gone")
    touched(model / "config.json")
    assert fingerprint(model) == first


def test_the_path_and_a_copy_that_keeps_times_change_nothing(model: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(model, tmp_path / "copy"))
    link = tmp_path / "latest"
    link.symlink_to(model)
    assert fingerprint(copy) == fingerprint(link) == fingerprint(model)


def test_large_weights_are_not_read(model: Path) -> None:
    with (model / "model.safetensors").open("wb") as file:
        file.truncate(1 << 36)  # 64 GiB, none of it on disk
    start = time.monotonic()
    fingerprint(model)
    assert time.monotonic() - start < 1


@pytest.mark.parametrize("backend", ["vllm", "hf"])
def test_a_request_to_a_local_model_has_a_key_of_its_weights(model: Path, backend: str) -> None:
    def key() -> str:
        spec = with_weights(resolve(f"{backend}:{model}"))
        request = CompletionRequest(spec.backend, spec.model, (), SamplingParams())
        assert spec.weights and request.key != replace(request, args=spec.request_args).key
        return replace(request, args=spec.request_args).key

    first = key()
    assert key() == first
    touched(model / "model-1-of-2.safetensors")
    assert key() != first


@pytest.mark.parametrize("name", ["vllm:org/name", "hf:org/name", "hf:/no/such/folder", "openai:x", "demo"])
def test_a_model_without_a_folder_has_no_weights_to_look_at(name: str) -> None:
    spec = resolve(name)
    assert with_weights(spec) == spec
    assert spec.request_args == ()
