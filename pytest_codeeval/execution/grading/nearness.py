"""Nearness: rules for answers of which more than one is right, and for floats that were computed in another way.

They have the form of the rules in `rules`, and stand beside these by their names there.
"""

import math
from collections import deque
from collections.abc import Callable, Iterable, MappingView
from typing import Any

from pytest_codeeval.execution.grading.novalues import Other

_TOLERANCE = 1e-6

Arguments = Callable[[], list[Any]]


def near(exact: bool, _arguments: Arguments, out: Any, expected: Any, atol: float) -> bool:
    """Whether values are the same but for floats, which may lie apart a little."""
    return exact or _near(_listed(out), _listed(expected), max(atol, _TOLERANCE))


def truth(exact: bool, _arguments: Arguments, out: Any, expected: Any, _atol: float) -> bool:
    """Whether both are true or both are false."""
    return exact or bool(out) == bool(expected)


def sequence(exact: bool, _arguments: Arguments, out: Any, expected: Any, atol: float) -> bool:
    """Whether the items are the same, whatever holds them."""
    return exact or _same_items(_listed(out), _listed(expected), max(atol, _TOLERANCE), list)


def unordered(exact: bool, _arguments: Arguments, out: Any, expected: Any, atol: float) -> bool:
    """Whether the items are the same in any order."""
    return exact or _same_items(_listed(out), _listed(expected), max(atol, _TOLERANCE), _ordered)


def distinct(exact: bool, _arguments: Arguments, out: Any, expected: Any, atol: float) -> bool:
    """Whether the items are the same in any order, however often each is there."""
    if exact or not _all_collections(out, expected):
        return exact
    wanted = set(_listed(expected))
    if isinstance(out, range) and len(out) != len(wanted):
        return False  # before it becomes a set that no memory can hold
    found = set(_listed(out))
    return found == wanted or _near(_ordered(found), _ordered(wanted), max(atol, _TOLERANCE))


def _same_items(out: Any, expected: Any, tolerance: float, arranged: Callable[[Any], list[Any]]) -> bool:
    if not _all_collections(out, expected):
        return _near(out, expected, tolerance)
    # First their number: no memory can hold the list of some ranges.
    return len(out) == len(expected) and _near(arranged(out), arranged(expected), tolerance)


def _listed(value: Any) -> Any:
    """Return an array of numpy's as a list, and any other value as it is."""
    return value.tolist() if hasattr(value, "dtype") else value


def _all_collections(*values: Any) -> bool:
    return all(
        isinstance(_listed(value), list | tuple | set | frozenset | range | deque | MappingView | Other)
        for value in values
    )


def _ordered(items: Iterable[Any]) -> list[Any]:
    return sorted(items, key=_place)


def _place(value: Any) -> tuple[int, float, tuple[Any, ...]]:
    """Return where a value stands among others of whatever types, so that floats that lie near do so in the order."""
    if isinstance(value, list | tuple):
        return 1, 0, tuple(map(_place, value))
    if isinstance(value, set | frozenset):
        return 1, 1, tuple(sorted(map(_place, value)))
    if isinstance(value, int | float) and value == value:
        return 0, value, ()
    return 2, 0, (repr(value),)


def _near(out: Any, expected: Any, tolerance: float) -> bool:
    out, expected = _listed(out), _listed(expected)
    if isinstance(expected, float | complex) or isinstance(out, float | complex):
        return _are_close(out, expected, tolerance)
    if isinstance(expected, list | tuple | deque):
        pairs = zip(out, expected, strict=False) if type(out) is type(expected) and len(out) == len(expected) else None
        return pairs is not None and all(_near(one, other, tolerance) for one, other in pairs)
    if isinstance(expected, dict) and isinstance(out, dict) and len(out) == len(expected):
        if out.keys() == expected.keys():
            return all(_near(out[key], value, tolerance) for key, value in expected.items())
        return _near(_ordered(out.items()), _ordered(expected.items()), tolerance)
    if isinstance(expected, set | frozenset) and isinstance(out, set | frozenset) and len(out) == len(expected):
        return _near(_ordered(out), _ordered(expected), tolerance)
    return bool(out == expected)


def _are_close(out: Any, expected: Any, tolerance: float) -> bool:
    numbers = (int, float, complex)
    if not isinstance(out, numbers) or not isinstance(expected, numbers):
        return False
    if out == expected or (out != out and expected != expected):
        return True
    try:
        difference = abs(out - expected)
        return math.isfinite(difference) and difference <= tolerance * max(1.0, abs(expected))
    except OverflowError:  # a whole number that is larger than any float
        return False
