"""Score: what a scorer says of one sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_codeeval.core.verdict import Outcome, StageResult

PROGRAM = "program"
"""The kind of an answer that is a program; the others are plain values."""


@dataclass(frozen=True, slots=True)
class Score:
    """How one sample did.

    `passed` is None where nothing is scored. `outcome` is a column of the score table, one of the scorer's closed list;
    `cause` says it more finely, and is the outcome where it is left out. `detail` is a sentence (hostile text: escape
    it). `value` is the headline figure; where it is left out that is 1 for a pass and 0 for a failure. `answer` is what
    was taken from the completion, as JSON: a text, a number, null; it is a program where `kind` says so. `found` says
    how it was taken. `measures` are further figures by name. A weak score can be forged by who answers. `fuzz` says
    whether a program that passed did so on other inputs as well (`passed` or `failed`), `counterexample` on which it
    did not.
    """

    passed: bool | None
    outcome: str = ""
    detail: str = ""
    cause: str = ""
    value: float | None = None
    answer: Any = None
    found: str = ""
    measures: Mapping[str, float] = field(default_factory=dict)
    stages: tuple[StageResult, ...] = ()
    weak: bool = False
    kind: str = ""
    fuzz: str = ""
    counterexample: str = ""

    def __post_init__(self) -> None:
        """Fill in what follows from the rest."""
        usual = {True: Outcome.PASSED, False: Outcome.WRONG_ANSWER, None: Outcome.UNGRADED}
        outcome = self.outcome or usual[self.passed]
        object.__setattr__(self, "outcome", str(outcome))
        object.__setattr__(self, "cause", str(self.cause or outcome))
        if self.value is None and self.passed is not None:
            object.__setattr__(self, "value", float(self.passed))

    @property
    def program(self) -> str | None:
        """The answer, if it is a program."""
        return self.answer if self.kind == PROGRAM else None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; `from_json` gives the score back."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return {**fields, "stages": [stage.to_json() for stage in self.stages]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Score:
        """Rebuild a score from `to_json`'s values."""
        return cls(**{**data, "stages": tuple(StageResult(**stage) for stage in data["stages"])})
