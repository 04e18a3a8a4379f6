"""Column: one thing that is known of every sample, and how it is read, added up and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum
from typing import Any

from pytest_codeeval.core.result import Sample

Row = Mapping[str, Any]


class Group(StrEnum):
    """What a column is about, and so which parquet file has it: one has the keys and answers, one keys and scores."""

    KEY = "key"
    ANSWER = "answer"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Total:
    """The values of a column over some samples: their sum, how many are known, and how many are not."""

    sum: float = 0.0
    known: int = 0
    unknown: int = 0

    @classmethod
    def of(cls, totals: Sequence[Total]) -> Total:
        """Add up; the sum does not depend on the order."""
        known, unknown = sum(one.known for one in totals), sum(one.unknown for one in totals)
        return cls(fsum(one.sum for one in totals), known, unknown)

    def and_one(self, value: float | None) -> Total:
        """Return this with one more value, None if it is not known."""
        if value is None:
            return Total(self.sum, self.known, self.unknown + 1)
        return Total(self.sum + value, self.known + 1, self.unknown)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of `samples.jsonl`, parquet and pages.

    `type` is str, int, float, bool, or object for JSON values; `read` gives its value, None for a field of the result
    by that name; `meaning` is what the reference says of it. `words` says a value on the page of a sample, in `room`
    characters. `older` gives the value of a row that was written before the column was there.

    A column that is added up names how in `total` ("sum", "mean"), the head of that in the score table in `title`, and
    how it is written in `figure`. A sample without a value counts as unknown if it has one in the column `beside`.
    """

    name: str
    type: type
    group: Group
    read: Callable[[Sample], Any] | None
    meaning: str
    words: Callable[[Any], str] | None = None
    room: int = 80
    total: str = ""
    title: str = ""
    figure: Callable[[Total], str] = lambda total: f"{total.sum:,.0f}"
    beside: str = ""
    older: Callable[[Row], Any] = lambda row: None

    def whole(self, total: Total) -> float | None:
        """Return what the column adds up to: a count is never unknown, as what has none adds nothing."""
        if self.total == "mean":
            return total.sum / total.known if total.known else None
        if self.type is int:
            return int(total.sum)
        return total.sum if total.known else None

    def of(self, row: Row) -> Any:
        """Return the value in a row of `samples.jsonl`, whichever version wrote it."""
        return row[self.name] if self.name in row else self.older(row)


def mean_of(total: Total) -> str:
    """Write the mean of a column."""
    return f"{total.sum / total.known:,.1f}" if total.known else "–"


def price(total: Total) -> str:
    """Write a sum of US dollars: at least so much, if the price of some answers is not known."""
    if not total.known:
        return "unknown" if total.unknown else "–"
    dollars = total.sum
    if 0 < dollars < 0.0001:
        written = "<$0.0001"
    else:
        written = f"${dollars:,.2f}" if dollars >= 1 or dollars == 0 else f"${dollars:.4f}"
    return ("≥ " if total.unknown else "") + written
