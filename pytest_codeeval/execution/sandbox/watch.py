"""Watch: what a tree of processes has used so far, by the kernel's own account."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Usage:
    """Of all processes below a supervisor: times in seconds, memory in bytes.

    `busy` says that one of their threads runs, or would run if the machine had a processor for it; `blocked` that one
    waits for the kernel in a way that nothing interrupts: for a disk, as a rule. `addresses` are what they have
    reserved, `descriptors` what they have open, and `written` the bytes that they have put into files on a disk.
    """

    cpu_seconds: float = 0.0
    memory: int = 0
    processes: int = 0
    busy: bool = False
    blocked: bool = False
    addresses: int = 0
    descriptors: int = 0
    written: int = 0
    members: tuple[int, ...] = ()


def usage_below(supervisor: int, shared: int, *, writes: bool = False) -> Usage:
    """Return what the descendants of a supervisor have used, those that it has already reaped aside.

    `shared` bytes of each process are the supervisor's own memory, still in common with it. What was written is told
    if `writes` says so. Where the system has no /proc it is all zero: the limits of each single process are left then.
    """
    ticks = memory = processes = addresses = descriptors = written = 0
    states = set()
    members = []
    todo = _children(supervisor)
    while todo:
        pid = todo.pop()
        try:
            with open(f"/proc/{pid}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
        except (OSError, ValueError):
            continue  # gone meanwhile
        members.append(pid)
        ticks += int(fields[11]) + int(fields[12]) + int(fields[13]) + int(fields[14])
        threads = int(fields[17])
        processes += threads
        addresses += int(fields[20])
        memory += max(0, int(fields[21]) * _PAGE - shared)
        states |= {fields[0]} if threads < 2 else _states(pid)
        descriptors += _descriptors(pid)
        written += _written(pid) if writes else 0
        if len(todo) < 10_000:
            todo += _children(pid)
    busy = b"R" in states
    blocked = b"D" in states and not busy
    return Usage(ticks / _TICK, memory, processes, busy, blocked, addresses, descriptors, written, tuple(members))


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


def _descriptors(pid: int) -> int:
    """Return how many files a process has open; 0 on a kernel before 6.2, and of what has ended."""
    try:
        return os.stat(f"/proc/{pid}/fd").st_size
    except OSError:
        return 0


def _written(pid: int) -> int:
    """Return the bytes that a process and the children it has reaped have written to disks, as far as one may know."""
    with suppress(OSError, ValueError), open(f"/proc/{pid}/io", "rb") as file:
        return int(file.read().partition(b"\nwrite_bytes:")[2].split()[0])
    return 0


def _states(pid: int) -> set[bytes]:
    """Return the states of a process's threads."""
    found = set()
    with suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with suppress(OSError), open(f"/proc/{pid}/task/{task}/stat", "rb") as file:
                found.add(file.read().rpartition(b")")[2].split()[0])
    return found


def _children(pid: int) -> list[int]:
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", "rb") as file:
                found += [int(child) for child in file.read().split()]
    except (OSError, ValueError):
        pass
    return found
