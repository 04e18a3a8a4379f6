"""Hidden memory: what processes can hold that is in none of their page tables, and how much that may be."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress

_SHARED = b"/dev/zero (deleted)"
_KIB = 1 << 10
_SENT = 208 * _KIB  # what a socket holds that nobody has received, as the kernel has it by default


def shared_bytes(processes: Iterable[int]) -> int:
    """Return what processes have mapped in common and is not resident, and the tables for all that they have mapped.

    A page of it that was written stays, whoever takes it out of his own memory. So all of it counts, once.
    """
    mappings: dict[bytes, int] = {}
    tables = resident = 0
    for process in processes:
        for line in _lines(f"/proc/{process}/maps"):
            if line.endswith(_SHARED):
                addresses, _, offset, _, inode = line.split(maxsplit=5)[:5]
                start, end = (int(address, 16) for address in addresses.split(b"-"))
                mappings[inode] = max(mappings.get(inode, 0), int(offset, 16) + end - start)
        for line in _lines(f"/proc/{process}/status"):
            if line.startswith((b"VmPTE:", b"HugetlbPages:")):
                tables += int(line.split()[1]) * _KIB
            elif line.startswith(b"RssShmem:"):
                resident += int(line.split()[1]) * _KIB
    return max(0, sum(mappings.values()) - resident) + tables


def buffer_bytes(processes: Iterable[int]) -> int:
    """Return what the sockets of processes may hold in their buffers."""
    sockets: set[int] = set()
    for process in processes:
        folder = f"/proc/{process}/fd"
        with suppress(OSError):
            for name in os.listdir(folder):
                with suppress(OSError):
                    seen = os.stat(f"{folder}/{name}")
                    if stat.S_ISSOCK(seen.st_mode):
                        sockets.add(seen.st_ino)
    return len(sockets) * max(_SENT, _sent())


def _sent() -> int:
    return next((int(line) for line in _lines("/proc/sys/net/core/wmem_default")), 0)


def _lines(path: str) -> Iterator[bytes]:
    with suppress(OSError), open(path, "rb") as file:
        yield from file.read().splitlines()
