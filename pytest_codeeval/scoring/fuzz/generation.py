"""Generation: the strategy for the arguments of a problem, new ones and such as lie near those that were seen."""

from __future__ import annotations

from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from pytest_codeeval.scoring.fuzz.model import InputModel
from pytest_codeeval.scoring.fuzz.mutation import mutated
from pytest_codeeval.scoring.fuzz.shape import bounds
from pytest_codeeval.scoring.fuzz.strategies import Strategies
from pytest_codeeval.scoring.fuzz.texts import in_form, numbers
from pytest_codeeval.scoring.fuzz.values import Arguments
from pytest_codeeval.scoring.fuzz.within import is_within

_MOST_STEPS = 4
_EDGES = 12  # one in so many, and one, has the smallest and largest numbers


def arguments(model: InputModel) -> st.SearchStrategy[Arguments]:
    """Return a strategy for what a problem's function is called with."""
    strategies = Strategies(model.domain)

    @st.composite
    def made(draw: Any) -> Arguments:
        found = _Drawing(draw, model, strategies).arguments()
        try:
            for relation in model.relations:
                found = found if relation.holds(found) else relation.mend(found)
        except (TypeError, IndexError, AttributeError):
            reject()
        return found

    return made()


class _Drawing:
    """Draws the arguments of one call."""

    def __init__(self, draw: Any, model: InputModel, made: Strategies) -> None:
        self._draw = draw
        self._model = model
        self._made = made
        self._few = [draw(numbers(model.domain)) for _ in range(2)] if any(model.forms) else []

    def arguments(self) -> Arguments:
        """Return new ones, or such as are a few steps away from an example."""
        model, draw = self._model, self._draw
        if not draw(st.integers(0, _EDGES)):
            return tuple(self._edge(at) for at in range(len(model.columns)))
        if not model.seen or not draw(st.integers(0, 2)):
            return tuple(self._fresh(at) for at in range(len(model.columns)))
        found = list(draw(st.sampled_from(model.seen)))
        for _ in range(draw(st.integers(1, _MOST_STEPS))):
            at = draw(st.integers(0, len(found) - 1))
            found[at] = self._next(found, at)
        return tuple(found)

    def _edge(self, at: int) -> Any:
        """Return a number that is as small or as large as it may be, of other types any value."""
        shape = self._model.columns[at][0]
        if shape.kind not in ("int", "float"):
            return self._fresh(at)
        low, high = bounds(shape, self._model.domain)
        edges = [low, *(number for number in (0, 1) if low < number < high), high, high]
        return (int if shape.kind == "int" else float)(self._draw(st.sampled_from(edges)))

    def _fresh(self, at: int) -> Any:
        form = self._model.forms[at]
        if form and (form.strict or self._draw(st.booleans())):
            return in_form(self._draw, form.places, self._few)
        return self._draw(self._made.any_of(self._model.columns[at]))

    def _next(self, found: list[Any], at: int) -> Any:
        """Return what comes in the place of one argument: a step away, that of another example, or of another place."""
        model, draw = self._model, self._draw
        kind = draw(st.integers(0, 9))
        form = model.forms[at]
        if kind == 0 or (form and form.strict):
            return self._fresh(at)
        if kind == 1:
            return draw(st.sampled_from(model.seen))[at]
        alike = [value for value in found if is_within(value, model.columns[at], model.domain)]
        if kind == 2 and len(alike) > 1:
            return draw(st.sampled_from(alike))
        return mutated(draw, found[at], model.columns[at], self._made)
