"""Generation: the strategy for the arguments of a problem, new ones and such as lie near those that were seen."""

from __future__ import annotations

from typing import Any

from hypothesis import reject
from hypothesis import strategies as st

from pytest_codeeval.scoring.fuzz.examples import Arguments
from pytest_codeeval.scoring.fuzz.inputs import InputModel
from pytest_codeeval.scoring.fuzz.mutation import mutated
from pytest_codeeval.scoring.fuzz.strategies import any_of
from pytest_codeeval.scoring.fuzz.texts import form_of, in_form

_MOST_STEPS = 4


def arguments(model: InputModel) -> st.SearchStrategy[Arguments]:
    """Return a strategy for what a problem's function is called with."""
    fresh = [_column(model, at) for at in range(len(model.columns))]

    @st.composite
    def made(draw: Any) -> Arguments:
        if model.seen and draw(st.integers(0, 2)):
            found = list(draw(st.sampled_from(model.seen)))
            for _ in range(draw(st.integers(1, _MOST_STEPS))):
                at = draw(st.integers(0, len(found) - 1))
                found[at] = _next(draw, model, fresh, found, at)
        else:
            found = [draw(strategy) for strategy in fresh]
        result = tuple(found)
        try:
            for relation in model.relations:
                result = result if relation.holds(result) else relation.mend(result)
        except (TypeError, IndexError, AttributeError):
            reject()
        return result

    return made()


def _column(model: InputModel, at: int) -> st.SearchStrategy[Any]:
    form = _form(model, at)
    return in_form(form, model.domain) if form else any_of(model.columns[at], model.domain)


def _form(model: InputModel, at: int) -> list[list[str]] | None:
    column = [one[at] for one in model.seen]
    texts = [value for value in column if isinstance(value, str)]
    return form_of(texts) if texts and len(texts) == len(column) else None


def _next(draw: Any, model: InputModel, fresh: list[st.SearchStrategy[Any]], found: list[Any], at: int) -> Any:
    """Return what comes in the place of one argument: a step away, that of another example, or of another place."""
    kind = draw(st.integers(0, 9))
    if _form(model, at) or kind == 0:
        return draw(fresh[at])
    if kind == 1:
        return draw(st.sampled_from(model.seen))[at]
    alike = [value for value in found if type(value) is type(found[at])]
    if kind == 2 and len(alike) > 1:
        return draw(st.sampled_from(alike))
    return mutated(draw, found[at], model.columns[at], model.domain)
