"""Row: what a comparison of two runs on one suite came to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from pytest_codeeval.core.estimate import Estimate
from pytest_codeeval.core.metric import Metric


class Finding(StrEnum):
    """What is said of the second run; that no difference was shown does not say that there is none."""

    BETTER = "better"
    WORSE = "worse"
    EQUIVALENT = "equivalent"
    NOT_SHOWN = "no difference shown"


@dataclass(frozen=True, slots=True)
class Flip:
    """A problem that the runs did not do alike: the share of samples that passed, and the commonest cause of the rest.

    A cause is empty if all samples passed. The figures are those of the metric that is compared.
    """

    task_id: str
    passed_a: float
    passed_b: float
    cause_a: str
    cause_b: str
    figure_a: float
    figure_b: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A problem that is not compared, the run that has no figure of it, and why: an error is nobody's score."""

    task_id: str
    run: str
    reason: str
    error: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Two runs on one suite, over the `n` problems that both evaluated, by one metric.

    `difference` is that of `b` from `a`, with its 95 % interval; `a` is the baseline if there is one. `p` is by `test`,
    "mcnemar" or "sign flip" (mid-p; the exact one is `p_exact`), and `p_adjusted` for all comparisons made at once.
    `seen` is the smallest true difference that would have been found in four of five such comparisons, None if none
    would, or that is not known. `p_equivalent` is that of a true difference as large as the margin, adjusted likewise,
    if there is a margin. `score_interval` is Tango's, if few problems differ and a bootstrap is narrow. `lowest` is the
    lower end of the difference by which a gate goes: Tango's too, else the bootstrap's, but with a width of its own for
    so many problems even if none of them differs.
    """

    suite: str
    metric: Metric
    a: str
    b: str
    n: int
    value_a: float
    value_b: float
    difference: Estimate
    standard_error: float | None
    test: str
    p: float
    p_exact: float
    seen: float | None
    flips: tuple[Flip, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    score_interval: tuple[float, float] | None = None
    lowest: float | None = None
    p_adjusted: float = 1.0
    p_equivalent: float | None = None
    verdict: Finding = Finding.NOT_SHOWN

    @property
    def unit(self) -> float:
        """How much of the metric a point is: one of a hundred for shares."""
        return 0.01 if self.metric.percent else 1.0

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        lists = {name: [asdict(one) for one in getattr(self, name)] for name in ("flips", "left_out")}
        own = {"metric": self.metric.name, "difference": self.difference.to_json(), "verdict": str(self.verdict)}
        return {**{name: getattr(self, name) for name in self.__slots__}, **own, **lists}
