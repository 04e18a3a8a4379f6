"""SharedExclusiveLock: lets a run that is in doubt be repeated while no other solution runs beside it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PATIENCE = 120.0
"""Seconds after which a lock is ignored: whoever holds it has been stopped."""


class SharedExclusiveLock:
    """A pair of locks that all workers of a user share; without a folder to keep them in there is no waiting at all.

    Runs hold `beside`, as many as there are. `alone` waits for them to end, and keeps new ones from beginning.
    """

    def __init__(self, folder: str) -> None:
        """`folder` is made when it is first needed; empty for none."""
        self._folder = folder
        self._gate = self._room = -1

    @contextmanager
    def beside(self) -> Iterator[None]:
        """Run beside others, once nobody waits to be alone."""
        if not self._opened():
            yield
            return
        _take(self._gate, fcntl.LOCK_SH)
        _take(self._room, fcntl.LOCK_SH)
        _release(self._gate)
        try:
            yield
        finally:
            _release(self._room)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Run with nobody beside; not to be entered from within `beside`."""
        if not self._opened():
            yield
            return
        _take(self._gate, fcntl.LOCK_EX)
        try:
            _take(self._room, fcntl.LOCK_EX)
            yield
        finally:
            _release(self._room)
            _release(self._gate)

    def _opened(self) -> bool:
        if self._folder and self._room < 0:
            try:
                Path(self._folder).mkdir(parents=True, exist_ok=True)
                self._gate, self._room = (
                    os.open(Path(self._folder) / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                    for name in ("gate", "room")
                )
            except OSError:
                self._folder = ""
        return self._room >= 0

    def close(self) -> None:
        """Close the locks."""
        for descriptor in (self._gate, self._room):
            if descriptor >= 0:
                os.close(descriptor)
        self._gate = self._room = -1


def _take(lock: int, kind: int) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > until:
                return
            time.sleep(0.005)
        except OSError:
            return  # a file system without locks


def _release(lock: int) -> None:
    with suppress(OSError):  # a file system without locks
        fcntl.flock(lock, fcntl.LOCK_UN)
