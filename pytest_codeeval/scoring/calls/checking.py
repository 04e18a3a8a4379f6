"""Checking: whether one call is a right one, by the leaderboard's rules, and why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from pytest_codeeval.scoring.calls.call import Call, shown
from pytest_codeeval.scoring.calls.foreignvalues import java_value, javascript_value

WRONG_NAME, BAD_ARGUMENTS = "wrong_name", "bad_arguments"
MISSING, UNEXPECTED, WRONG_TYPE, WRONG_VALUE = "missing_parameter", "unexpected_parameter", "wrong_type", "wrong_value"

_PYTHON = {
    "string": str,
    "integer": int,
    "float": float,
    "number": float,
    "boolean": bool,
    "array": list,
    "tuple": list,
    "dict": dict,
    "object": dict,
    "any": str,
}
_JAVA = {
    **dict.fromkeys(("byte", "short", "integer", "long"), int),
    **dict.fromkeys(("float", "double"), float),
    **dict.fromkeys(("Array", "ArrayList", "Queue", "Stack"), list),
    **dict.fromkeys(("HashMap", "Hashtable"), dict),
    "boolean": bool,
    "char": str,
    "String": str,
    "any": str,
}
_JAVASCRIPT = {
    "String": str,
    "integer": int,
    "float": float,
    "Bigint": int,
    "Boolean": bool,
    "dict": dict,
    "array": list,
    "any": str,
}
_TYPES: dict[str, Mapping[str, type]] = {"python": _PYTHON, "java": _JAVA, "javascript": _JAVASCRIPT}
_LISTS = ("array", "tuple", "Array", "ArrayList")
_READERS: dict[str, Callable[[str, str, str], Any]] = {"java": java_value, "javascript": javascript_value}
_LEFT_OUT = re.compile(r"[ ,./_*^-]")


class Wrong(NamedTuple):
    """Why a call is not the right one: a cause, and a sentence."""

    cause: str
    detail: str


def wrongness(
    call: Call, function: Mapping[str, Any], accepted: Mapping[str, Sequence[Any]], language: str
) -> Wrong | None:
    """Return why a call, whose name is the right one, is wrong, None if it is right.

    `function` is the one that the question offers, `accepted` has the values of each parameter that are right; an
    empty text among them says that the parameter may be left out.
    """
    if call.fault:
        return Wrong(BAD_ARGUMENTS, f"the arguments cannot be read: {call.fault}")
    parameters, given = function["parameters"]["properties"], call.arguments
    for name in function["parameters"].get("required", ()):
        if name not in given:
            return Wrong(MISSING, f"the parameter {name} is missing")
    for name, value in given.items():
        if name not in parameters or name not in accepted:
            return Wrong(UNEXPECTED, f"the parameter {shown(name)} is not asked for")
        wrong = _wrong_value(name, value, parameters[name], accepted[name], language)
        if wrong:
            return wrong
    for name, values in accepted.items():
        if name not in given and "" not in values:
            return Wrong(MISSING, f"the parameter {name} is missing")
    return None


def _wrong_value(
    name: str, value: Any, schema: Mapping[str, Any], accepted: Sequence[Any], language: str
) -> Wrong | None:
    declared, types = str(schema.get("type", "any")), _TYPES[language]
    inner = (schema.get("items") or {}).get("type", "") if declared in _LISTS else ""
    if language != "python":
        if not isinstance(value, str):
            return Wrong(WRONG_TYPE, f"the parameter {name} is {shown(value)}, which is no text in {language}")
        value = _READERS[language](value, declared, inner)
    elif declared == "tuple" and type(value) is tuple:
        value = list(value)
    elif declared in ("float", "number") and type(value) is int:
        try:
            value = float(value)
        except OverflowError:
            return Wrong(WRONG_VALUE, f"the parameter {name} is {shown(value)}")
    # In Java and JavaScript elements of any type are values, so that there is nothing to check them against.
    typed = inner and not (inner == "any" and language != "python")
    wanted, element = types.get(declared, str), types.get(str(inner), str) if typed else None
    by_variable = _fits(value, accepted, wanted, element)
    if by_variable is None:
        return Wrong(WRONG_TYPE, f"the parameter {name} is {shown(value)}, which is no {declared}")
    if not _is_among(value, accepted, wanted, element, by_variable=by_variable):
        return Wrong(WRONG_VALUE, f"the parameter {name} is {shown(value)}, right is one of {shown(list(accepted))}")
    return None


def _fits(value: Any, accepted: Sequence[Any], wanted: type, element: type | None) -> bool | None:
    """Return None if a value has not the type that is wanted, else whether it is compared as a variable's name.

    It may have the type of the first value that is accepted instead: there, names of variables are texts. Elements of
    lists have to be of exactly their type: in a list of floats a whole number is none.
    """
    first = next((type(one) for one in accepted if one != ""), None)
    if type(value) is not wanted:
        return True if first is not None and type(value) is first else None
    if element is not None and not _elements_fit(value, accepted, element):
        return None
    return first is not None and first is not wanted


def _elements_fit(value: Any, accepted: Sequence[Any], element: type) -> bool:
    return any(
        not isinstance(one, list) or all(_fits(inner, one, element, None) is not None for inner in value)
        for one in accepted
    )


def _is_among(value: Any, accepted: Sequence[Any], wanted: type, element: type | None, *, by_variable: bool) -> bool:
    if not by_variable:
        if wanted is dict:
            return any(one != "" and _is_dict(value, one) for one in accepted)
        if wanted is list and element is dict:
            return any(_is_list_of_dicts(value, one) for one in accepted)
        if wanted is str:
            return normal(value) in [normal(one) for one in accepted if isinstance(one, str)]
        if wanted is list:
            return [normal(one) for one in value] in [
                [normal(inner) for inner in one] for one in accepted if isinstance(one, list | str)
            ]
    return value in accepted


def _is_dict(value: Any, accepted: Any) -> bool:
    if not (isinstance(value, Mapping) and isinstance(accepted, Mapping)):
        return False
    return all(
        key in accepted and normal(inner) in [normal(one) for one in accepted[key]] for key, inner in value.items()
    ) and all(key in value or "" in values for key, values in accepted.items())


def _is_list_of_dicts(value: Sequence[Any], accepted: Sequence[Any]) -> bool:
    return len(value) == len(accepted) and all(
        one != "" and _is_dict(inner, one) for inner, one in zip(value, accepted, strict=True)
    )


def normal(value: Any) -> Any:
    """Return a text without what two ways to write the same differ in; anything else as it is."""
    return _LEFT_OUT.sub("", value).lower().replace("'", '"') if isinstance(value, str) else value
