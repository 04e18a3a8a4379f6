"""Mutation: values a few steps away from one that was seen."""

from __future__ import annotations

from typing import Any

from pytest_codeeval.scoring.fuzz.lot import Lot
from pytest_codeeval.scoring.fuzz.shape import Shape, Shapes, bounds
from pytest_codeeval.scoring.fuzz.strategies import Strategies


def mutated(lot: Lot, value: Any, shapes: Shapes, made: Strategies) -> Any:
    """Return a value one step away from another; `shapes` are those of its place."""
    shape = next((one for one in shapes if one.kind == type(value).__name__), None)
    if shape is None:
        return value
    if shape.kind == "str":
        return _text(lot, value, shape, made)
    if shape.kind in ("list", "tuple"):
        return type(value)(_items(lot, list(value), shape, made))
    if shape.kind in ("set", "frozenset"):
        return type(value)(_items(lot, sorted(value, key=repr), shape, made))
    if shape.kind == "dict":
        return _mapping(lot, value, shape, made)
    if shape.kind == "int":
        low, high = bounds(shape, made.domain)
        return max(low, min(high, lot.one_of(_steps(value))))
    return lot.value(made.of(shape))


def _steps(value: int) -> list[int]:
    turned = int(str(abs(value))[::-1])
    return [value - 1, value + 1, value + 2, 2 * value, 10 * value, value // 2, value // 10, -value, turned]


def _of_places(lot: Lot, items: list[Any], shape: Shape, made: Strategies) -> list[Any]:
    """Return items each of which has a place, one of them changed; or one more or less, if the domain is loose."""
    if made.domain.loose and lot.coin():
        return items[:-1] if len(items) > 1 and lot.coin() else [*items, items[-1]]
    at = lot.number(0, len(items) - 1)
    part = shape.parts[min(at, len(shape.parts) - 1)]
    return [*items[:at], mutated(lot, items[at], part, made), *items[at + 1 :]]


def _items(lot: Lot, items: list[Any], shape: Shape, made: Strategies) -> list[Any]:
    if shape.fixed:
        return _of_places(lot, items, shape, made)
    at = lot.number(0, max(len(items) - 1, 0))
    step = lot.one_of(("change", "change", "add", "drop", "again", "swap", "cut", "twice", "alike", "order"))
    match step:
        case _ if not items or step == "add":
            return [*items[:at], lot.value(made.any_of(shape.parts[0])), *items[at:]]
        case "change":
            return [*items[:at], mutated(lot, items[at], shape.parts[0], made), *items[at + 1 :]]
        case "drop":
            return items[:at] + items[at + 1 :]
        case "again":
            return [*items[:at], lot.one_of(items), *items[at:]]
        case "swap":
            other = lot.number(0, len(items) - 1)
            items[at], items[other] = items[other], items[at]
            return items
        case "cut":
            return items[: at + 1] if lot.coin() else items[at:]
        case "twice":
            return items + items
        case "alike":
            return [*items[:at], lot.one_of(items), *items[at + 1 :]]
    return items[::-1]


def _mapping(lot: Lot, value: dict[Any, Any], shape: Shape, made: Strategies) -> dict[Any, Any]:
    keys, items = shape.parts
    changed = dict(value)
    key = lot.one_of(list(value)) if value else None
    step = lot.one_of(("value", "key", "drop", "add"))
    if not value or step == "add":
        changed[lot.value(made.any_of(keys))] = lot.value(made.any_of(items))
    elif step == "value":
        changed[key] = mutated(lot, value[key], items, made)
    else:
        del changed[key]
        if step == "key":
            changed[mutated(lot, key, keys, made)] = value[key]
    return changed


def _text(lot: Lot, text: str, shape: Shape, made: Strategies) -> str:
    if shape.low == shape.high <= 1 or not text:
        return str(lot.value(made.of(shape)))
    if " " in text and lot.coin():
        return " ".join(_words(lot, text.split(" "), shape, made))
    at: int = lot.number(0, len(text) - 1)
    end: int = lot.number(at + 1, len(text))
    letter: str = lot.one_of(shape.letters + ("" if shape.closed else _near(text[at])))
    match lot.one_of(("change", "change", "add", "drop", "cut", "again", "case", "turn", "swap")):
        case "change":
            return text[:at] + letter + text[at + 1 :]
        case "add":
            return text[:at] + letter + text[at:]
        case "drop":
            return text[:at] + text[at + 1 :]
        case "cut":
            return text[at:end]
        case "again":
            return text[:end] + text[at:]
        case "case":
            return text[:at] + text[at:end].swapcase() + text[end:] if not shape.closed else text
        case "turn":
            return text[:at] + text[at:end][::-1] + text[end:]
    other: str = lot.one_of([*(word for word in made.domain.texts if len(word) <= 2 * shape.high), text])
    return text[:at] + other[len(other) // 2 :]


def _words(lot: Lot, words: list[str], shape: Shape, made: Strategies) -> list[str]:
    at: int = lot.number(0, len(words) - 1)
    match lot.one_of(("drop", "again", "other", "turn")):
        case "drop":
            return words[:at] + words[at + 1 :]
        case "again":
            return [*words[:at], lot.one_of(words), *words[at:]]
        case "other":
            return [*words[:at], lot.value(made.of(shape)).partition(" ")[0], *words[at + 1 :]]
    return words[::-1]


def _near(letter: str) -> str:
    if letter.isdigit():
        return "0123456789"
    return letter.swapcase() + " " + "aZz_"
