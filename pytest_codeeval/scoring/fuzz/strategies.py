"""Strategies: Hypothesis strategies for values like those that were seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from pytest_codeeval.scoring.fuzz.domain import Domain
from pytest_codeeval.scoring.fuzz.shape import SEQUENCES, Shape, Shapes, bounds, least_length, most_length
from pytest_codeeval.scoring.fuzz.texts import free


def any_of(shapes: Shapes, domain: Domain) -> st.SearchStrategy[Any]:
    """Return a strategy for values of one of some shapes."""
    found = [strategy_of(shape, domain) for shape in shapes]
    return st.one_of(found) if found else st.integers(0, 9)


def strategy_of(shape: Shape, domain: Domain) -> st.SearchStrategy[Any]:
    """Return a strategy for values of a shape."""
    match shape.kind:
        case "int":
            return integers(shape, domain)
        case "float":
            return floats(shape, domain)
        case "bool":
            return st.booleans()
        case "str":
            return free(shape, domain)
        case "dict":
            keys, values = (any_of(part, domain) for part in shape.parts)
            return st.dictionaries(keys, values, min_size=least_length(shape, domain), max_size=most_length(shape))
        case kind if kind in SEQUENCES:
            return sequences(shape, domain)
    return st.none()


def integers(shape: Shape, domain: Domain) -> st.SearchStrategy[int]:
    """Return a strategy for whole numbers: small ones, those that are known, and others near and far."""
    low, high = bounds(shape, domain)
    known = [number for number in domain.numbers if low <= number <= high]
    found = [
        st.integers(max(low, -3), min(high, max(12, low))),
        st.integers(int(shape.low), int(shape.high)),
        st.integers(low, min(high, max(100, 2 * int(shape.high)))),
        st.integers(low, high),
    ]
    return st.one_of([*found, st.sampled_from(known)] if known else found)


def floats(shape: Shape, domain: Domain) -> st.SearchStrategy[float]:
    """Return a strategy for numbers with up to two decimals, and now and then more."""
    low, high = bounds(shape, domain)
    near = max(abs(int(shape.low)), abs(int(shape.high)), 5)
    found: list[st.SearchStrategy[float]] = [
        st.integers(max(low, -near), near).map(float),
        st.integers(100 * max(low, -near), 100 * near).map(lambda number: number / 100),
        st.integers(10 * low, 10 * high).map(lambda number: number / 10),
    ]
    known = [number for number in domain.floats if low <= number <= high]
    return st.one_of([*found, st.sampled_from(known)] if known else found)


def sequences(shape: Shape, domain: Domain) -> st.SearchStrategy[Any]:
    """Return a strategy for lists and their like: of any items, of few different ones, in order, all the same."""
    make: Any = SEQUENCES[shape.kind]
    if shape.fixed:
        return st.tuples(*(any_of(part, domain) for part in shape.parts)).map(make)
    items, least, most = any_of(shape.parts[0], domain), least_length(shape, domain), most_length(shape)
    lists = st.lists(items, min_size=least, max_size=most)
    few = st.lists(items, min_size=1, max_size=3).flatmap(
        lambda known: st.lists(st.sampled_from(known), min_size=least, max_size=most)
    )
    short = st.lists(items, min_size=least, max_size=max(least, min(3, most)))
    return st.one_of(lists, lists, few, short, lists.map(_in_order), lists.map(_in_order).map(_reversed)).map(make)


def _in_order(items: list[Any]) -> list[Any]:
    try:
        return sorted(items)
    except TypeError:
        return items


def _reversed(items: Sequence[Any]) -> list[Any]:
    return list(reversed(items))
