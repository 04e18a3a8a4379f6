"""Containers: which values hold others, of what kind they are, and what they hold."""

import operator
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from typing import Any

_BASES: dict[type, str] = {
    list: "l",
    tuple: "t",
    set: "s",
    frozenset: "fs",
    bytearray: "ba",
    deque: "dq",
    defaultdict: "dd",
    Counter: "C",
    OrderedDict: "O",
    dict: "d",
}
MAPPINGS = frozenset(("dd", "C", "O", "d"))
ARRAYS = frozenset(("ar", "np"))
MUTABLE = MAPPINGS | ARRAYS | {"l", "s", "ba", "dq"}
FILLED = MUTABLE - ARRAYS
"""Kinds of nodes, of these those whose values may change, and of these those that are made empty."""
_SCALARS = frozenset((type(None), bool, int, float, str, bytes))

OBJECTS: set[type] = set()
"""Types of this side that derive from a container, and of which the other side makes objects for what they do."""


def base_of(value: Any) -> Any:
    """Return the plain type of container that a value's type derives from, or is."""
    return next(base for base in type(value).__mro__ if base in _BASES)


def kind_of(value: Any) -> str:
    """Return the kind of node that a value is, and nothing if it is a leaf."""
    kind = _BASES.get(type(value))
    if kind is not None:
        return kind
    if type(value) in _SCALARS:
        return ""
    numpy, array = sys.modules.get("numpy"), sys.modules.get("array")
    if numpy is not None and isinstance(value, numpy.ndarray):
        plain = value.dtype.kind in "biufc" and value.dtype.char not in "gG"
        return "np" if plain and not hasattr(type(value), "mask") else ""
    if array is not None and isinstance(value, array.array):
        return "ar"
    if type(value) in OBJECTS:
        return ""
    return next((_BASES[base] for base in type(value).__mro__ if base in _BASES), "")


def does_more(kind: type) -> bool:
    """Tell whether a type derives from a container and has methods of its own."""
    if kind.__mro__[1:2] == (object,) or not any(base in _BASES for base in kind.__mro__):
        return False
    own = [base for base in kind.__mro__ if base.__module__ == kind.__module__ and base not in _BASES]
    return any(callable(value) and not name.startswith("_") for base in own for name, value in vars(base).items())


def held(values: list[Any]) -> list[Any]:
    """Return what containers hold, by identity, so that `encode_with_changes` sees which of them changed."""
    return [held_by(value) for value in values]


def held_by(value: Any) -> list[Any]:
    """Return what one container holds; of a constant one, nothing."""
    kind = kind_of(value)
    if kind in MAPPINGS:
        pairs = pairs_of(value, kind)
        return [*(key for key, _ in pairs), *(item for _, item in pairs)]
    if kind in ARRAYS:
        return [value.shape if kind == "np" else (), value.tobytes()]
    return list(base_of(value).__iter__(value)) if kind in MUTABLE else []


def differ(kind: str, now: list[Any], before: list[Any]) -> bool:
    """Tell whether a container holds other objects now than before."""
    if kind in ARRAYS:  # whose content is made anew at each look
        return now != before
    return len(now) != len(before) or any(map(operator.is_not, now, before))


def pairs_of(value: Any, kind: str) -> list[Any]:
    """Return the entries of a mapping in its order."""
    # An ordered one has an order of its own, which dict.items does not know of.
    return list(OrderedDict.items(value) if kind == "O" else dict.items(value))


def fields_of(value: Any) -> list[str] | None:
    """Return the fields of a named tuple; None for any other."""
    fields = getattr(type(value), "_fields", None)
    named = type(fields) is tuple and len(fields) == tuple.__len__(value) and all(type(name) is str for name in fields)
    return list(fields) if named and fields else None
