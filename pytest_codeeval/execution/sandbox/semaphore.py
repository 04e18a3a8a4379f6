"""PipeSemaphore: what `multiprocessing` needs of the system, without a file in /dev/shm."""

import os
import select
import threading
import time
from typing import Any

RECURSIVE_MUTEX, SEMAPHORE = 0, 1


class PipeSemaphore:
    """Stands in for `_multiprocessing.SemLock`: its value is the number of bytes in a pipe, shared by forks."""

    SEM_VALUE_MAX = 32767  # what fits into a pipe with ease

    def __init__(self, kind: int, value: int, maxvalue: int, name: str, unlink: bool) -> None:  # noqa: ARG002 - as SemLock has it
        self.kind = kind
        self.maxvalue = maxvalue
        self.name = name
        self.handle = 0
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.write(self._writer, b"x" * value)
        self._held = 0
        self._holder: Any = None

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """Take one; False where there was none in time."""
        me = os.getpid(), threading.get_ident()
        if self.kind == RECURSIVE_MUTEX and self._held and self._holder == me:
            self._held += 1
            return True
        until = None if timeout is None else time.monotonic() + max(timeout, 0)
        ready = select.poll()
        ready.register(self._reader, select.POLLIN)
        while True:
            try:
                if os.read(self._reader, 1):
                    break
            except BlockingIOError:
                pass  # somebody was quicker
            if not block:
                return False
            left = None if until is None else (until - time.monotonic()) * 1000
            if left is not None and left <= 0:
                return False
            ready.poll(left)
        self._held += 1
        self._holder = me
        return True

    def release(self) -> None:
        """Give one back."""
        if self.kind == RECURSIVE_MUTEX:
            if not self._is_mine():
                raise AssertionError("attempt to release recursive lock not owned by thread")
            if self._held > 1:
                self._held -= 1
                return
        elif self.maxvalue == 1 and not self._is_zero():
            raise ValueError("semaphore or lock released too many times")
        self._held -= 1
        os.write(self._writer, b"x")

    __enter__ = acquire

    def __exit__(self, *_: object) -> None:
        self.release()

    def _count(self) -> int:
        return self._held

    def _is_mine(self) -> bool:
        return self._held > 0 and self._holder == (os.getpid(), threading.get_ident())

    def _is_zero(self) -> bool:
        ready = select.poll()
        ready.register(self._reader, select.POLLIN)
        return not ready.poll(0)

    def _get_value(self) -> int:
        """Count what is there, by taking it and putting it back."""
        try:
            taken = len(os.read(self._reader, self.SEM_VALUE_MAX))
        except BlockingIOError:
            return 0
        os.write(self._writer, b"x" * taken)
        return taken

    def _after_fork(self) -> None:
        self._held = 0
