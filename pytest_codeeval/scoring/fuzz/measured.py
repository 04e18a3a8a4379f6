"""Measured: a number, the numbers in a list, its length or that of its rows, and how to keep these within bounds."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from pytest_codeeval.scoring.fuzz.place import Change, Place, put
from pytest_codeeval.scoring.fuzz.values import Arguments


@dataclass(frozen=True, slots=True)
class Measured:
    """What of the argument at a place: its "value", the "items" in it, its "length", or that of its "rows"."""

    at: int
    what: str

    @property
    def name(self) -> str:
        """What it is called."""
        return f"argument {self.at}" if self.what == "value" else f"{self.what} of argument {self.at}"

    def values(self, arguments: Arguments) -> list[Any]:
        """Return the numbers, none where an argument is of another type."""
        value = arguments[self.at]
        if self.what in ("value", "items"):
            return list(Place(self.at, "number").parts(arguments))
        if not hasattr(value, "__len__"):
            return []
        return [len(value)] if self.what == "length" else [len(row) for row in value if hasattr(row, "__len__")]

    def at_least(self, arguments: Arguments, low: float) -> Arguments:
        """Return arguments with larger numbers; what is too short stays so."""
        return self._changed(arguments, lambda one: type(one)(max(one, ceil(low))))

    def at_most(self, arguments: Arguments, high: float) -> Arguments:
        """Return arguments with smaller numbers, or with what is too long cut."""
        value, most = arguments[self.at], max(floor(high), 0)
        if self.what == "length":
            return put(arguments, self.at, value[:most])
        if self.what == "rows":
            return put(arguments, self.at, type(value)(row[:most] for row in value))
        return self._changed(arguments, lambda one: type(one)(min(one, floor(high))))

    def _changed(self, arguments: Arguments, change: Change) -> Arguments:
        counts = self.what in ("length", "rows")
        return arguments if counts else Place(self.at, "number").changed(arguments, change)
