"""What pydantic has against a value, as a sentence with what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_codeeval.config.document import Where
from pytest_codeeval.core.errors import nearest
from pytest_codeeval.core.secretname import is_secret_setting

NO_KEYS = "put the key into a variable of the environment, and name that: api_key_env: NAME"
_WANTED = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "string": "a text; put it in quotes",
    "list": "a list, with a dash before each entry",
    "dict": "a map of keys and values",
    "model": "a map of keys and values",
}
_BOUNDS = {"greater_than_equal": ("ge", "at least"), "less_than_equal": ("le", "at most")}


def sentence(error: Mapping[str, Any], known: Sequence[str]) -> str:
    """Return what is wrong, given the keys that may stand where the value does."""
    where, kind, value = error["loc"], error["type"], error["input"]
    name = called(where)
    if kind == "extra_forbidden":
        return _unknown(where, known)
    if kind == "missing":
        return f"{called(where[:-1])} has no {where[-1]}:, which it needs; add it."
    if kind == "finite_number":
        return f"{name} is {value}, and has to be a finite number."
    if value is None:
        return f"{name} has no value; give one, or leave the line out."
    if kind in _BOUNDS:
        bound, words = _BOUNDS[kind]
        return f"{name} is {value}, and has to be {words} {error['ctx'][bound]:g}."
    if kind == "value_error":
        return f"{name} {error['ctx']['error']}."
    if kind == "string_pattern_mismatch":
        return f"{name} is {value!r}, and has to be a number or auto."
    if kind == "string_too_short":
        return f"{name} is empty; give it a value."
    wanted = _WANTED.get(kind.partition("_")[0], "")
    return f"{name} is {_kind(value)}, and has to be {wanted or str(error['msg'])}."


def called(where: Where) -> str:
    """Return the name of a value by its way, such as `models[2].temperature`, counting from 1."""
    found = ""
    for step in where:
        found += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if found else step
    return found or "the file"


def _unknown(where: Where, known: Sequence[str]) -> str:
    key, holder = str(where[-1]), where[:-1]
    at = f" in {called(holder)}" if holder else ""
    if is_secret_setting(key):
        return f"{key!r}{at} would hold a key, and no file should; {NO_KEYS}."
    hint = nearest(key, known)
    return f"there is no key {key!r}{at}{hint}{'' if hint else '; there are ' + ', '.join(known)}."


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "a map"
    return "a list" if isinstance(value, list) else repr(value)[:80]
