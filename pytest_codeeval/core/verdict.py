"""Verdict: how one solution ended, from one closed list of causes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """The columns of the score table: how a sample ended, seen from afar."""

    PASSED = "passed"
    WRONG_ANSWER = "wrong_answer"
    LOW_RATING = "low_rating"
    EXCEPTION = "exception"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    PROCESSES = "processes"
    OUTPUT = "output"
    CRASHED = "crashed"
    TAMPERING = "tampering"
    SYNTAX_ERROR = "syntax_error"
    BUILD_ERROR = "build_error"
    NO_ENTRY_POINT = "no_entry_point"
    NO_CODE = "no_code"
    NO_ANSWER = "no_answer"
    NOT_ALLOWED = "not_allowed"
    REFUSAL = "refusal"
    CUT_SHORT = "cut_short"
    UNGRADED = "ungraded"


class Cause(StrEnum):
    """Why a sample ended as it did; each cause belongs to one outcome."""

    PASSED = "passed"
    WRONG_ANSWER = "wrong_answer"
    LOW_RATING = "low_rating"
    EXCEPTION = "exception"
    IMPORT_MISSING = "import_missing"
    CPU_TIME = "cpu_time"
    WALL_TIME = "wall_time"
    MEMORY = "memory"
    PROCESSES = "processes"
    OUTPUT = "output"
    CRASHED = "crashed"
    TAMPERING = "tampering"
    SYNTAX_ERROR = "syntax_error"
    BUILD_ERROR = "build_error"
    NO_ENTRY_POINT = "no_entry_point"
    NO_CODE = "no_code"
    NO_ANSWER = "no_answer"
    NOT_ALLOWED = "not_allowed"
    THINKING_LEAKED = "thinking_leaked"
    REFUSAL = "refusal"
    CUT_SHORT = "cut_short"
    UNGRADED = "ungraded"

    @property
    def outcome(self) -> Outcome:
        """The column that this cause is counted under."""
        return _FINER.get(self) or Outcome(self.value)

    @classmethod
    def _missing_(cls, value: object) -> Cause | None:
        return _OLDER.get(value)


_FINER = {
    Cause.IMPORT_MISSING: Outcome.EXCEPTION,
    Cause.CPU_TIME: Outcome.TIMEOUT,
    Cause.WALL_TIME: Outcome.TIMEOUT,
    Cause.THINKING_LEAKED: Outcome.NO_CODE,
}
_OLDER: dict[object, Cause] = {"exited": Cause.TAMPERING}
"""Names that older results have."""


@dataclass(frozen=True, slots=True)
class StageResult:
    """How one stage of a language's runner went; times in seconds, peak memory in bytes or 0 where it is not known.

    `counts` are what the stage found, by name: a linter's warnings.
    """

    name: str
    passed: bool
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    max_rss: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        # Not by asdict(), which copies to the last: this is done for each sample, several times.
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one solution ended: a cause, a sentence of detail (hostile text: escape it), and the stages that ran.

    A weak verdict can be forged by a hostile solution: it shared a process with its tests, or ran without isolation.
    """

    cause: Cause
    detail: str = ""
    stages: tuple[StageResult, ...] = ()
    weak: bool = False

    @property
    def outcome(self) -> Outcome:
        """The outcome that the cause belongs to."""
        return self.cause.outcome

    @property
    def passed(self) -> bool:
        """Whether the tests ran to their end and held."""
        return self.cause is Cause.PASSED

    @property
    def scored(self) -> bool:
        """Whether the verdict counts for a score; a problem without tests is only generated."""
        return self.cause is not Cause.UNGRADED

    def because(self, cause: Cause, detail: str) -> Verdict:
        """Return the same run with another cause, the old detail kept behind the new one."""
        return replace(self, cause=cause, detail=f"{detail}: {self.detail}" if self.detail else detail)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; `from_json` gives the verdict back."""
        stages = tuple(stage.to_json() for stage in self.stages)
        return {"cause": self.cause, "detail": self.detail, "stages": stages, "weak": self.weak}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Verdict:
        """Rebuild a verdict from `to_json`'s values."""
        stages = tuple(StageResult(**stage) for stage in data["stages"])
        return cls(Cause(data["cause"]), data["detail"], stages, data.get("weak", False))
