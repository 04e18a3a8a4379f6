"""The scratch folder as files on disk: measured, and emptied of whatever a solution left in it."""

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_GONE = (errno.ENOENT, errno.ENOTDIR)
_BATCH = 1 << 10
MOST_FILES = 8192
"""Files and folders that there may be in a scratch folder."""


def used_bytes(path: str, limit: int) -> int:
    """Return the bytes that files below `path` take up; stops early once there are more than `limit`.

    Follows no link. What vanishes meanwhile counts as nothing, and a folder that cannot be listed, or lies too deep for
    that, as too much. Each entry counts as so much at least that MOST_FILES of them fill the folder.
    """
    total = 0
    least = max(limit // MOST_FILES, 512)
    waiting = [path]
    while waiting and total <= limit:
        folder = waiting.pop()
        try:
            for entry in _entries(folder):
                total += max(_blocks(entry) * 512, least)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{folder}/{entry.name}")
                if total > limit:
                    break
        except OSError as error:
            total += (limit + 1) * (error.errno not in _GONE)
    return total


def is_empty(path: str) -> bool:
    """Tell whether there is nothing in a folder, and leave no trace of the look."""
    return next(_entries(path), None) is None


def _entries(path: str) -> Iterator[os.DirEntry[str]]:
    """Yield what is in a folder, which is not to be taken for a look of a solution's."""
    folder = os.open(path, _FOLDER | getattr(os, "O_NOATIME", 0))
    try:
        with os.scandir(folder) as entries:
            yield from entries
    finally:
        os.close(folder)


def _blocks(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_blocks
    except OSError as error:
        if error.errno not in _GONE:
            raise
        return 0


def nameless_bytes(path: str, processes: Iterable[int]) -> int:
    """Return the bytes of files that lie beside `path`, have no name any more, and are open in one of the processes.

    Those of a process that may not be looked at count as nothing.
    """
    device = os.stat(path).st_dev
    found: dict[int, int] = {}
    for process in processes:
        folder = f"/proc/{process}/fd"
        with suppress(OSError):
            for name in os.listdir(folder):
                with suppress(OSError):
                    seen = os.stat(f"{folder}/{name}")
                    if seen.st_dev == device and not seen.st_nlink and stat.S_ISREG(seen.st_mode):
                        found[seen.st_ino] = seen.st_blocks * 512
    return sum(found.values())


def empty(path: str) -> None:
    """Remove everything in the folder `path`, however deep, unreadable or numerous.

    To be called when nobody is left who could change it. Raises OSError where something cannot be removed. Follows no
    link: every folder is opened by its name within its parent. However deep a tree is, two descriptors do, as a folder
    inside another one is moved up to the top before it is emptied.
    """
    top = os.open(path, _FOLDER)
    try:
        os.fchmod(top, 0o700)
        prefix, moved = os.urandom(8).hex(), 0  # no name that a solution could have taken
        while names := _some(top):
            for name in names:
                if _removed(name, top):
                    continue
                folder = _open(name, top)
                try:
                    while inner := _some(folder):
                        for child in inner:
                            if not _removed(child, folder):
                                os.close(_open(child, folder))  # for its mode: it has to be writable to be moved
                                os.rename(child, f"{prefix}{moved}", src_dir_fd=folder, dst_dir_fd=top)
                                moved += 1
                finally:
                    os.close(folder)
                os.rmdir(name, dir_fd=top)
    finally:
        os.close(top)


def remove(path: str) -> None:
    """Remove the folder `path` with everything in it; raises OSError where that fails."""
    empty(path)
    os.rmdir(path)


def _some(folder: int) -> list[str]:
    """Return names in a folder: all, or some of them."""
    with os.scandir(folder) as entries:
        return [entry.name for entry, _ in zip(entries, range(_BATCH), strict=False)]


def _removed(name: str, parent: int) -> bool:
    """Remove a file or an empty folder; False for a folder that has something in it."""
    try:
        if stat.S_ISDIR(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode):
            os.rmdir(name, dir_fd=parent)
        else:
            os.unlink(name, dir_fd=parent)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        return False
    return True


def _open(name: str, parent: int) -> int:
    """Return the descriptor of a folder, which may be listed and changed from now on."""
    with suppress(OSError):
        os.chmod(name, 0o700, dir_fd=parent)
    return os.open(name, _FOLDER, dir_fd=parent)
