"""The desk: a calculator, a key-value store, a calendar of one week and a table of units, as tools for a model to call.

Its state is `{"store": {key: text}, "calendar": {"Monday 09:00": {"end": "10:00", "title": text}}}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from pytest_codeeval.core.toolbox import Toolbox, tool
from pytest_codeeval.core.toolcall import ToolCall

State = Mapping[str, Any]
Done = tuple[State, str]

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_LARGEST = 10**15
_LONGEST = 500  # characters of what is kept
_MOST = 200  # of keys and events
_UNITS: dict[str, dict[str, Fraction]] = {
    "length": {
        "millimetre": Fraction(1, 1000), "centimetre": Fraction(1, 100), "metre": Fraction(1),
        "kilometre": Fraction(1000), "inch": Fraction("0.0254"), "foot": Fraction("0.3048"), "yard": Fraction("0.9144"),
        "mile": Fraction("1609.344"),
    },
    "mass": {
        "gram": Fraction(1, 1000), "kilogram": Fraction(1), "tonne": Fraction(1000),
        "ounce": Fraction("0.028349523125"), "pound": Fraction("0.45359237"),
    },
    "volume": {
        "millilitre": Fraction(1, 1000), "litre": Fraction(1), "cubic metre": Fraction(1000),
        "pint": Fraction("0.56826125"), "gallon": Fraction("4.54609"),
    },
    "time": {"second": Fraction(1), "minute": Fraction(60), "hour": Fraction(3600), "day": Fraction(86400)},
}  # fmt: skip
_KNOWN = {unit: (kind, factor) for kind, units in _UNITS.items() for unit, factor in units.items()}
_OPERATIONS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
}


class _RefusedError(Exception):
    """What a call cannot be made with, in words for the model."""


def desk(start: State) -> Toolbox:
    """Return the tools of a desk on which this lies."""
    return Toolbox(TOOLS, call, start)


def call(state: State, made: ToolCall) -> Done:
    """Make a call; what it cannot be made with is said, and changes nothing."""
    try:
        return _CALLS[made.name](state, made.parsed() or {})
    except _RefusedError as error:
        return state, f"error: {error}"


def _calculate(state: State, given: Mapping[str, Any]) -> Done:
    operation = _text(given, "operation")
    if operation not in _OPERATIONS:
        raise _RefusedError(f"operation has to be one of {', '.join(_OPERATIONS)}")
    a, b = _number(given, "a"), _number(given, "b")
    if operation == "divide" and not b:
        raise _RefusedError("nothing can be divided by 0")
    return state, _written(_OPERATIONS[operation](a, b))


def _convert(state: State, given: Mapping[str, Any]) -> Done:
    amount, units = _number(given, "amount"), [_text(given, name) for name in ("from_unit", "to_unit")]
    for unit in units:
        if unit not in _KNOWN:
            raise _RefusedError(f"the table has no unit {unit[:40]!r}; it has {', '.join(_KNOWN)}")
    (kind, factor), (other, divisor) = (_KNOWN[unit] for unit in units)
    if kind != other:
        raise _RefusedError(f"{units[0]} is a unit of {kind}, {units[1]} one of {other}")
    return state, f"{_written(amount * factor / divisor)} {units[1]}"


def _store_get(state: State, given: Mapping[str, Any]) -> Done:
    key = _text(given, "key")
    if key not in state["store"]:
        raise _RefusedError(f"there is no key {key!r}")
    return state, state["store"][key]


def _store_keys(state: State, _: Mapping[str, Any]) -> Done:
    return state, ", ".join(sorted(state["store"])) or "the store is empty"


def _store_set(state: State, given: Mapping[str, Any]) -> Done:
    key, value = _text(given, "key"), given.get("value")
    kept = _written(_number(given, "value")) if _is_number(value) else _text(given, "value")
    return _with(state, "store", {**state["store"], key: kept}), f"{key} is {kept}"


def _store_delete(state: State, given: Mapping[str, Any]) -> Done:
    key = _text(given, "key")
    if key not in state["store"]:
        raise _RefusedError(f"there is no key {key!r}")
    return _with(state, "store", {name: kept for name, kept in state["store"].items() if name != key}), f"{key} is gone"


def _calendar_list(state: State, given: Mapping[str, Any]) -> Done:
    day = _day(given)
    events = sorted(_of_day(state, day).items())
    lines = [f"{start}-{event['end']} {event['title']}" for start, event in events]
    return state, "\n".join(lines) or f"nothing on {day}"


def _calendar_add(state: State, given: Mapping[str, Any]) -> Done:
    day, start, end, title = _day(given), _time(given, "start"), _time(given, "end"), _text(given, "title")
    if start >= end:
        raise _RefusedError("an event has to end after it starts, on the same day")
    for begun, event in sorted(_of_day(state, day).items()):
        if begun < end and start < event["end"]:
            raise _RefusedError(f"{day} {begun}-{event['end']} is taken: {event['title']}")
    events = {**state["calendar"], f"{day} {start}": {"end": end, "title": title}}
    return _with(state, "calendar", events), f"added: {day} {start}-{end} {title}"


def _calendar_remove(state: State, given: Mapping[str, Any]) -> Done:
    place = f"{_day(given)} {_time(given, 'start')}"
    if place not in state["calendar"]:
        raise _RefusedError(f"nothing starts on {place}")
    events = {start: event for start, event in state["calendar"].items() if start != place}
    return _with(state, "calendar", events), f"removed: {place} {state['calendar'][place]['title']}"


def _with(state: State, part: str, changed: Mapping[str, Any]) -> State:
    if len(changed) > _MOST:
        raise _RefusedError(f"the {part} is full")
    return {**state, part: changed}


def _of_day(state: State, day: str) -> dict[str, Mapping[str, str]]:
    return {place.partition(" ")[2]: event for place, event in state["calendar"].items() if place.startswith(day)}


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _RefusedError(f"{name} has to be a text")
    if len(value) > _LONGEST:
        raise _RefusedError(f"{name} is longer than {_LONGEST} characters")
    return value.strip()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(given: Mapping[str, Any], name: str) -> Fraction:
    value = given.get(name)
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,20}(?:\.\d{1,20})?", value.strip(), re.ASCII):
        found = Fraction(value.strip())
    elif _is_number(value) and abs(value) <= _LARGEST:  # type: ignore[arg-type]
        found = Fraction(str(value))
    else:
        raise _RefusedError(f"{name} has to be a number of at most {_LARGEST:.0e}")
    return found


def _written(number: Fraction) -> str:
    """Return a number in decimals, with six places at most."""
    if abs(number) > _LARGEST:
        raise _RefusedError(f"the result is beyond {_LARGEST:.0e}")
    text = f"{float(round(number, 6)):.6f}" if number.denominator > 1 else str(number.numerator)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _day(given: Mapping[str, Any]) -> str:
    day = _text(given, "day").capitalize()
    if day not in _DAYS:
        raise _RefusedError(f"day has to be one of {', '.join(_DAYS)}")
    return day


def _time(given: Mapping[str, Any], name: str) -> str:
    found = _TIME.fullmatch(_text(given, name))
    if not found:
        raise _RefusedError(f"{name} has to be a time such as 09:30")
    return f"{int(found[1]):02}:{found[2]}"


_CALLS: dict[str, Callable[[State, Mapping[str, Any]], Done]] = {
    "calculate": _calculate,
    "convert": _convert,
    "store_get": _store_get,
    "store_keys": _store_keys,
    "store_set": _store_set,
    "store_delete": _store_delete,
    "calendar_list": _calendar_list,
    "calendar_add": _calendar_add,
    "calendar_remove": _calendar_remove,
}
_NUMBER, _STRING = {"type": "number"}, {"type": "string"}
_IN_DAYS = {"type": "string", "enum": list(_DAYS)}
_AT = {"type": "string", "description": "a time of the day, such as 09:30"}
_IN_UNITS = {"type": "string", "enum": list(_KNOWN)}
TOOLS = (
    tool(
        "calculate",
        "Works out `a` and `b` by one operation.",
        {"operation": {"type": "string", "enum": list(_OPERATIONS)}, "a": _NUMBER, "b": _NUMBER},
    ),
    tool(
        "convert",
        "Converts an amount from one unit into another. Pints and gallons are imperial.",
        {"amount": _NUMBER, "from_unit": _IN_UNITS, "to_unit": _IN_UNITS},
    ),
    tool("store_get", "Returns what is stored under a key.", {"key": _STRING}),
    tool("store_keys", "Returns all keys of the store.", {}),
    tool("store_set", "Stores a text or a number under a key.", {"key": _STRING, "value": _STRING}),
    tool("store_delete", "Deletes a key from the store.", {"key": _STRING}),
    tool("calendar_list", "Returns the events of a day.", {"day": _IN_DAYS}),
    tool(
        "calendar_add",
        "Adds an event to a day, if nothing else is there at that time.",
        {"day": _IN_DAYS, "start": _AT, "end": _AT, "title": _STRING},
    ),
    tool("calendar_remove", "Removes the event that starts at a time of a day.", {"day": _IN_DAYS, "start": _AT}),
)
