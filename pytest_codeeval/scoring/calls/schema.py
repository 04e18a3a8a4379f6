"""Schema: a function's parameters as JSON Schema, and a function as a tool."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pytest_codeeval.scoring.calls.call import DEEPEST, sent_name

_TYPES = {
    "dict": "object",
    "HashMap": "object",
    "Hashtable": "object",
    "object": "object",
    **dict.fromkeys(("array", "tuple", "list", "Array", "ArrayList", "Queue", "Stack"), "array"),
    **dict.fromkeys(("float", "double", "number"), "number"),
    **dict.fromkeys(("integer", "byte", "short", "long", "Bigint"), "integer"),
    **dict.fromkeys(("boolean", "Boolean", "bool"), "boolean"),
    **dict.fromkeys(("string", "String", "char"), "string"),
}
_KEPT = ("description", "enum", "required", "minimum", "maximum", "minItems", "maxItems")
_IN_WORDS = {"java": "Java", "javascript": "JavaScript"}


def json_schema(declared: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    """Return what a dataset declares of a value as JSON Schema; a type that says nothing is left out."""
    found = {name: declared[name] for name in _KEPT if name in declared}
    kind = _TYPES.get(str(declared.get("type")))
    if kind:
        found["type"] = kind
    if depth < DEEPEST:
        if isinstance(declared.get("properties"), Mapping):
            found["properties"] = {name: json_schema(one, depth + 1) for name, one in declared["properties"].items()}
        if isinstance(declared.get("items"), Mapping):
            found["items"] = json_schema(declared["items"], depth + 1)
    return found


def parameters(function: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return the schema of a function's arguments; in other languages than Python each is a text in that language."""
    schema = json_schema(function["parameters"])
    if language != "python":
        declared = function["parameters"]["properties"]
        schema["properties"] = {name: _as_text(one, _IN_WORDS[language]) for name, one in declared.items()}
    return {**schema, "type": "object"}


def _as_text(declared: Mapping[str, Any], language: str) -> dict[str, Any]:
    kind = declared["type"]
    of = f" of {declared['items']['type']}" if "items" in declared else ""
    meant = "A value" if kind == "any" else f"A value of the type {kind}{of}"
    said = f"{declared.get('description', '')} {meant}, written as in the source code of {language}.".strip()
    return {"type": "string", "description": said}


def described(function: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return what a model is told of a function: its name, what it does, and the schema of its arguments."""
    return {
        "name": sent_name(function["name"]),
        "description": function.get("description", ""),
        "parameters": parameters(function, language),
    }


def tool(function: Mapping[str, Any], language: str) -> str:
    """Return a function as a tool in OpenAI's form, as JSON text."""
    whole = {"type": "function", "function": described(function, language)}
    return json.dumps(whole, sort_keys=True, ensure_ascii=False)
