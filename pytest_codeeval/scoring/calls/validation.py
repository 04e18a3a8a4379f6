"""Validation: whether a value is as a JSON Schema says, by those keywords of Draft 2020-12 that datasets declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_codeeval.scoring.calls.call import DEEPEST

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": Mapping,
    "array": (list, tuple),
    "number": (int, float),
    "integer": int,
    "boolean": bool,
    "string": str,
    "null": type(None),
}
_CHECKED = {
    *("type", "enum", "required", "properties", "additionalProperties", "items"),
    *("minimum", "maximum", "minItems", "maxItems"),
}
_SAYING_NOTHING = {"$schema", "title", "description", "default", "examples", "format", "deprecated", "$comment"}
_WHOLE, _SHOWN = "the arguments", 80


def unchecked(schema: Mapping[str, Any]) -> set[str]:
    """Return the keywords of a schema that are not checked here, so that what it says is not known."""
    found, inner = set(), [schema]
    while inner:
        one = inner.pop()
        found |= one.keys() - _CHECKED - _SAYING_NOTHING
        within = [*one.get("properties", {}).values(), one.get("items"), one.get("additionalProperties")]
        inner += [part for part in within if isinstance(part, Mapping)]
    return found


def violation(value: Any, schema: Mapping[str, Any], where: str = _WHOLE, *, enums: bool = True) -> str:
    """Return where a value is not as a schema says, in a sentence; nothing where it is.

    Without `enums` any value of the right type is one of those that are allowed. Formats are never looked at.
    """
    return next(_violations(value, schema, where, 0, enums), "")


def _violations(value: Any, schema: Mapping[str, Any], where: str, depth: int, enums: bool) -> Iterator[str]:
    wrong = "nested too deep" if depth > DEEPEST else _wrong(value, schema, enums)
    if wrong:
        yield f"{where[:_SHOWN]} {'are' if where == _WHOLE else 'is'} {wrong}"
        return
    if isinstance(value, Mapping):
        missing = next((name for name in schema.get("required", ()) if name not in value), None)
        if missing is not None:
            yield f"{missing} is missing in {where[:_SHOWN]}"
        declared, others = schema.get("properties", {}), schema.get("additionalProperties", True)
        parts = [(one, declared.get(name, others), str(name)) for name, one in value.items()]
    else:
        parts = [(one, schema.get("items", True), where) for one in value] if isinstance(value, list | tuple) else []
    for one, inner, name in parts:
        if inner is False:
            yield f"{name[:_SHOWN]} is not declared in {where[:_SHOWN]}"
        elif inner is not True:
            yield from _violations(one, inner, name, depth + 1, enums)


def _wrong(value: Any, schema: Mapping[str, Any], enums: bool) -> str:
    """Return what is wrong with a value itself, whatever is in it."""
    kinds = schema.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if kinds and not any(_is_of(value, str(one)) for one in kinds):
        return f"no {' or '.join(map(str, kinds))}"
    if enums and "enum" in schema and not any(same(value, one) for one in schema["enum"]):
        return "none of the values that are allowed"
    if isinstance(value, list | tuple) and not _between(len(value), schema, "minItems", "maxItems"):
        return f"a list of {len(value)}"
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return "out of range" if is_number and not _between(value, schema, "minimum", "maximum") else ""


def _between(value: float, schema: Mapping[str, Any], least: str, most: str) -> bool:
    return bool(schema.get(least, value) <= value <= schema.get(most, value))


def _is_of(value: Any, kind: str) -> bool:
    wanted = _TYPES.get(kind)
    if wanted is None:
        return True
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, wanted)


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same in JSON, which has no numbers that are true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(inner, other[name]) for name, inner in one.items())
    if isinstance(one, list | tuple) and isinstance(other, Sequence) and not isinstance(other, str):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)
