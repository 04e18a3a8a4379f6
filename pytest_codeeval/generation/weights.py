"""What tells the files of a model in a local folder from those that lay there at another time."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from pytest_codeeval.generation.modelspec import ModelSpec

# Small, and of effect on answers: configuration, tokenizer, chat template, code of the model's own.
_READ = {".json", ".jinja", ".txt", ".model", ".tiktoken", ".py"}
# Gigabytes: their sizes and times have to do.
_LOOKED_AT = {".safetensors", ".bin", ".pt", ".pth", ".gguf", ".ckpt"}
_MOST_READ = 1 << 26


def with_weights(spec: ModelSpec) -> ModelSpec:
    """Return `spec` with what its files are now, where they lie in a folder of this machine that can be read."""
    folder = Path(spec.model)
    if spec.kind.local and folder.is_dir():
        with suppress(OSError):
            return replace(spec, weights=fingerprint(folder))
    return spec


def fingerprint(folder: Path) -> str:
    """Return a short hash of a model's files: the content of small ones, name, size and time of the weights.

    Another training at the same path changes it. So may a copy that does not keep the times of files.
    Raises OSError where the folder cannot be read.
    """
    found = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in _READ | _LOOKED_AT:
            found.update(f"{path.name} {_about(path)}\n".encode("utf-8", "surrogateescape"))
    return found.hexdigest()[:16]


def _about(path: Path) -> str:
    try:
        about = path.stat()  # of the file itself, where this is a link to it
        if path.suffix in _READ and about.st_size <= _MOST_READ and path.is_file():
            return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:  # the backend's to report, if it needs that file
        return error.__class__.__name__
    return f"{about.st_size} {about.st_mtime_ns}"
