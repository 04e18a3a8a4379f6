"""Ran: what came of one input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from pytest_codeeval.core.verdict import Cause, StageResult


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program wrote for one input, or why it came to no end; times in seconds, memory in bytes.

    `doubtful`: the cause may lie in the moment, so that the run is done again before it counts. `status` is what it
    ended with, -1 if something else ended it, and `errors` what it wrote to standard error.
    """

    output: str = ""
    cause: Cause = Cause.PASSED
    detail: str = ""
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    max_rss: int = 0
    doubtful: bool = False
    status: int = 0
    errors: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A solution that is ready to be run, or the fault that it has; `stage` is how it was built, if it was."""

    solution: object = None
    stage: StageResult | None = None
    fault: tuple[Cause, str] | None = None


class Programs(Protocol):
    """One way to run whole programs."""

    def made(self, code: str) -> Made:
        """Build a program. Raises SandboxError where the machinery failed."""
        ...

    def runs(self, made: Made, inputs: Sequence[str], cpu_seconds: float) -> Iterator[Ran]:
        """Yield what comes of each input, which may take so many CPU seconds; nothing is run that nobody asks for."""
        ...

    @property
    def is_strong(self) -> bool:
        """Whether programs are isolated."""
        ...

    def close(self) -> None:
        """End what is kept running."""
        ...
