"""Folder: a scratch folder on disk, used again for as long as solutions leave nothing in it."""

import os
import tempfile

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
        """Tell whether nobody changed anything; clocks are coarse, so a look inside is part of it."""
        if self._state() != self._pristine:
            return False
        with os.scandir(self.path) as entries:
            return next(entries, None) is None

    def restore(self) -> bool:
        """Empty it; False where it had better be replaced, as one that held many files stays long and slow."""
        scratch.empty(self.path)
        self._pristine = self._state()
        return os.stat(self.path).st_size == self._size

    def remove(self) -> None:
        """Remove it and everything in it."""
        scratch.remove(self.path)

    def _state(self) -> tuple[int, ...]:
        seen = os.stat(self.path)
        return (seen.st_mode, seen.st_uid, seen.st_gid, seen.st_nlink, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)


def overflows(path: str, limit: int) -> bool:
    """Tell whether the files in a folder are more than `limit` bytes.

    Those count too that descendants of this process have removed and still keep open.
    """
    used = scratch.used_bytes(path, limit)
    return used > limit or used + scratch.nameless_bytes(path, below(os.getpid())) > limit
