"""SelfTest: whether right answers pass and wrong ones fail, before a score is believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

Found = tuple[tuple[str, str], ...]

SAMPLE = 8
"""How many problems the quick form tries at least, where there are so many."""
AS_ANSWER = "only as a chat answer"
"""What is said of a canonical solution that passes as it stands, and not as a model would give it."""


@dataclass(frozen=True, slots=True)
class SelfTest:
    """What a self-test found.

    `failures` are (task id, what became of it) of canonical solutions that fail, `survivors` (task id, name) of mutants
    that pass. `tried` and `mutants` are how many problems and mutants were run; `skipped` problems have no test or no
    canonical solution. `error` says why the test could not be done, where that is so. `canonical_seconds` are for a
    calibration, and not part of the JSON form.
    """

    quick: bool
    tried: int = 0
    mutants: int = 0
    skipped: int = 0
    failures: Found = ()
    survivors: Found = ()
    seconds: float = 0.0
    error: str = ""
    canonical_seconds: Mapping[str, float] = field(default_factory=dict, compare=False)

    @property
    def believed(self) -> bool:
        """Whether nothing speaks against the scores of the suite."""
        return not (self.failures or self.survivors or self.error)

    @property
    def conclusive(self) -> bool:
        """Whether a wrong solution was tried at all: else nothing is known of what the tests notice."""
        return self.mutants > 0

    @property
    def wide(self) -> bool:
        """Whether it tried no fewer problems than the quick form does."""
        return self.quick or self.tried >= SAMPLE

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; `from_json` gives the self-test back."""
        return {name: value for name, value in asdict(self).items() if name != "canonical_seconds"}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> SelfTest:
        """Rebuild a self-test from `to_json`'s values."""
        pairs = {name: tuple((str(a), str(b)) for a, b in data[name]) for name in ("failures", "survivors")}
        return cls(**{**data, **pairs})
