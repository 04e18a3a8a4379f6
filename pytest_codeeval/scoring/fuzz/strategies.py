"""Strategies: Hypothesis strategies for values like those that were seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from pytest_codeeval.scoring.fuzz.domain import Domain
from pytest_codeeval.scoring.fuzz.shape import SEQUENCES, Shape, Shapes, bounds, least_length, most_length
from pytest_codeeval.scoring.fuzz.texts import free


class Strategies:
    """Makes strategies for values of a domain, one object for the same shapes: to make one takes as long as a draw."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self._made: dict[int, st.SearchStrategy[Any]] = {}
        self._kept: list[Shapes] = []

    def any_of(self, shapes: Shapes) -> st.SearchStrategy[Any]:
        """Return a strategy for values of one of some shapes."""
        if id(shapes) not in self._made:
            found = [self._of(shape) for shape in shapes]
            self._made[id(shapes)] = st.one_of(found) if found else st.integers(0, 9)
            self._kept.append(shapes)  # or another one may be where it was
        return self._made[id(shapes)]

    def of(self, shape: Shape) -> st.SearchStrategy[Any]:
        """Return a strategy for values of a shape."""
        if id(shape) not in self._made:
            self._made[id(shape)] = self._of(shape)
            self._kept.append((shape,))
        return self._made[id(shape)]

    def _of(self, shape: Shape) -> st.SearchStrategy[Any]:
        domain = self.domain
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
                keys, values = map(self.any_of, shape.parts)
                low, high = least_length(shape, domain), most_length(shape)
                return st.dictionaries(keys, values, min_size=low, max_size=high)
            case kind if kind in SEQUENCES:
                return self._sequences(shape)
        return st.none()

    def _sequences(self, shape: Shape) -> st.SearchStrategy[Any]:
        """Return a strategy for lists and their like: of any items, of few different ones, in order, all the same."""
        make: Any = SEQUENCES[shape.kind]
        if shape.fixed:
            return st.tuples(*map(self.any_of, shape.parts)).map(make)
        items, least, most = self.any_of(shape.parts[0]), least_length(shape, self.domain), most_length(shape)
        lists = st.lists(items, min_size=least, max_size=most)
        few = st.lists(items, min_size=1, max_size=3).flatmap(
            lambda known: st.lists(st.sampled_from(known), min_size=least, max_size=most)
        )
        short = st.lists(items, min_size=least, max_size=max(least, min(3, most)))
        return st.one_of(lists, lists, few, short, lists.map(_in_order), lists.map(_in_order).map(_reversed)).map(make)


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


def _in_order(items: list[Any]) -> list[Any]:
    try:
        return sorted(items)
    except TypeError:
        return items


def _reversed(items: Sequence[Any]) -> list[Any]:
    return list(reversed(items))
