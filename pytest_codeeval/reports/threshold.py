"""Threshold: what a metric of a suite has to reach, as `--fail-under` says it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pytest_codeeval.core.errors import UsageError


@dataclass(frozen=True, slots=True)
class Threshold:
    """What a metric of a suite must reach for the run to succeed; `percent` says that it was given so."""

    suite: str
    metric: str
    value: float
    percent: bool = field(default=False, compare=False)

    @classmethod
    def read(cls, text: str) -> Threshold:
        """Return the threshold that `SUITE:METRIC=VALUE` means.

        Raises UsageError for a text that means none.
        """
        match = re.fullmatch(r"([\w.@-]+):(pass[@^]0*([1-9]\d*)|(?!pass[@^])\w[\w .^@-]{0,40})=(\d*\.?\d+)(%?)", text)
        value = (float(match[4]) / (100 if match[5] else 1)) if match else 0.0
        if match is None or (match[3] and value > 1):
            raise UsageError(
                f"--fail-under={text!r} is not understood; write SUITE:METRIC=VALUE, as in humaneval:pass@1=0.6 or "
                "gsm8k:answer=80%."
            )
        metric = f"{match[2][:5]}{match[3]}" if match[3] else match[2]
        if metric == "pass^1":
            raise UsageError(
                f"--fail-under={text} is about pass^1, which is pass@1; write {match[1]}:pass@1={value:g}."
            )
        return cls(match[1], metric, value, bool(match[5]))

    @property
    def k(self) -> int:
        """The k of pass@k and pass^k, 0 for another metric."""
        return int(self.metric[5:]) if self.metric.startswith(("pass@", "pass^")) else 0

    @property
    def pass_at(self) -> tuple[int, ...]:
        """The members of pass@k that it takes to judge it."""
        return (self.k,) if self.k else ()

    def __str__(self) -> str:
        return f"{self.suite}:{self.metric}={self.value:g}"
