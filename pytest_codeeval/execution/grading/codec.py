"""Codec: the closed list of values that may pass between a solution and its tests, as JSON.

Plain values are themselves. Everything else is an object with one key, its tag. A value of a subclass travels as its
base, so that nothing a solution defines (`__eq__`, `__hash__`) reaches the tests. What is on no list travels as a
handle, by the two hooks that each side brings. There is no pickle in it, nor anything else that runs code.
"""

import types
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pytest_codeeval.execution.grading.arrays import (
    encode_numpy,
    form_of_array,
)
from pytest_codeeval.execution.grading.times import (
    encode_datetime,
    encode_time,
    encode_timezone,
)
from pytest_codeeval.execution.grading.unlike import note_unlike

BIG = 1 << 8000
"""Beyond this, decimal digits are slow to read: such integers travel in hexadecimal."""

Handle = Callable[[Any], Any]
_PLAIN = frozenset((type(None), bool, float, str))
_DICT_VIEWS = {type({}.keys()): "dk", type({}.values()): "dv", type({}.items()): "di"}
_DICT_VIEWS |= {type(OrderedDict().keys()): "dk", type(OrderedDict().values()): "dv", type(OrderedDict().items()): "di"}
TYPES = {
    kind.__name__: kind
    for kind in (
        *(int, float, str, bool, list, tuple, dict, set, frozenset, bytes, bytearray, complex, range, object, type),
        *(type(None), Exception, ValueError, TypeError, KeyError, IndexError, ZeroDivisionError, AttributeError),
    )
}
"""Types that travel by name."""
_TYPE_NAMES = {kind: name for name, kind in TYPES.items()}
PATHS = ("PosixPath", "PurePosixPath", "PureWindowsPath")
_VIEWED = frozenset("cbBhHiIlLqQnNfd?P")  # the formats that a view of bytes can be cast to
SINGLETONS = {"ellipsis": ..., "notimplemented": NotImplemented}


def encode(value: Any, handle: Handle) -> Any:
    """Return `value` in JSON's terms; `handle` gives those of a value that is on no list.

    Raises RecursionError for what nests too deep, or contains itself.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is int:
        return value if -BIG < value < BIG else {"i": hex(value)}
    if kind is list:
        return _items(value, handle)
    encoder = _ENCODERS.get(kind)
    if encoder is None:
        encoder = _ENCODERS.get(kind) or _encoder_of(kind)
        if encoder is None:
            return handle(value)
    return encoder(value, handle)


def is_value(kind: type) -> bool:
    """Tell whether objects of a type are values, those of numpy aside."""
    return any(base in _ENCODERS for base in kind.__mro__)


def _items(value: Any, handle: Handle) -> list[Any]:
    # Without a step of Python for each item where they are all plain, as most are.
    kinds = set(map(type, value))
    if kinds <= _PLAIN:
        return list(value)
    if kinds == {int} and min(value) > -BIG and max(value) < BIG:
        return list(value)
    return [encode(item, handle) for item in value]


def _pairs(value: Any, handle: Handle) -> list[Any]:
    return [[encode(key, handle), encode(item, handle)] for key, item in dict.items(value)]


def _encoder_of(kind: type) -> Callable[[Any, Handle], Any] | None:
    """The encoder of a subclass is its base's; numpy's are known by name, without an import."""
    for place, base in enumerate(kind.__mro__):
        if base in _ENCODERS:
            note_unlike(kind, kind.__mro__[:place], base)
            return _ENCODERS[base]
        if base.__module__.startswith("numpy.ma"):
            return None  # an array of which not all is to be seen is more than an array
        if base.__module__ == "numpy" and base.__name__ in ("generic", "ndarray"):
            return _encode_numpy
        if base.__module__ == "uuid" and base.__name__ == "UUID":
            return lambda value, _: {"uu": f"{value.int:032x}"}
        if base.__module__ == "pathlib" and base.__name__ in PATHS:
            return lambda value, _: {"pp": [base.__name__, str(value)]}
        if base.__module__ == "array" and base.__name__ in ("array", "ArrayType"):
            return lambda value, _: {"ar": form_of_array(value)}
    return None


def _form_of_view(value: memoryview) -> list[Any]:
    """Return bytes, format and shape of a view; bytes alone if no view of them can be made in that form."""
    known = value.format in _VIEWED and all(value.shape or [])
    return [value.tobytes().hex(), value.format if known else "B", list(value.shape or []) if known else []]


def _encode_numpy(value: Any, handle: Handle) -> Any:
    return encode_numpy(value, lambda items: _items(items, handle), handle)


# The unbound methods are the base's own, whatever a subclass has made of them.
_ENCODERS: dict[type, Callable[[Any, Handle], Any]] = {
    bool: lambda value, _: bool(value),
    int: lambda value, handle: encode(int.__int__(value), handle),
    float: lambda value, _: float.__float__(value),
    str: lambda value, _: str.__str__(value),
    complex: lambda value, _: {"c": [value.real, value.imag]},
    bytes: lambda value, _: {"b": bytes.hex(value)},
    bytearray: lambda value, _: {"ba": bytearray.hex(value)},
    memoryview: lambda value, _: {"mv": _form_of_view(value)},
    list: lambda value, handle: _items(list(list.__iter__(value)), handle),
    tuple: lambda value, handle: {"t": _items(list(tuple.__iter__(value)), handle)},
    set: lambda value, handle: {"s": _items(list(set.__iter__(value)), handle)},
    frozenset: lambda value, handle: {"fs": _items(list(frozenset.__iter__(value)), handle)},
    Counter: lambda value, handle: {"C": _pairs(value, handle)},
    # It has an order of its own, which dict.items does not know of.
    OrderedDict: lambda value, handle: {"O": [_items(pair, handle) for pair in OrderedDict.items(value)]},
    dict: lambda value, handle: {"d": _pairs(value, handle)},
    types.MappingProxyType: lambda value, handle: {"d": _pairs(dict(value), handle)},
    deque: lambda value, handle: {"dq": [_items(list(deque.__iter__(value)), handle), value.maxlen]},
    range: lambda value, handle: {"r": _items([value.start, value.stop, value.step], handle)},
    slice: lambda value, handle: {"sl": [encode(part, handle) for part in (value.start, value.stop, value.step)]},
    Decimal: lambda value, _: {"D": Decimal.__str__(value)},
    Fraction: lambda value, handle: {"F": _items([value.numerator, value.denominator], handle)},
    datetime: lambda value, _: encode_datetime(value),
    date: lambda value, _: {"date": [value.year, value.month, value.day]},
    time: lambda value, _: encode_time(value),
    timedelta: lambda value, _: {"td": [value.days, value.seconds, value.microseconds]},
    timezone: lambda value, _: encode_timezone(value),
    type(...): lambda *_: {"x": "ellipsis"},
    type(NotImplemented): lambda *_: {"x": "notimplemented"},
    type: lambda value, handle: {"ty": _TYPE_NAMES[value]} if value in _TYPE_NAMES else handle(value),
}


def _encode_view(value: Any, handle: Handle) -> Any:
    return {_DICT_VIEWS[type(value)]: _items(list(value), handle)}


_ENCODERS |= dict.fromkeys(_DICT_VIEWS, _encode_view)
