"""FolderLock: keeps a second run from writing to a results folder."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import sys
import weakref
from pathlib import Path

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.machinemark import MARK, MachineMark

LOCK = ".lock"
_NO_LOCKS = {errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL, errno.EIO}


class FolderLock:
    """A lock on a folder until it is closed, or this process ends.

    On a file system without locks a name of the machine's stands in for it, and `warning` says so. For runs on other
    machines there is a mark as well: locks may hold on one machine only.
    """

    def __init__(self, folder: Path, instead: str = "give another --results") -> None:
        """Raises UsageError where another run has the lock, or there can be none; `instead` says what else to do."""
        self.warning = ""
        self._instead = instead
        self._close = weakref.finalize(self, os.close, self._taken(folder))
        try:
            self._mark = MachineMark(folder)
        except UsageError:
            self._close()
            raise

    def demand(self) -> None:
        """Raise StorageError where a run on another machine has taken the folder: nothing is to be written there."""
        self._mark.demand()

    def close(self) -> None:
        """Let others into the folder."""
        self._mark.close()
        self._close()

    def _taken(self, folder: Path) -> int:
        try:
            lock = _opened(folder / LOCK)
        except OSError as error:
            raise UsageError(
                f"no lock can be had on {str(folder / LOCK)!r} ({error.strerror}); remove it if no other run writes "
                f"there, or {self._instead}."
            ) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(lock)
            if error.errno not in _NO_LOCKS:
                raise self._another(folder) from None
            self.warning = (
                f"the file system of {str(folder)!r} has no locks ({error.strerror}): runs on other machines are kept "
                f"out by the file {MARK} alone"
            )
            return self._named(folder)
        return lock

    def _named(self, folder: Path) -> int:
        """Take the folder's name among the abstract sockets of this machine, which only Linux has."""
        name = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        found = folder.stat()
        try:
            if sys.platform == "linux":
                name.bind(f"\0pytest-codeeval-{found.st_dev}-{found.st_ino}")
        except OSError as error:  # any other means that there are no such names either
            if error.errno == errno.EADDRINUSE:
                name.close()
                raise self._another(folder) from None
        return name.detach()

    def _another(self, folder: Path) -> UsageError:
        return UsageError(f"another run is writing to {str(folder)!r}; wait for its end, or {self._instead}.")


def _opened(path: Path) -> int:
    """Open the file of the lock, which may be another user's: to read it is enough on most file systems."""
    for flags in (os.O_RDWR | os.O_CREAT, os.O_RDWR):
        try:
            return os.open(path, flags | os.O_CLOEXEC, 0o644)
        except PermissionError:
            pass
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
