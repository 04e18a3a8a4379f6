"""ArtifactCache: what a language's tools made of the package's own sources, in the user's cache folder."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

MOST_KEPT = 512 << 20
"""Bytes of all that is kept; beyond them goes what has not been used for longest."""


class ArtifactCache:
    """One file in a cache folder, found by all that it was made from; without a folder nothing is kept."""

    def __init__(self, folder: str, name: str, made_from: Sequence[Any]) -> None:
        """`made_from` are plain JSON values."""
        key = hashlib.sha256(json.dumps(made_from).encode()).hexdigest()
        self._path = Path(folder) / "toolchains" / f"{name}-{key[:32]}" if folder else None
        self._known = False

    def content(self) -> bytes:
        """Return what is kept, nothing where that is nothing."""
        with suppress(OSError):
            if self._path is not None and (found := self._path.read_bytes()):
                self._known = True
                with suppress(OSError):
                    os.utime(self._path)
                return found
        return b""

    def keep(self, content: bytes) -> None:
        """Write the content, in one stroke, where it was not there; that may fail, as it can be made again."""
        if self._path is None or self._known:
            return
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = self._path.with_name(f"{self._path.name}.{os.getpid()}")
            unfinished.write_bytes(content)
            unfinished.replace(self._path)
            self._known = True
            _make_room(self._path.parent)


def _make_room(folder: Path) -> None:
    """Remove what has not been used for longest, until the rest is as much as may be kept."""
    room = MOST_KEPT
    files = [(path.lstat(), path) for path in folder.iterdir()]
    for about, path in sorted(files, key=lambda file: file[0].st_mtime, reverse=True):
        room -= about.st_size
        if room < 0:
            with suppress(OSError):
                path.unlink()
