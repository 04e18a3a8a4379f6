"""Sandbox: runs one hostile program under limits and tells how it ended."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from pytest_codeeval.execution.sandbox.limits import Limits


class Ending(StrEnum):
    """How a program's run ended, seen from outside."""

    REPORTED = "reported"  # it wrote a whole line on its report pipe
    EXITED = "exited"
    SIGNALLED = "signalled"
    CPU_TIME = "cpu_time"
    WALL_TIME = "wall_time"


@dataclass(frozen=True, slots=True)
class ExecResult:
    """How a program's run ended: `code` is its exit status or the signal; times in seconds.

    `report` is the line that the program wrote on its report pipe; a hostile program may have written it.
    """

    ending: Ending
    code: int = 0
    report: bytes = b""
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0


class Sandbox(Protocol):
    """Runs Python programs, each in a process and folder of its own, and leaves nothing of them behind."""

    tier: str

    def run(self, program: Path, job: bytes, limits: Limits) -> ExecResult:
        """Run the trusted file `program` with `job` on its standard input, under limits.

        Raises SandboxError where the program could not be started, which is never the solution's fault.
        """
        ...
