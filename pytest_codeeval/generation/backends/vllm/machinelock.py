"""MachineLock: which model has the machine, where servers of several models are to run one after another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from weakref import WeakKeyDictionary

_OF_LOOPS: WeakKeyDictionary[asyncio.AbstractEventLoop, MachineLock] = WeakKeyDictionary()


class MachineLock:
    """Held by one at a time; `wanted` says that others wait, and each holder is told when somebody comes."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._waiting = 0
        self._tell: Callable[[], object] | None = None

    @classmethod
    def of_this_loop(cls) -> MachineLock:
        """Return the one lock of all servers of this event loop."""
        loop = asyncio.get_running_loop()
        if loop not in _OF_LOOPS:
            _OF_LOOPS[loop] = cls()
        return _OF_LOOPS[loop]

    @property
    def wanted(self) -> bool:
        """Whether somebody waits."""
        return self._waiting > 0

    async def acquire(self, tell: Callable[[], object]) -> None:
        """Wait for the machine; `tell` is called whenever another begins to wait for it."""
        self._waiting += 1
        if self._tell is not None:
            self._tell()
        try:
            await self._lock.acquire()
        finally:
            self._waiting -= 1
        self._tell = tell
        if self.wanted:
            tell()

    def release(self) -> None:
        """Let the next have it."""
        self._tell = None
        self._lock.release()


class SharedMachineLock:
    """The lock of all servers of one model, which have the machine together: the last gives it back."""

    def __init__(self) -> None:
        self._lock: MachineLock | None = None
        self._taking = asyncio.Lock()
        self._holders = 0
        self._tells: list[Callable[[], object]] = []

    @property
    def wanted(self) -> bool:
        """Whether another model waits."""
        return self._lock is not None and self._lock.wanted

    async def acquire(self, tell: Callable[[], object]) -> None:
        """Wait for the machine; `tell` is called whenever another model begins to wait for it."""
        async with self._taking:
            if not self._holders:
                lock = MachineLock.of_this_loop()
                await lock.acquire(self._tell_all)
                self._lock = lock
            self._holders += 1
            self._tells.append(tell)
        if self.wanted:
            tell()

    def release(self) -> None:
        """Give it back, for one of the servers."""
        self._holders -= 1
        if not self._holders and self._lock is not None:
            lock, self._lock = self._lock, None
            self._tells.clear()
            lock.release()

    def _tell_all(self) -> None:
        for tell in [*self._tells]:
            tell()
