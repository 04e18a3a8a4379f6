"""Generation: the strategy for the arguments of a problem, new ones and such as lie near those that were seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from pytest_codeeval.scoring.fuzz.lot import Lot
from pytest_codeeval.scoring.fuzz.model import InputModel
from pytest_codeeval.scoring.fuzz.mutation import mutated
from pytest_codeeval.scoring.fuzz.shape import bounds
from pytest_codeeval.scoring.fuzz.strategies import Strategies
from pytest_codeeval.scoring.fuzz.texts import in_form, numbers
from pytest_codeeval.scoring.fuzz.values import Arguments
from pytest_codeeval.scoring.fuzz.within import is_within

_MOST_STEPS = 4
_EDGES = 12  # one in so many, and one, has the smallest and largest numbers
_SAME = 5  # one in so many, and one, has the same argument twice


def arguments(model: InputModel, count: int) -> st.SearchStrategy[list[Arguments]]:
    """Return a strategy for what a problem's function is called with, some at a time: to begin costs as much as one."""
    strategies = Strategies(model.domain)

    @st.composite
    def made(draw: Any) -> list[Arguments]:
        drawn = (_Drawing(Lot(draw), model, strategies).arguments() for _ in range(count))
        return [one for found in drawn if (one := model.mended(found)) is not None]

    return made()


class _Drawing:
    """Draws the arguments of one call."""

    def __init__(self, lot: Lot, model: InputModel, made: Strategies) -> None:
        self._lot = lot
        self._model = model
        self._made = made
        self._few = [lot.value(numbers(model.domain)) for _ in range(2)] if any(model.forms) else []
        self._few += [self._few[0] * self._few[1]] if self._few else []  # one that the others divide
        self._only = not lot.number(0, 2)  # whether texts of a form have no other numbers

    def arguments(self) -> Arguments:
        """Return new ones, or such as are a few steps away from an example; of two that may be the same some are."""
        found = list(self._drawn())
        if len(found) > 1 and not self._lot.number(0, _SAME):
            at, other = (self._lot.number(0, len(found) - 1) for _ in range(2))
            if is_within(found[other], self._model.columns[at], self._model.domain):
                found[at] = found[other]
        return tuple(found)

    def _drawn(self) -> Sequence[Any]:
        model, lot = self._model, self._lot
        if not lot.number(0, _EDGES):
            return [self._edge(at) for at in range(len(model.columns))]
        if not model.seen or not lot.number(0, 2):
            return [self._fresh(at) for at in range(len(model.columns))]
        found = list(lot.one_of(model.seen))
        for _ in range(lot.number(1, _MOST_STEPS)):
            at = lot.number(0, len(found) - 1)
            found[at] = self._next(found, at)
        return found

    def _edge(self, at: int) -> Any:
        """Return a number that is as small or as large as it may be, of other types any value."""
        shape = self._model.columns[at][0]
        if shape.kind not in ("int", "float"):
            return self._fresh(at)
        low, high = bounds(shape, self._model.domain)
        edges = [low, *(number for number in (0, 1) if low < number < high), high, high]
        return (int if shape.kind == "int" else float)(self._lot.one_of(edges))

    def _fresh(self, at: int) -> Any:
        form = self._model.forms[at]
        if form and (form.strict or self._lot.coin()):
            return in_form(self._lot, form.places, self._few, only=self._only)
        return self._lot.value(self._made.any_of(self._model.columns[at]))

    def _next(self, found: list[Any], at: int) -> Any:
        """Return what comes in the place of one argument: a step away, that of another example, or of another place."""
        model, lot = self._model, self._lot
        kind = lot.number(0, 9)
        form = model.forms[at]
        if kind == 0 or (form and form.strict):
            return self._fresh(at)
        if kind == 1:
            return lot.one_of(model.seen)[at]
        alike = [value for value in found if is_within(value, model.columns[at], model.domain)]
        if kind == 2 and len(alike) > 1:
            return lot.one_of(alike)
        return mutated(lot, found[at], model.columns[at], self._made)
