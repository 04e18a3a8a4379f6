"""KeptFile: a file that can be made again as it was, if somebody removes it while it is written to."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable
from pathlib import Path

from pytest_codeeval.core.errors import StorageError

_AT_ONCE = 1 << 20


class KeptFile:
    """Keeps a file open, so that what it holds outlives its name."""

    def __init__(self, path: Path) -> None:
        """Open or create the file. Raises StorageError where that cannot be done."""
        self._path = path
        self._close: Callable[[], object] | None = None
        self._hold()

    def restore(self) -> bool:
        """See that the file is there; return whether it had to be made again, with its folder.

        One that was put in its place is left as it is, and kept from now on. Raises StorageError.
        """
        try:
            if os.path.samestat(self._path.stat(), os.fstat(self._descriptor)):
                return False
            self._hold()
        except FileNotFoundError:
            self._write_again()
            return True
        except OSError as error:
            raise self._failed(error) from None
        return False

    def _hold(self) -> None:
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise self._failed(error) from None
        if self._close is not None:
            self._close()
        self._descriptor = descriptor
        self._close = weakref.finalize(self, os.close, descriptor)

    def _write_again(self) -> None:
        part = self._path.with_name(f".{self._path.name}.{os.getpid()}.part")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as again:
                while piece := os.pread(self._descriptor, _AT_ONCE, again.tell()):
                    again.write(piece)
            part.replace(self._path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise self._failed(error) from None
        self._hold()

    def _failed(self, error: OSError) -> StorageError:
        return StorageError(f"{self._path} cannot be written: {error.strerror}")
