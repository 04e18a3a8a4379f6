"""Comparison: all rows of a comparison, and what has to be known beside them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from pytest_codeeval.core.estimate import Estimate
from pytest_codeeval.results.agreement import Difference
from pytest_codeeval.results.comparison.row import Row

_PLAIN = ("runs", "pairs", "notes", "refused", "lost", "unfinished", "baseline", "margin", "adjustment")


@dataclass(frozen=True, slots=True)
class Overall:
    """The plain mean of the differences of two runs over several suites, each of which counts once."""

    a: str
    b: str
    suites: tuple[str, ...]
    difference: Estimate

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"a": self.a, "b": self.b, "suites": list(self.suites), "difference": self.difference.to_json()}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A row for each suite and pair of runs, if both have it; p-values are adjusted for all of them.

    `pairs` are the runs that were to be compared, the one that the other is measured against first.

    `differing` are the settings and versions in which the `runs` differ, `notes` say what is not compared as it is not
    there, `refused` what may not be. `lost` are suite and runs where there is no row although there was to be one: of
    the problems none could be evaluated with the second run, or only others. `unfinished` are the runs that did not
    come to their end.
    """

    runs: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    overall: tuple[Overall, ...] = ()
    differing: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    lost: tuple[tuple[str, str, str], ...] = ()
    unfinished: tuple[str, ...] = ()
    baseline: str = ""
    margin: float | None = None
    adjustment: str = "holm"

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        plain = {name: getattr(self, name) for name in _PLAIN}
        return {
            **plain,
            "rows": [row.to_json() for row in self.rows],
            "overall": [one.to_json() for one in self.overall],
            "differing": [asdict(one) for one in self.differing],
        }
