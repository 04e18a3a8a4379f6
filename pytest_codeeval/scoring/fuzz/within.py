"""Within: whether values are of shapes that were seen, in the ranges from which others are drawn."""

from __future__ import annotations

from typing import Any

from pytest_codeeval.scoring.fuzz.domain import Domain
from pytest_codeeval.scoring.fuzz.shape import Shape, Shapes, bounds, least_length, most_length


def is_within(value: Any, shapes: Shapes, domain: Domain) -> bool:
    """Whether a value could have been drawn for a place of these shapes."""
    return any(_is_within(value, shape, domain) for shape in shapes if shape.kind == type(value).__name__)


def _is_within(value: Any, shape: Shape, domain: Domain) -> bool:
    if shape.kind in ("int", "float"):
        low, high = bounds(shape, domain)
        return bool(low <= value <= high)
    if shape.kind in ("bool", "NoneType"):
        return True
    if not least_length(shape, domain) <= len(value) <= 2 * most_length(shape):
        return False
    if shape.kind == "str":
        return not shape.closed or set(value) <= set(shape.letters)
    if shape.kind == "dict":
        keys, items = shape.parts
        return all(is_within(key, keys, domain) and is_within(item, items, domain) for key, item in value.items())
    if shape.fixed and domain.loose and len(value) != len(shape.parts):
        return all(any(is_within(item, part, domain) for part in shape.parts) for item in value)
    if shape.fixed:
        places = zip(value, shape.parts, strict=False)
        return len(value) == len(shape.parts) and all(is_within(item, part, domain) for item, part in places)
    return all(is_within(item, shape.parts[0], domain) for item in value)
