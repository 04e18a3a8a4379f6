"""JSON forms: calls written as objects, in the ways in which servers and models write them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from pytest_codeeval.scoring.calls.call import MOST_CALLS, Call, UnreadableCallError, call_of
from pytest_codeeval.scoring.calls.pythonforms import python_objects

BOM = "\ufeff"
_BETWEEN = re.compile(r"[\s,;]*")
_LISTS = ("tool_calls", "function_calls", "functions", "calls")
_WRAPPED = ("tool_call", "function_call", "tool_calls")
_NAMES = ("name", "function", "function_name", "tool", "tool_name")
_OBJECTS = ("object", "dict")  # the type of a function's parameters, in its declaration
_ARGUMENTS = ("arguments", "parameters", "args", "params", "input")


def json_value(text: str) -> Any:
    """Return the value of a JSON text, with a byte order mark before it or none.

    Raises UnreadableCallError for what is none, is nested too deep or has numbers of too many digits.
    """
    try:
        return json.loads(text.strip().removeprefix(BOM))
    except (ValueError, RecursionError) as error:
        raise UnreadableCallError(f"no JSON ({error})") from None


def native_call(name: str, arguments: str) -> Call:
    """Return a call that came as such, with its arguments as JSON text; no text at all is no arguments."""
    try:
        return _call(name, arguments if arguments.strip() else {})
    except UnreadableCallError as error:
        return Call(name, fault=str(error))


def json_calls(text: str, known: Collection[str]) -> list[Call]:
    """Return the calls of a text of one or several JSON values, or of such a value as Python writes it.

    `known` are names of functions: an object whose fields are objects is of calls only if these are their names.

    Raises UnreadableCallError for any other text.
    """
    text = text.strip().removeprefix(BOM).lstrip()
    if text[:1] not in ("{", "["):
        raise UnreadableCallError("no JSON")
    try:
        values = _values(text)
    except UnreadableCallError:
        if text[1:].lstrip()[:1] not in ("{", "'", '"'):
            raise
        values = [python_objects(text)]
    return [call for value in values for call in _calls(value, known)][: MOST_CALLS + 1]


def _values(text: str) -> list[Any]:
    values: list[Any] = []
    decoder, at = json.JSONDecoder(), 0
    while at < len(text) and len(values) <= MOST_CALLS:
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            raise UnreadableCallError(f"no JSON ({error})") from None
        values.append(value)
        between = _BETWEEN.match(text, at)
        at = between.end() if between else at
    return values


def _calls(value: Any, known: Collection[str]) -> list[Call]:
    if isinstance(value, list):
        found = []
        for one in value[: MOST_CALLS + 1]:
            if not isinstance(one, Mapping):
                raise UnreadableCallError("the list is none of calls")
            found += _calls(one, known)
        return found
    if not isinstance(value, Mapping):
        raise UnreadableCallError("the value is no call")
    listed = next((value[field] for field in _LISTS if isinstance(value.get(field), list)), None)
    if listed is not None:
        return _calls(listed, known)
    if value and all(name in known and isinstance(given, Mapping) for name, given in value.items()):
        return [_faulty(name, given) for name, given in value.items()]
    wrapped = next((value[field] for field in _WRAPPED if isinstance(value.get(field), Mapping)), None)
    if wrapped is not None:
        return [_one(wrapped, known)]
    return [_one(value, known)]


def _one(value: Mapping[Any, Any], known: Collection[str]) -> Call:
    function = value.get("function")
    if isinstance(function, Mapping):
        return _one(function, known)
    name = next((value[field] for field in _NAMES if isinstance(value.get(field), str)), None)
    given = next((value[field] for field in _ARGUMENTS if field in value), None)
    if isinstance(given, Mapping) and given.get("type") in _OBJECTS and isinstance(given.get("properties"), Mapping):
        raise UnreadableCallError("the object says what a function is, and calls none")
    if isinstance(name, str) and given is not None:
        return _faulty(name, given)
    if len(value) == 1:
        ((name, given),) = value.items()
        if isinstance(name, str) and (name in known or _is_object(given)):
            return _faulty(name, given)
    raise UnreadableCallError("the object is no call")


def _is_object(given: Any) -> bool:
    """Whether something is the JSON text of an object, as OpenAI's arguments are."""
    return isinstance(given, str) and given.strip()[:1] == "{" and given.strip()[-1:] == "}"


def _faulty(name: str, given: Any) -> Call:
    try:
        return _call(name, given)
    except UnreadableCallError as error:
        return Call(name, fault=str(error))


def _call(name: str, given: Any) -> Call:
    arguments = json_value(given) if isinstance(given, str) else given
    if not isinstance(arguments, Mapping):
        raise UnreadableCallError("the arguments are no JSON object")
    return call_of(name, arguments)
