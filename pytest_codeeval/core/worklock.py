"""Work that several processes would do alike: one does it, and the others wait for what comes of it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_STEP = 0.05


@contextmanager
def held(path: Path | None, patience: float) -> Iterator[None]:
    """Hold a lock, waiting for it up to `patience` seconds; then go on regardless, as without a place for it."""
    lock = _opened(path)
    try:
        deadline = time.monotonic() + patience
        while lock is not None and time.monotonic() < deadline:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(_STEP)
            except OSError:
                break  # a file system without locks
        yield
    finally:
        if lock is not None:
            with suppress(OSError):
                fcntl.flock(lock, fcntl.LOCK_UN)  # a process that was forked meanwhile would hold it on
            os.close(lock)


def _opened(path: Path | None) -> int | None:
    if path is None:
        return None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError:
        return None
