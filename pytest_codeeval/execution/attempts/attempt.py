"""Attempt: how one run of a solution went, before it is decided whether that counts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pytest_codeeval.core.verdict import Cause


@dataclass(frozen=True, slots=True)
class Attempt:
    """A cause, a sentence of detail, and what the run used: times in seconds, peak memory of a process in bytes.

    `doubtful` says that the cause may lie in the moment: such a run is done again before it counts.
    `certain` says that it failed by itself, wherever its tests may run, `uncalled` that the
    tests came to their end without a call of it.
    `uses` are the ways in which the tests believed what an object of the solution's says of itself; see Conversation.
    `right` is how many outputs were known to be right, where single ones are compared.
    """

    cause: Cause
    detail: str
    stage: str
    cpu_seconds: float
    wall_seconds: float
    max_rss: int
    doubtful: bool = False
    certain: bool = False
    uncalled: bool = False
    uses: frozenset[str] = frozenset()
    right: int = 0

    def and_then(self, other: Attempt) -> Attempt:
        """Return how both went together: what the later one came to, and what both have used."""
        return replace(
            other,
            cpu_seconds=self.cpu_seconds + other.cpu_seconds,
            wall_seconds=self.wall_seconds + other.wall_seconds,
            max_rss=max(self.max_rss, other.max_rss),
        )
