"""Limits: what one program may use."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds, sizes in bytes.

    CPU time decides, as it does not depend on what else the machine does. What a program may take besides, waiting for
    itself and not for a processor, is bounded by `idle_seconds`. Wall time is a generous bound for the rest; it leaves
    room for a machine with ten times as many programs as processors.
    """

    cpu_seconds: float = 3.0
    memory: int = 1024 * MIB
    file_size: int = 64 * MIB
    open_files: int = 256
    processes: int = 64  # threads count too
    scratch: int = 64 * MIB  # of all files in the scratch folder together
    bounds_addresses: bool = True  # whether `memory` bounds each process's addresses too; some reserve many

    @property
    def idle_seconds(self) -> float:
        """The bound on CPU time and the time in which a program waits for other things than a processor."""
        return 1.1 * self.cpu_seconds

    @property
    def wall_seconds(self) -> float:
        """The bound on wall time that belongs to the CPU time."""
        return 10 * self.cpu_seconds + 10
