"""Nearness: rules for answers of which more than one is right, and for floats that were computed in another way.

They have the form of the rules in `rules`, and stand beside these by their names there.
"""

import math
from collections import deque
from collections.abc import Callable, MappingView
from typing import Any

from pytest_codeeval.execution.grading.novalues import Other

_TOLERANCE = 1e-6

Arguments = Callable[[], list[Any]]


def near(exact: bool, _arguments: Arguments, out: Any, expected: Any, atol: float) -> bool:
    """Whether values are the same but for floats, which may lie apart a little."""
    return exact or _near(out, expected, max(atol, _TOLERANCE))


def truth(exact: bool, _arguments: Arguments, out: Any, expected: Any, _atol: float) -> bool:
    """Whether both are true or both are false."""
    return exact or bool(out) == bool(expected)


def sequence(exact: bool, _arguments: Arguments, out: Any, expected: Any, atol: float) -> bool:
    """Whether the items are the same, whatever holds them."""
    if exact or not (_is_collection(out) and _is_collection(expected)):
        return exact or _near(out, expected, max(atol, _TOLERANCE))
    return len(out) == len(expected) and _near(list(out), list(expected), max(atol, _TOLERANCE))


def unordered(exact: bool, _arguments: Arguments, out: Any, expected: Any, atol: float) -> bool:
    """Whether the items are the same in any order."""
    if exact or not (_is_collection(out) and _is_collection(expected)):
        return exact or _near(out, expected, max(atol, _TOLERANCE))
    if len(out) != len(expected):
        return False  # before a range becomes a list that no memory can hold
    return _near(sorted(out, key=repr), sorted(expected, key=repr), max(atol, _TOLERANCE))


def _is_collection(value: Any) -> bool:
    return isinstance(value, list | tuple | set | frozenset | range | deque | MappingView | Other)


def _near(out: Any, expected: Any, tolerance: float) -> bool:
    if isinstance(expected, float | complex) or isinstance(out, float | complex):
        return _are_close(out, expected, tolerance)
    if isinstance(expected, list | tuple):
        pairs = zip(out, expected, strict=False) if type(out) is type(expected) and len(out) == len(expected) else None
        return pairs is not None and all(_near(one, other, tolerance) for one, other in pairs)
    if isinstance(expected, dict) and isinstance(out, dict) and out.keys() == expected.keys():
        return all(_near(out[key], value, tolerance) for key, value in expected.items())
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
