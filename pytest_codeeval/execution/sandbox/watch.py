"""Watch: what a tree of processes has used so far, by the kernel's own account."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

_TICK = os.sysconf("SC_CLK_TCK")
_BUSY = (b"R", b"D")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Usage:
    """Of all processes below a supervisor: times in seconds, memory in bytes.

    `busy` says that one of their threads runs, or would run if the machine had a processor or a disk left for it.
    """

    cpu_seconds: float = 0.0
    memory: int = 0
    processes: int = 0
    busy: bool = False


def usage_below(supervisor: int, shared: int) -> Usage:
    """Return what the descendants of a supervisor have used, those that it has already reaped aside.

    `shared` bytes of each process are the supervisor's own memory, still in common with it. Where the system has no
    /proc it is all zero: the limits of each single process are left then.
    """
    cpu = 0.0
    memory = processes = 0
    busy = False
    todo = _children(supervisor)
    while todo:
        pid = todo.pop()
        try:
            with open(f"/proc/{pid}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
        except (OSError, ValueError):
            continue  # gone meanwhile
        cpu += (int(fields[11]) + int(fields[12]) + int(fields[13]) + int(fields[14])) / _TICK
        processes += int(fields[17])
        memory += max(0, int(fields[21]) * _PAGE - shared)
        busy = busy or fields[0] in _BUSY or (int(fields[17]) > 1 and _has_busy_thread(pid))
        if len(todo) < 10_000:
            todo += _children(pid)
    return Usage(cpu, memory, processes, busy)


def cpu_clock(pid: int) -> Callable[[], float]:
    """Return a clock of the CPU time of one process in seconds; it stands still where the system has no such clock."""
    clock = (~pid << 3) | 2  # as clock_getcpuclockid(3) makes it

    def read() -> float:
        try:
            return time.clock_gettime(clock)
        except OSError:
            return 0.0

    return read if pid > 0 and os.path.exists("/proc/self/stat") else float


def memory_of(pid: int) -> int:
    """Return the resident memory of one process in bytes, 0 where it cannot be told."""
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            return int(file.read().split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0


def only_child(pid: int) -> int:
    """Return the number of a process's child, 0 where that cannot be told."""
    found = _children(pid)
    return found[0] if found else 0


def _has_busy_thread(pid: int) -> bool:
    with suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with suppress(OSError), open(f"/proc/{pid}/task/{task}/stat", "rb") as file:
                if file.read().rpartition(b")")[2].split()[0] in _BUSY:
                    return True
    return False


def _children(pid: int) -> list[int]:
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", "rb") as file:
                found += [int(child) for child in file.read().split()]
    except (OSError, ValueError):
        pass
    return found
