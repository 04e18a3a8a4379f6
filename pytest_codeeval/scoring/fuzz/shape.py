"""Shape: what values of one place have in common: types, ranges, lengths, letters, and so on within."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pytest_codeeval.scoring.fuzz.domain import Domain

SEQUENCES: dict[str, type] = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}
_LONGEST_FIXED = 8
_FAR = 10
"""How many times as far as the largest number that was seen others may lie."""
_FEW_LETTERS, _MUCH_TEXT = 6, 12


@dataclass(frozen=True, slots=True)
class Shape:
    """One type of value. `low` and `high` bound a number, or the length of anything else.

    `parts` are the shapes of items, each place's own if `fixed`, of a dictionary those of keys and values. `letters`
    are those of a text, `closed` if it has no others. What is `filled` is not empty, whatever else may be.
    """

    kind: str
    low: float = 0
    high: float = 0
    parts: tuple[Shapes, ...] = ()
    fixed: bool = False
    letters: str = ""
    closed: bool = False
    filled: bool = False


Shapes = tuple[Shape, ...]
"""The types that values of one place have been seen to have."""


def shapes_of(values: Iterable[Any], *, within: bool = False) -> Shapes:
    """Return the shapes of values, by type in the order in which they were first seen.

    `within` says that they are items of others, and not arguments.
    """
    by_type: dict[str, list[Any]] = {}
    for value in values:
        by_type.setdefault(type(value).__name__, []).append(value)
    return tuple(_shape(kind, found, within) for kind, found in by_type.items())


def _shape(kind: str, values: list[Any], within: bool) -> Shape:
    if kind in ("int", "float"):
        return Shape(kind, min(values), max(values))
    if kind == "str":
        letters = "".join(sorted(set("".join(values))))
        closed = len(letters) <= _FEW_LETTERS and sum(map(len, values)) >= _MUCH_TEXT and not letters.isalpha()
        return Shape(kind, *_lengths(values), letters=letters, closed=closed)
    if kind in SEQUENCES:
        return _sequence(kind, values, within)
    if kind == "dict":
        keys = shapes_of((key for value in values for key in value), within=True)
        items = shapes_of((item for value in values for item in value.values()), within=True)
        return Shape(kind, *_lengths(values), parts=(keys, items))
    return Shape(kind)


def _sequence(kind: str, values: list[Any], within: bool) -> Shape:
    low, high = _lengths(values)
    places = [shapes_of((value[at] for value in values), within=True) for at in range(high)] if _even(values) else []
    if places and kind in ("list", "tuple") and low == high and 1 < high <= _LONGEST_FIXED:
        mixed = len({tuple(shape.kind for shape in place) for place in places}) > 1
        if (within and (kind == "tuple" or high == 2) and len(values) > 2) or (mixed and len(values) > 1):
            return Shape(kind, low, high, tuple(places), fixed=True)
    items = shapes_of((item for value in values for item in value), within=True)
    return Shape(kind, low, high, (items,))


def _even(values: Sequence[Any]) -> bool:
    return len({len(value) for value in values}) == 1 and not isinstance(values[0], set | frozenset)


def _lengths(values: Sequence[Any]) -> tuple[int, int]:
    lengths = [len(value) for value in values]
    return min(lengths), max(lengths)


_HINTED = {
    "int": Shape("int", 0, 20),
    "float": Shape("float", -10, 10),
    "bool": Shape("bool"),
    "str": Shape("str", 0, 12, letters="abcdefghijklmnopqrstuvwxyz"),
}


def hinted(hint: str) -> Shapes:
    """Return the shapes that an annotation stands for, none if it is not understood; for lack of any example."""
    name, _, inner = hint.replace("typing.", "").partition("[")
    name, inner = name.strip().lower(), inner.removesuffix("]").strip()
    if name in _HINTED:
        return (_HINTED[name],)
    if name in SEQUENCES and (items := hinted(inner or "int")):
        return (Shape(name, 0, 6, (items,)),)
    return ()


def with_anything(shapes: Shapes, *, bools: bool) -> Shapes:
    """Return shapes of which the lists may have items of other types, too, for what is annotated so.

    A bool is a whole number too, so that not everybody means it: whether these are among them is to be said.
    """
    others = (*((Shape("bool"),) if bools else ()), Shape("NoneType"), Shape("float", -2, 2))
    return tuple(
        replace(shape, parts=((*shape.parts[0], *others),)) if shape.kind == "list" and not shape.fixed else shape
        for shape in shapes
    )


def with_filled(columns: Sequence[Shapes]) -> tuple[Shapes, ...]:
    """Return the shapes of arguments of which some have been empty: those that never were are not to be."""
    sized = [shape for shapes in columns for shape in shapes if shape.kind in ("str", "dict", *SEQUENCES)]
    if all(shape.low > 0 for shape in sized):
        return tuple(columns)
    return tuple(
        tuple(replace(shape, filled=shape.low > 0) if shape in sized else shape for shape in shapes)
        for shapes in columns
    )


def bounds(shape: Shape, domain: Domain) -> tuple[int, int]:
    """Return the smallest and the largest whole number to try."""
    low, high = int(shape.low), int(shape.high)
    if low < 0:
        least = _FAR * low
    elif domain.negative and (domain.zero or low == 0):
        least = -max(10, min(high, 1000))
    else:
        least = 0 if domain.zero or low == 0 else min(low, 1)
    return least, max(_FAR * high, 100)


def least_length(shape: Shape, domain: Domain) -> int:
    """Return how short a value may be: empty, or as short as one that was seen."""
    if shape.kind == "str" and shape.low == shape.high == 1:  # a letter is no word
        return 1
    if domain.empty and not shape.filled:
        return 0
    return min(int(shape.low), 1) if shape.kind == "str" else int(shape.low)


def most_length(shape: Shape) -> int:
    """Return how long a value may be."""
    if shape.kind == "str":
        return 1 if shape.low == shape.high == 1 else max(2 * int(shape.high), 4)
    return max(int(1.5 * shape.high), int(shape.high) + 2, 4)
