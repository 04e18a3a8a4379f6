"""Account: what the control groups of a slot have counted, read again and again from files that stay open."""

from __future__ import annotations

import os
from contextlib import suppress

from pytest_codeeval.execution.sandbox.groups import Group

_LONGEST = 1 << 14
# Of a group's memory: caches of files may go at any time, but not files that are nothing but memory.
_CACHES = {
    "memory.usage_in_bytes": {b"\ntotal_cache ": -1, b"\ntotal_shmem ": 1},
    "memory.current": {b"\nfile ": -1, b"\nshmem ": 1, b"\nslab_reclaimable ": -1},
}
_KERNEL = "memory.kmem.usage_in_bytes"


class Account:
    """Reads a slot's groups; what there is no group for is zero, for ever."""

    def __init__(self, group: Group) -> None:
        self._cpu = _opened(group.cpu)
        self._word, self._scale = (1, 1e-6) if group.cpu.endswith(".stat") else (0, 1e-9)
        folder, name = os.path.split(group.memory)
        self._memory = _opened(group.memory)
        self._stat = _opened(f"{folder}/memory.stat")
        self._kernel = _opened(f"{folder}/{_KERNEL}")
        self._caches = _CACHES.get(name, {})
        self.counts_memory = self._memory >= 0 and self._stat >= 0

    def cpu_seconds(self) -> float:
        """Return the CPU time of all that ever ran in the group."""
        words = _read(self._cpu).split()
        return int(words[self._word]) * self._scale

    def memory_bytes(self) -> int:
        """Return the memory that the group holds now, with what the kernel has on its account, without caches."""
        if not self.counts_memory:
            return 0
        # Not line by line: there are some forty, and this is read at least once a sample.
        stat = b"\n" + _read(self._stat)
        caches = sum(
            sign * int(stat.partition(name)[2].partition(b"\n")[0] or 0) for name, sign in self._caches.items()
        )
        return int(_read(self._memory).split()[0]) + caches

    def kernel_bytes(self) -> int:
        """Return how much of that is the kernel's, 0 where it is not told apart; quick."""
        return int(_read(self._kernel).split()[0])

    def close(self) -> None:
        """Close the files."""
        for descriptor in (self._cpu, self._memory, self._stat, self._kernel):
            if descriptor >= 0:
                os.close(descriptor)
        self._cpu = self._memory = self._stat = self._kernel = -1
        self.counts_memory = False


def _opened(path: str) -> int:
    with suppress(OSError):
        if os.path.dirname(path):
            return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    return -1


def _read(descriptor: int) -> bytes:
    if descriptor >= 0:
        with suppress(OSError):
            return os.pread(descriptor, _LONGEST, 0)
    return b"0 0"
