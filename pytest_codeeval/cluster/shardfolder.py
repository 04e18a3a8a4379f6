"""The folder of a shard on its node, which is removed behind it, and those of processes that died before they could."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX = "codeeval-shard-"
_OWNED = "owned"


@contextmanager
def shard_folder() -> Iterator[Path]:
    """Give a folder of one's own in a `with` block, and remove it, together with those that nobody has any more.

    Whose process lives is seen by a lock, which is let go however a process ends.
    """
    _remove_abandoned(Path(tempfile.gettempdir()))
    place = Path(tempfile.mkdtemp(prefix=_PREFIX))
    lock = _locked(place)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        os.close(lock)


def _locked(place: Path) -> int:
    """Return the lock of a folder, which has its name only once it is held: nobody finds it free before."""
    path = place / f".{_OWNED}"
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with suppress(OSError):  # without locks nothing that was left is removed
        fcntl.flock(lock, fcntl.LOCK_EX)
        path.rename(place / _OWNED)
    return lock


def _remove_abandoned(folder: Path) -> None:
    for place in folder.glob(f"{_PREFIX}*"):
        try:
            if place.is_symlink() or place.stat().st_uid != os.getuid():
                continue
            lock = os.open(place / _OWNED, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            continue
        with suppress(OSError):  # of whom lives
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(place, ignore_errors=True)
        os.close(lock)
