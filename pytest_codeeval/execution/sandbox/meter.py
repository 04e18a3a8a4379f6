"""Meter: what the programs of one slot use, counted by control groups if there are any, and by looks in any case."""

from __future__ import annotations

from dataclasses import replace

from pytest_codeeval.execution.sandbox.account import Account
from pytest_codeeval.execution.sandbox.groups import Group
from pytest_codeeval.execution.sandbox.hidden import buffer_bytes, shared_bytes
from pytest_codeeval.execution.sandbox.watch import Usage, cpu_clock, memory_of, usage_below

_MANY_DESCRIPTORS = 1024
_MUCH = 1 << 30  # addresses of all processes together, from which on it is worth a closer look what they are
_ROUNDING = 1e-6
_CLOSER = 5  # looks for one that is closer, at least
_GROWN = 1.25  # times what there was at the last closer look is another reason for one
_CACHED = 32 << 20  # bytes by which the kernel's caches may grow in one run


class Meter:
    """Counts from `start` on; `look` says how much it is by now.

    Where nothing but processes can be looked at, what one of them had used before it vanished is kept, if nobody else
    took it over.
    """

    def __init__(self, supervisor: int, group: Group, *, writes: bool) -> None:
        """`writes` says that files lie on a disk, so that what is written to it has to be counted."""
        self._supervisor = supervisor
        self._clock = cpu_clock(supervisor)
        self._group = group
        self._account = Account(group)
        # The supervisor's own, but for the kernel's part: that grows by what is left in caches of names.
        self._own_memory = self._account.memory_bytes() - self._account.kernel_bytes()
        self._writes = writes
        self._shared = 0
        self._before: Usage | None = None
        self._group_kernel = self._account.kernel_bytes()
        self.start()

    @property
    def grouped(self) -> tuple[str, ...]:
        """What is counted by control groups, in words."""
        counted = {"CPU time": self._group.cpu, "memory": self._group.memory}
        return tuple(name for name, file in counted.items() if file)

    def start(self, *, afresh: bool = True) -> None:
        """Begin to count; `afresh` if there is no process yet, else what there is at the first look is nothing."""
        self._looks = self._closer = self._descriptors = self._addresses = 0
        self._cpu = self._lost_cpu = 0.0
        self._written = self._lost_written = 0
        self._before = Usage() if afresh else None
        self._group_cpu = self._charged_cpu()
        # What sockets of the run before held may still be on its account, and is not to hide those of this one.
        self._group_kernel = min(self._account.kernel_bytes(), self._group_kernel + _CACHED)

    def look(self) -> Usage:
        """Return what has been used since the start; processes are those there are now."""
        self._shared = self._shared or memory_of(self._supervisor)
        seen = self._seen()
        if self._falls(seen):
            seen = self._seen()  # one was reaped by its parent, which had been read before
        if self._falls(seen):
            self._lost_cpu = max(self._lost_cpu, self._cpu - seen.cpu_seconds)
            self._lost_written = max(self._lost_written, self._written - seen.written)
        self._cpu = seen.cpu_seconds + self._lost_cpu
        self._written = seen.written + self._lost_written
        memory = seen.memory + self._hidden(seen)
        before = self._before = self._before or replace(seen, memory=memory)
        cpu = max(self._cpu - before.cpu_seconds, self._charged_cpu() - self._group_cpu)
        return replace(seen, cpu_seconds=cpu, memory=memory - before.memory, written=self._written - before.written)

    def charged(self) -> int:
        """Return the memory by the kernel's account since the start, 0 without one; files in memory count too."""
        if not self._account.counts_memory:
            return 0
        return self._account.memory_bytes() - self._own_memory - self._group_kernel

    def close(self) -> None:
        """Close what it reads."""
        self._account.close()

    def _seen(self) -> Usage:
        return usage_below(self._supervisor, self._shared, writes=self._writes)

    def _falls(self, seen: Usage) -> bool:
        return (
            seen.cpu_seconds + self._lost_cpu < self._cpu - _ROUNDING
            or seen.written + self._lost_written < self._written
        )

    def _charged_cpu(self) -> float:
        return self._account.cpu_seconds() - self._clock() if self._group.cpu else 0.0

    def _hidden(self, seen: Usage) -> int:
        """Return the memory that is in no page table, where no group counts it, looking closer now and then."""
        if self._account.counts_memory:
            return 0
        self._looks += 1
        grown = seen.descriptors > _GROWN * self._descriptors or seen.addresses > _GROWN * self._addresses
        if grown or self._looks % _CLOSER == 1:
            self._descriptors, self._addresses = seen.descriptors, seen.addresses
            self._closer = shared_bytes(seen.members) if seen.addresses > _MUCH else 0
            self._closer += buffer_bytes(seen.members) if seen.descriptors > _MANY_DESCRIPTORS else 0
        return self._closer
