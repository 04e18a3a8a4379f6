"""Digests: what stands for outputs that are too long to be sent and kept.

Equal values have the same digest, numbers of whatever type among them. Nobody makes another value with the digest of
one that he does not know.
"""

import json
import os
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from math import hypot
from operator import is_not
from typing import Any

_LONG_TEXT, _LONG, _MANY = 1 << 16, 1 << 20, 10_000
_SLICE = 1000
_EXACT = 2**53  # whole numbers below it are floats without loss
_NUMBERS = frozenset((int, float, bool))
_PLAIN = _NUMBERS | {str}
_BASES: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (int, int.__int__),
    (float, float.__float__),
    (str, str.__str__),
)
_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def is_very_long(value: Any) -> bool:
    """Whether a value is so long that its text need not be made to tell."""
    return (type(value) is str and len(value) > _LONG_TEXT) or (_may_be_told(value) and len(value) > _MANY)


def is_long(value: Any, text: bytes) -> bool:
    """Whether a value with that text is to be told by a digest. Lists of floats are compared by closeness."""
    return len(text) > _LONG and _may_be_told(value)


def _may_be_told(value: Any) -> bool:
    return type(value) in (list, tuple) and not all(type(item) is float for item in value)


def digest_of(value: Any) -> list[Any]:
    """Return kind, length and digest of a value; of what is neither text nor sequence something that equals none.

    Raises TypeError or the like for a value that holds what is on no list.
    """
    from hashlib import sha256  # here, as it is large and hardly ever needed

    kind = next((base for base in (str, list, tuple) if isinstance(value, base)), None)
    if kind is None:
        return [type(value).__name__, 0, ""]
    digest = sha256()
    if kind is str:
        digest.update(str.encode(value, "utf-8", "surrogatepass"))
    else:
        for part in _parts(list(kind.__iter__(value))):
            digest.update(part)
    return [kind.__name__, kind.__len__(value), digest.hexdigest()]


def _parts(items: list[Any]) -> Iterator[bytes]:
    """Yield what a sequence is told apart by, slice by slice."""
    for start in range(0, len(items), _SLICE):
        yield _told(items[start : start + _SLICE])


def _told(part: list[Any]) -> bytes:
    """Return what a slice is told apart by; how that is done follows from what it equals."""
    kinds = set(map(type, part))
    if kinds <= _NUMBERS and _are_plain(part):
        return b"n" + array("d", part).tobytes()
    if kinds == {tuple} and set(map(type, chain.from_iterable(part))) == {str}:
        # Quick, and nobody can aim at a hash that he does not know; of texts equal hashes are chance.
        return b"h%d" % hash(tuple(part))
    bare = list(map(_bare, part))
    if any(map(is_not, bare, part)):
        return _told(bare)
    return b"v" + _dumps([_same(item) for item in part]).encode("utf-8", "surrogatepass")


def _bare(value: Any) -> Any:
    """Return a value of a subclass as one of its base, and any other one itself."""
    kind = type(value)
    if isinstance(value, tuple):
        if kind is tuple and set(map(type, value)) <= _PLAIN:
            return value
        items = tuple(map(_bare, tuple.__iter__(value)))
        return value if kind is tuple and not any(map(is_not, items, value)) else items
    for base, plain in _BASES:
        if kind is not base and kind is not bool and isinstance(value, base):
            return plain(value)
    return value


def _are_plain(numbers: Sequence[Any]) -> bool:
    """Whether all are below what floats tell apart, and none is zero, which has two forms, or no number at all."""
    if not all(numbers):
        return False
    try:
        if hypot(*numbers) < _EXACT / 2:  # then each is: one quick step for most slices
            return True
    except OverflowError:
        return False
    return all(-_EXACT < number < _EXACT for number in numbers)


def _same(value: Any) -> Any:
    """Return in JSON's terms what equal values have in common."""
    if isinstance(value, float):
        number = float.__float__(value)
        if number != number:
            return {"nan": os.urandom(8).hex()}  # it equals nothing
        return int(number) if number.is_integer() else number
    if isinstance(value, int):
        return int.__int__(value)
    if value is None or isinstance(value, str):
        return None if value is None else str.__str__(value)
    if isinstance(value, list):
        return [_same(item) for item in list.__iter__(value)]
    if isinstance(value, tuple):
        return {"t": [_same(item) for item in tuple.__iter__(value)]}
    if isinstance(value, set | frozenset):
        return {"s": sorted(_dumps(_same(item)) for item in value)}
    if isinstance(value, dict):
        return {"d": sorted([_dumps(_same(key)), _dumps(_same(item))] for key, item in dict.items(value))}
    raise TypeError(f"a long output with a value of the type {type(value).__name__}")
