"""Simplify: arguments that are a little simpler than others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pytest_codeeval.scoring.fuzz.values import Arguments

_MOST_PLACES = 16


def simpler(arguments: Arguments) -> Iterator[Arguments]:
    """Yield arguments of which one is simpler, and those of which two or all alike values are, in the same way."""
    for at, value in enumerate(arguments):
        for other in _simpler(value):
            yield (*arguments[:at], other, *arguments[at + 1 :])
    if len(arguments) > 1 and len({type(value) for value in arguments}) == 1:
        yield from zip(*(list(_simpler(value)) for value in arguments), strict=False)


def _simpler(value: Any) -> Iterator[Any]:
    match value:
        case bool():
            yield from (False,) if value else ()
        case int():
            yield from (number for number in _numbers(value) if number != value)
        case float():
            yield from _floats(value)
        case str():
            yield from _texts(value)
        case dict():
            yield from _mappings(value)
        case list() | tuple():
            yield from map(type(value), _sequences(list(value)))
        case set() | frozenset():
            yield from map(type(value), _sequences(sorted(value, key=repr)))


def _floats(value: float) -> Iterator[float]:
    candidates = (0.0, 1.0, float(int(value)), round(value, 1), value / 2)
    yield from (number for number in candidates if len(repr(number)) < len(repr(value)) or number in (0.0, 1.0))


def _mappings(value: dict[Any, Any]) -> Iterator[dict[Any, Any]]:
    for key in list(value)[:_MOST_PLACES]:
        yield {other: item for other, item in value.items() if other != key}
        for item in _simpler(value[key]):
            yield {**value, key: item}


def _numbers(value: int) -> Iterator[int]:
    yield from (0, 1, 2)
    if value < 0:
        yield -value
    for part in (10, 2):
        yield int(value / part) if abs(value) < 2**53 else value // part
    yield value - 1 if value > 0 else value + 1


def _texts(text: str) -> Iterator[str]:
    half = len(text) // 2
    yield from (part for part in ("", text[:half], text[half:]) if part != text)
    for at in _places(text):
        yield text[:at] + text[at + 1 :]
    for at in _places(text):
        plain = "a" if text[at].islower() else "A" if text[at].isupper() else "0" if text[at].isdigit() else text[at]
        if text[at] != plain:
            yield text[:at] + plain + text[at + 1 :]


def _sequences(items: list[Any]) -> Iterator[list[Any]]:
    half = len(items) // 2
    yield from (part for part in ([], items[:half], items[half:]) if len(part) < len(items))
    for at in _places(items):
        yield items[:at] + items[at + 1 :]
    for at in _places(items):
        for other in _simpler(items[at]):
            yield [*items[:at], other, *items[at + 1 :]]


def _places(value: Sequence[Any]) -> range:
    return range(0, len(value), max(1, len(value) // _MOST_PLACES))
