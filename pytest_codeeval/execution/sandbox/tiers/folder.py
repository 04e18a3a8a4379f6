"""Folder: a scratch folder on disk, used again for as long as solutions leave nothing in it."""

import os
import tempfile
from contextlib import suppress

from pytest_codeeval.execution.sandbox import scratch
from pytest_codeeval.execution.sandbox.descendants import below


class Folder:
    """A private folder below the machine's folder for temporary files, of the user given or of this process's own."""

    def __init__(self, user: int | None = None) -> None:
        self.path = tempfile.mkdtemp(prefix="codeeval-")
        if user is not None:
            os.chown(self.path, user, user)
        self._size = os.stat(self.path).st_size
        self._pristine = self._state()

    def is_pristine(self) -> bool:
        """Tell whether nobody looked into it or changed anything; clocks are coarse, so its content counts too."""
        return self._state() == self._pristine and scratch.is_empty(self.path)

    def restore(self) -> bool:
        """Empty it, and let it be of this moment, so that its age does not tell what was done before.

        False if it had better be replaced: it cannot be emptied, or held so many files that it stays long and slow.
        """
        try:
            if not self.is_pristine():
                scratch.empty(self.path)
            os.utime(self.path)
            self._pristine = self._state()
            return os.stat(self.path).st_size == self._size
        except OSError:
            return False

    def leave(self) -> None:
        """Remove it and everything in it, as far as that can be done; nothing is put into it any more."""
        with suppress(OSError):
            scratch.remove(self.path)

    def _state(self) -> tuple[int, ...]:
        seen = os.stat(self.path)
        times = (seen.st_atime_ns, seen.st_mtime_ns, seen.st_ctime_ns)
        return (seen.st_mode, seen.st_uid, seen.st_gid, seen.st_nlink, seen.st_size, *times)


def overflows(path: str, limit: int) -> bool:
    """Tell whether the files in a folder are more than `limit` bytes.

    Those count too that descendants of this process have removed and still keep open.
    """
    used = scratch.used_bytes(path, limit)
    return used > limit or used + scratch.nameless_bytes(path, below(os.getpid())) > limit
