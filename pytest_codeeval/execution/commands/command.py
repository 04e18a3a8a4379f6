"""Command, Built and Execution: what is run in the sandbox, and how it went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.death import cause_of, ran_out_of_memory
from pytest_codeeval.execution.sandbox.slotclient import Ended


@dataclass(frozen=True, slots=True)
class Command:
    """An absolute path and arguments, to be run in a folder of its own; `{here}` in them stands for that folder.

    `may_fail` says that the next one is run all the same. `reads` is the file, among those that are laid out, that it
    has as standard input, and that is not there by then; without one there is nothing to read.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    may_fail: bool = False
    reads: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"argv": list(self.argv), "env": dict(self.env), "may_fail": self.may_fail, "reads": self.reads}


@dataclass(frozen=True, slots=True)
class Step:
    """How one compiler's run ended.

    `code` is its exit status, or minus the signal that killed it; times are in seconds, memory in bytes.
    """

    output: bytes
    errors: bytes
    code: int
    cpu_seconds: float
    wall_seconds: float
    max_rss: int


@dataclass(frozen=True, slots=True)
class Built:
    """The steps of a build that ran, and the files kept of it; or the limit that ended it, with what to say of that."""

    steps: tuple[Step, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    overrun: tuple[Cause, str] | None = None
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    max_rss: int = 0


@dataclass(frozen=True, slots=True)
class Execution:
    """How a solution's program went: beginning and end of what it wrote, and what came through descriptor 3.

    All of it is hostile. `overrun` is the limit that ended it, with what to say of that.
    """

    output: bytes
    errors: bytes
    report: bytes
    ended: Ended
    overrun: tuple[Cause, str] | None
    cpu_seconds: float
    wall_seconds: float

    def cut_off(self, cpu_limit: float) -> tuple[Cause, str, bool] | None:
        """Return what ended the program, where it was a limit or a signal, and None where it ended by itself.

        That is a cause, a sentence, and whether the run is to be done again before it counts.
        """
        if self.overrun is not None:
            cause, detail = self.overrun
            return cause, detail, cause in (Cause.CPU_TIME, Cause.WALL_TIME)
        if self.ended.overflown or self.ended.code < 0:
            cause, detail, doubtful = cause_of(self.ended, cpu_limit)
            if cause is Cause.CRASHED and (said := ran_out_of_memory(self.errors)):
                return Cause.MEMORY, said, False
            return cause, detail, doubtful
        return None
