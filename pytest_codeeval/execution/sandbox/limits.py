"""Limits: what one program may use."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds, sizes in bytes.

    CPU time decides, as it does not depend on what else the machine does. Wall time is a generous bound for programs
    that wait instead of computing; it leaves room for a machine with ten times as many programs as processors.
    """

    cpu_seconds: float = 3.0
    memory: int = 1024 * MIB
    file_size: int = 64 * MIB
    open_files: int = 256

    @property
    def wall_seconds(self) -> float:
        """The bound on wall time that belongs to the CPU time."""
        return 10 * self.cpu_seconds + 10
