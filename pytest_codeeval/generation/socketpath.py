"""SocketPath: a path of any length, in a form that fits into the address of a local socket."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LONGEST = 100
"""Bytes of a path that fit everywhere: 107 on Linux, 103 on a Mac."""


@contextmanager
def short_path(path: Path) -> Iterator[str]:
    """Yield a path for `bind` and `connect`, to be used within the block.

    A long one goes by way of a descriptor of its folder. Raises OSError where there is no such folder.
    """
    if len(os.fsencode(path)) <= _LONGEST:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
