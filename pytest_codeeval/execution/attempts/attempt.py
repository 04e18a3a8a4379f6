"""Attempt: how one run of a solution went, before it is decided whether that counts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pytest_codeeval.core.verdict import Cause


@dataclass(frozen=True, slots=True)
class Attempt:
    """A cause, a sentence of detail, and what the run used: times in seconds, peak memory of a process in bytes.

    `doubtful` says that the cause may lie in the moment: such a run is done again before it counts.
    `unrepresentable` says that nothing can be told, as the tests pass something that cannot leave their process.
    `handles` says that the tests had to do with objects of the solution's, not with values and functions alone.
    """

    cause: Cause
    detail: str
    stage: str
    cpu_seconds: float
    wall_seconds: float
    max_rss: int
    doubtful: bool = False
    unrepresentable: bool = False
    handles: bool = False

    def and_then(self, other: Attempt) -> Attempt:
        """Return how both went together: what the later one came to, and what both have used."""
        return replace(
            other,
            cpu_seconds=self.cpu_seconds + other.cpu_seconds,
            wall_seconds=self.wall_seconds + other.wall_seconds,
            max_rss=max(self.max_rss, other.max_rss),
        )
