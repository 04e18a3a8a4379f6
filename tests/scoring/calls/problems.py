"""Problems of our own that are answered by calls."""

from __future__ import annotations

from typing import Any

from pytest_codeeval.core.problem import Problem

WEATHER = {
    "name": "weather.get",
    "description": "Weather of a city.",
    "parameters": {
        "type": "dict",
        "properties": {
            "city": {"type": "string"},
            "days": {"type": "integer"},
            "least": {"type": "float"},
            "hours": {"type": "array", "items": {"type": "float"}},
            "unit": {"type": "string", "enum": ["C", "F"]},
            "place": {"type": "dict", "properties": {"x": {"type": "integer"}}},
            "wet": {"type": "boolean"},
            "pair": {"type": "tuple", "items": {"type": "integer"}},
            "tags": {"type": "array", "items": {"type": "dict"}},
        },
        "required": ["city"],
    },
}
TIDE = {
    "name": "tide",
    "parameters": {"type": "dict", "properties": {"port": {"type": "string"}}, "required": ["port"]},
}
LANGUAGE_TYPES = {
    "java": {"n": "integer", "l": "long", "s": "String", "m": "HashMap", "v": "ArrayList", "o": "any", "d": "double"},
    "javascript": {"n": "integer", "l": "Bigint", "s": "String", "m": "dict", "v": "array", "o": "any", "d": "float"},
}


def asking(*calls: dict[str, Any], functions: Any = (WEATHER, TIDE), language: str = "python") -> Problem:
    """Return a problem that these calls answer, each with the accepted values of each parameter."""
    about = {"category": "mine", "language": language, "functions": list(functions), "calls": list(calls)}
    return Problem("Calls/0", "What is the weather?", language="", extra=about)


def weather(**accepted: list[Any]) -> Problem:
    """Return a problem that one call of the weather answers."""
    return asking({"weather.get": {"city": ["Rome"], **accepted}})


def foreign(language: str, **accepted: list[Any]) -> Problem:
    """Return a problem that one call in another language answers."""
    declared = {
        name: {"type": kind, **({"items": {"type": "String" if name == "v" else "any"}} if name == "v" else {})}
        for name, kind in LANGUAGE_TYPES[language].items()
    }
    function = {"name": "A.f", "parameters": {"type": "dict", "properties": declared, "required": []}}
    return asking({"A.f": accepted}, functions=[function], language=language)
