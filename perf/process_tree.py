"""What a command and everything it starts has used: CPU time by a control group, memory and its makers by /proc."""

from __future__ import annotations

import os
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_TICK = os.sysconf("SC_CLK_TCK")
_PAUSE = 0.02


@dataclass(frozen=True, slots=True)
class Used:
    """Seconds, of all processes. `waited` is the CPU time as `wait4` has it, which misses who was reaped by nobody."""

    cpu: float
    waited: float
    wall: float


@dataclass(slots=True)
class Seen:
    """What was to be seen of a process while it ran: CPU seconds of its own and of the children it has reaped."""

    parent: int
    command: str
    own: float = 0.0
    reaped: float = 0.0


@dataclass(slots=True)
class Observed:
    """All processes by number, in the order of their start, and the memory of every process at each look, in bytes."""

    root: int
    processes: dict[int, Seen] = field(default_factory=dict)
    memory: list[dict[int, int]] = field(default_factory=list)
    unreadable: int = 0

    def below(self, pid: int) -> set[int]:
        """Return a process and its descendants."""
        found = {pid}
        for child, seen in self.processes.items():
            if seen.parent in found:
                found.add(child)
        return found


def run(command: Sequence[str], watch: Observed | None = None, **options: Any) -> Used:
    """Run a command to its end, whatever its exit status; `watch` is filled meanwhile, which costs time."""
    group = _make_group()

    def join() -> None:
        if group is not None:
            (group / "cgroup.procs").write_text("0", "ascii")

    start = time.monotonic()
    try:
        process = subprocess.Popen(command, preexec_fn=join, **options)
        if watch is not None:
            watch.root = process.pid
            _watch(process.pid, watch)
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        wall = time.monotonic() - start
        waited = usage.ru_utime + usage.ru_stime
        cpu = _group_seconds(group) if group is not None else waited
    finally:
        if group is not None:
            _remove(group)
    return Used(cpu, waited, wall)


def counts_all() -> bool:
    """Whether a control group can be made here, so that nobody's CPU time escapes."""
    group = _make_group()
    if group is not None:
        _remove(group)
    return group is not None


def _make_group() -> Path | None:
    with suppress(OSError, StopIteration):
        own = next(line[3:] for line in Path("/proc/self/cgroup").read_text().splitlines() if line.startswith("0::"))
        mounts = (line.split() for line in Path("/proc/self/mounts").read_text().splitlines())
        top = next(mount[1] for mount in mounts if mount[2] == "cgroup2")
        group = Path(f"{top}/{own}/sandbox-speed-{os.getpid()}")
        group.mkdir()
        if (group / "cpu.stat").exists() and os.access(group / "cgroup.procs", os.W_OK):
            return group
        group.rmdir()
    return None


def _group_seconds(group: Path) -> float:
    lines = (line.split() for line in (group / "cpu.stat").read_text().splitlines())
    return next(int(value) / 1e6 for name, value in lines if name == "usage_usec")


def _remove(group: Path) -> None:
    for _ in range(100):  # the last ones may still be on their way out
        with suppress(OSError):
            group.rmdir()
            return
        time.sleep(0.05)


def _watch(root: int, observed: Observed) -> None:
    while os.waitid(os.P_PID, root, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        memory: dict[int, int] = defaultdict(int)
        for pid, parent in _tree(root):
            with suppress(OSError, IndexError):
                stat = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
                seen = observed.processes.get(pid)
                if seen is None:
                    seen = observed.processes[pid] = Seen(parent, "")
                # The latest: who starts another looks like it at first, and is gone when a slot is the server's.
                seen.parent = parent
                if command := Path(f"/proc/{pid}/cmdline").read_bytes():  # none when it has ended
                    seen.command = command.replace(b"\0", b" ").decode(errors="replace")
                seen.own = (int(stat[11]) + int(stat[12])) / _TICK
                seen.reaped = (int(stat[13]) + int(stat[14])) / _TICK
                memory[pid] = _pss(pid, observed)
        observed.memory.append(dict(memory))
        time.sleep(_PAUSE)


def _tree(root: int) -> Iterator[tuple[int, int]]:
    waiting = [(root, 0)]
    while waiting:
        pid, parent = waiting.pop()
        yield pid, parent
        with suppress(OSError):
            for thread in Path(f"/proc/{pid}/task").iterdir():
                waiting += [(int(child), pid) for child in (thread / "children").read_text().split()]


def _pss(pid: int, observed: Observed) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except PermissionError:
        observed.unreadable += 1
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def peak(observed: Observed, groups: Mapping[int, set[int]]) -> float:
    """Return the highest sum of memory that any of the groups of processes had at one moment, in bytes."""
    return max(
        (sum(look.get(pid, 0) for pid in group) for look in observed.memory for group in groups.values()), default=0
    )
