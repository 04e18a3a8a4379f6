"""Mutation: values a few steps away from one that was seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from pytest_codeeval.scoring.fuzz.shape import Shape, Shapes, bounds
from pytest_codeeval.scoring.fuzz.strategies import Strategies

Draw = Callable[[st.SearchStrategy[Any]], Any]


def mutated(draw: Draw, value: Any, shapes: Shapes, made: Strategies) -> Any:
    """Return a value one step away from another; `shapes` are those of its place."""
    shape = next((one for one in shapes if one.kind == type(value).__name__), None)
    if shape is None:
        return value
    if shape.kind == "str":
        return _text(draw, value, shape, made)
    if shape.kind in ("list", "tuple"):
        return type(value)(_items(draw, list(value), shape, made))
    if shape.kind in ("set", "frozenset"):
        return type(value)(_items(draw, sorted(value, key=repr), shape, made))
    if shape.kind == "dict":
        return _mapping(draw, value, shape, made)
    if shape.kind == "int":
        low, high = bounds(shape, made.domain)
        return max(low, min(high, draw(st.sampled_from(_steps(value)))))
    return draw(made.of(shape))


def _steps(value: int) -> list[int]:
    turned = int(str(abs(value))[::-1])
    return [value - 1, value + 1, value + 2, 2 * value, 10 * value, value // 2, value // 10, -value, turned]


def _of_places(draw: Draw, items: list[Any], shape: Shape, made: Strategies) -> list[Any]:
    """Return items each of which has a place, one of them changed; or one more or less, if the domain is loose."""
    if made.domain.loose and not draw(st.integers(0, 2)):
        return items[:-1] if len(items) > 1 and draw(st.booleans()) else [*items, items[-1]]
    at = draw(st.integers(0, len(items) - 1))
    part = shape.parts[min(at, len(shape.parts) - 1)]
    return [*items[:at], mutated(draw, items[at], part, made), *items[at + 1 :]]


def _items(draw: Draw, items: list[Any], shape: Shape, made: Strategies) -> list[Any]:
    if shape.fixed:
        return _of_places(draw, items, shape, made)
    at = draw(st.integers(0, max(len(items) - 1, 0)))
    step = draw(st.sampled_from(("change", "change", "add", "drop", "again", "swap", "cut", "twice", "alike", "order")))
    match step:
        case _ if not items or step == "add":
            return [*items[:at], draw(made.any_of(shape.parts[0])), *items[at:]]
        case "change":
            return [*items[:at], mutated(draw, items[at], shape.parts[0], made), *items[at + 1 :]]
        case "drop":
            return items[:at] + items[at + 1 :]
        case "again":
            return [*items[:at], draw(st.sampled_from(items)), *items[at:]]
        case "swap":
            other = draw(st.integers(0, len(items) - 1))
            items[at], items[other] = items[other], items[at]
            return items
        case "cut":
            return items[: at + 1] if draw(st.booleans()) else items[at:]
        case "twice":
            return items + items
        case "alike":
            return [*items[:at], draw(st.sampled_from(items)), *items[at + 1 :]]
    return items[::-1]


def _mapping(draw: Draw, value: dict[Any, Any], shape: Shape, made: Strategies) -> dict[Any, Any]:
    keys, items = shape.parts
    changed = dict(value)
    key = draw(st.sampled_from(list(value))) if value else None
    step = draw(st.sampled_from(("value", "key", "drop", "add")))
    if not value or step == "add":
        changed[draw(made.any_of(keys))] = draw(made.any_of(items))
    elif step == "value":
        changed[key] = mutated(draw, value[key], items, made)
    else:
        del changed[key]
        if step == "key":
            changed[mutated(draw, key, keys, made)] = value[key]
    return changed


def _text(draw: Draw, text: str, shape: Shape, made: Strategies) -> str:
    if shape.low == shape.high <= 1 or not text:
        return str(draw(made.of(shape)))
    if " " in text and draw(st.booleans()):
        return " ".join(_words(draw, text.split(" "), shape, made))
    at: int = draw(st.integers(0, len(text) - 1))
    end: int = draw(st.integers(at + 1, len(text)))
    letter: str = draw(st.sampled_from(shape.letters + ("" if shape.closed else _near(text[at]))))
    match draw(st.sampled_from(("change", "change", "add", "drop", "cut", "again", "case", "turn", "swap"))):
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
    other: str = draw(st.sampled_from([*(word for word in made.domain.texts if len(word) <= 2 * shape.high), text]))
    return text[:at] + other[len(other) // 2 :]


def _words(draw: Draw, words: list[str], shape: Shape, made: Strategies) -> list[str]:
    at: int = draw(st.integers(0, len(words) - 1))
    match draw(st.sampled_from(("drop", "again", "other", "turn"))):
        case "drop":
            return words[:at] + words[at + 1 :]
        case "again":
            return [*words[:at], draw(st.sampled_from(words)), *words[at:]]
        case "other":
            return [*words[:at], draw(made.of(shape)).partition(" ")[0], *words[at + 1 :]]
    return words[::-1]


def _near(letter: str) -> str:
    if letter.isdigit():
        return "0123456789"
    return letter.swapcase() + " " + "aZz_"
