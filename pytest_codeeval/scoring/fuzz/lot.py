"""Lot: draws values by Hypothesis, and choices by a source of its own, which takes a hundredth of the time."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

_T = TypeVar("_T")


class Lot:
    """What one input is drawn by; it follows from what Hypothesis draws."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        """`draw` is that of a composite strategy."""
        self.value = draw
        self._source = random.Random(draw(st.integers(0, 2**64 - 1)))  # noqa: S311 - to be repeated

    def number(self, low: int, high: int) -> int:
        """Return a whole number of a range, both ends of which are in it."""
        return self._source.randint(low, high)

    def one_of(self, choices: Sequence[_T]) -> _T:
        """Return one of some choices."""
        return self._source.choice(choices)

    def coin(self) -> bool:
        """Return True half of the time."""
        return self._source.random() < 0.5
