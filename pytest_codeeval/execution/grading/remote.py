"""Remote: what the tests hold in place of an object of the solution's; whatever is done with it is done over there."""

from __future__ import annotations

import importlib
import types
from typing import TYPE_CHECKING, Any

from pytest_codeeval.execution.grading.codec import is_value

if TYPE_CHECKING:
    from pytest_codeeval.execution.grading.conversation import Conversation

# Modules that the tests take from their own library where they use one that only the solution has imported.
_MODULES = frozenset(
    (
        *("array", "bisect", "cmath", "collections", "collections.abc", "copy", "datetime", "decimal", "fractions"),
        *("functools", "heapq", "itertools", "json", "math", "numbers", "operator", "os", "queue", "random", "re"),
        *("statistics", "string", "struct", "sys", "textwrap", "time", "typing"),
    )
)
# Modules whose functions do the same to the tests' own library when a solution names them: they compute, and that is
# all. Others would run in the tests' process what a solution makes of them: os.fork, typing.get_type_hints.
_PURE = frozenset(("bisect", "cmath", "heapq", "math", "statistics"))

_SPECIAL = frozenset(
    ["__name__", "__qualname__", "__doc__", "__dict__", "__annotations__", "__defaults__", "__code__", "__wrapped__"]
)


class Remote:
    """An object of the solution's, known by a number. It equals itself only: `__eq__` is never asked over there.

    Subclasses for what such an object can do are made as they are needed, named like its type.
    """

    __slots__ = ("__able", "__conversation", "__number")

    def __init__(self, conversation: Conversation, number: int, able: str) -> None:
        object.__setattr__(self, "_Remote__conversation", conversation)
        object.__setattr__(self, "_Remote__number", number)
        object.__setattr__(self, "_Remote__able", able)

    def __getattr__(self, name: str) -> Any:
        # A library may look for special ones, and believe them: numpy reads memory where `__array_interface__` says.
        if name.startswith("__") and name not in _SPECIAL:
            raise AttributeError(name)
        found = _ask(self, "get", name)
        # `typing` would evaluate what stands there as text.
        if name == "__annotations__" and not _are_types(found):
            raise AttributeError(name)
        return found

    def __setattr__(self, name: str, value: Any) -> None:
        _ask(self, "set", name, value)

    def __bool__(self) -> bool:
        return bool(_ask(self, "bool"))

    def __str__(self) -> str:
        return str(_ask(self, "str"))

    def __repr__(self) -> str:
        return str(_ask(self, "repr"))


def number_of(remote: Remote) -> int:
    """Return the number by which the solution's side knows an object."""
    number: int = object.__getattribute__(remote, "_Remote__number")
    return number


def abilities_of(remote: Remote) -> str:
    """Return what can be done with an object; see peer.abilities."""
    able: str = object.__getattribute__(remote, "_Remote__able")
    return able


def _ask(remote: Remote, operation: str, *args: Any, **kwargs: Any) -> Any:
    conversation: Conversation = object.__getattribute__(remote, "_Remote__conversation")
    return conversation.ask(operation, number_of(remote), args, kwargs)


def _call(self: Remote, *args: Any, **kwargs: Any) -> Any:
    return _ask(self, "call", *args, **kwargs)


def _put(self: Remote, key: Any, value: Any) -> None:
    _ask(self, "put", key, value)


# By the letter of the ability, as in peer.abilities.
_METHODS: dict[str, dict[str, Any]] = {
    "c": {"__call__": _call},
    # `in` goes through all items: whoever was asked whether it has one could say yes to everything.
    "i": {"__iter__": lambda self: _ask(self, "iter")},
    "n": {"__next__": lambda self: _ask(self, "next")},
    "l": {"__len__": lambda self: _ask(self, "len")},
    "g": {"__getitem__": lambda self, key: _ask(self, "item", key), "__setitem__": _put},
}


def make_remote(conversation: Conversation, number: Any, kind: Any, able: Any) -> Remote:
    """Return the stand-in for an object of the solution's. Raises ValueError for a handle that is none."""
    if type(number) is not int or type(kind) is not str or type(able) is not str:
        raise ValueError("no handle")
    methods: dict[str, Any] = {"__doc__": property(lambda self: _ask(self, "get", "__doc__"))}
    methods |= {name: method for letter in able for name, method in _METHODS.get(letter, {}).items()}
    # Its type's name is what an error of the tests' will show.
    made = type(kind[:100].replace("\0", "") or "object", (Remote,), {"__slots__": (), **methods})
    remote: Remote = made(conversation, number, able)
    return remote


def _are_types(found: Any) -> bool:
    return type(found) is dict and all(kind is None or isinstance(kind, type | Remote) for kind in found.values())


def module_of(name: str) -> Any:
    """Return this side's own module of that name, or None where it is none that tests lean on."""
    return importlib.import_module(name) if name in _MODULES else None


def from_library(module: Any, name: Any) -> Any:
    """Return this side's own function or type of that name, or None where it is not to be had by it.

    Types are those of values that may pass; the tests could make no more of any other than trouble.
    """
    if type(module) is not str or type(name) is not str or module not in _MODULES:
        return None
    found = getattr(module_of(module), name, None)
    if isinstance(found, type):
        return found if is_value(found) else None
    kinds = (types.FunctionType, types.BuiltinFunctionType)
    return found if module in _PURE and isinstance(found, kinds) and not name.startswith("_") else None
