"""Decoding: the values that `codec` encodes, back from JSON's terms."""

from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pytest_codeeval.execution.grading.arrays import (
    decode_array,
    decode_numpy,
    decode_numpy_bytes,
    decode_numpy_objects,
)
from pytest_codeeval.execution.grading.codec import PATHS, SINGLETONS, TYPES
from pytest_codeeval.execution.grading.times import decode_datetime, decode_time, decode_timezone

_LARGE_SET = 10_000


def make_hook(handle: Callable[[str, Any], Any]) -> Callable[[dict[str, Any]], Any]:
    """Return the `object_hook` of a JSON decoder; `handle` is asked for the tags that are not values.

    The decoder raises ValueError, TypeError, KeyError or the like for what is no encoded value.
    """

    def hook(found: dict[str, Any]) -> Any:
        ((tag, payload),) = found.items()
        decode = _DECODERS.get(tag)
        return handle(tag, payload) if decode is None else decode(payload)

    return hook


def _path(payload: Any) -> Any:
    import pathlib

    kind, text = payload
    return getattr(pathlib, PATHS[PATHS.index(kind)])(text)


def _uuid(payload: Any) -> Any:
    import uuid

    return uuid.UUID(int=int(payload, 16))


def ordered_set(items: list[Any]) -> set[Any]:
    """Return a set that is gone through in the order of `items`, where there is one.

    That order depends on the room that a set has, and so on how it was made: from a literal, or item by item. Solutions
    and tests that lean on it are not to notice that the set has travelled.
    """
    made = set(items)
    if len(items) < _LARGE_SET and list(made) != items:
        for room in (0, len(items), 4 * len(items), 16 * len(items)):
            other: set[Any] = set()
            other.update(frozenset((*items, *(_Room() for _ in range(room)))))
            other -= {item for item in other if type(item) is _Room}
            if list(other) == items:
                return other
    return made


class _Room:
    """Takes up room in a set that is being made."""


def _values_view(payload: list[Any]) -> Any:
    return dict(enumerate(payload)).values()


def _memoryview(payload: Any) -> memoryview:
    content, form, shape = payload
    plain = memoryview(bytes.fromhex(content))
    return plain.cast(form, shape) if len(shape) > 1 else plain.cast(form)


def _deque(payload: Any) -> Any:
    items, length = payload
    return deque(items, length)


_DECODERS: dict[str, Callable[[Any], Any]] = {
    "i": lambda payload: int(payload, 16),
    "c": lambda payload: complex(*payload),
    "b": bytes.fromhex,
    "ba": bytearray.fromhex,
    "mv": _memoryview,
    "t": tuple,
    "s": ordered_set,
    "fs": frozenset,
    "d": dict,
    "C": lambda payload: Counter(dict(payload)),
    "O": OrderedDict,
    "dq": _deque,
    "r": lambda payload: range(*payload),
    "sl": lambda payload: slice(*payload),
    "D": Decimal,
    "F": lambda payload: Fraction(*payload),
    "dt": decode_datetime,
    "date": lambda payload: date(*payload),
    "tm": decode_time,
    "td": lambda payload: timedelta(*payload),
    "tz": decode_timezone,
    "x": SINGLETONS.__getitem__,
    "ty": TYPES.__getitem__,
    "dk": lambda payload: dict.fromkeys(payload).keys(),
    "dv": _values_view,
    "di": lambda payload: dict(payload).items(),
    "ar": decode_array,
    "np": decode_numpy,
    "nb": decode_numpy_bytes,
    "no": decode_numpy_objects,
    "uu": _uuid,
    "pp": _path,
}
