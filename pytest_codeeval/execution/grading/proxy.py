"""Proxy: what the tests hold in place of an object of the solution's; whatever is done with it is done over there."""

from __future__ import annotations

import importlib
import types
from collections.abc import Callable, Coroutine, Generator
from functools import lru_cache
from typing import Any

from pytest_codeeval.execution.grading.codec import is_value

Ask = Callable[[str, int, Any, Any], Any]
"""Has the solution do something with an object of its own: operation, number, arguments, keyword arguments."""

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

OF_FUNCTIONS = frozenset(
    ["__name__", "__qualname__", "__doc__", "__dict__", "__annotations__", "__defaults__", "__code__", "__wrapped__"]
)
"""Special attributes that the tests may ask for: those by which a function tells of itself."""


class Proxy:
    """An object of the solution's, known by a number. It equals itself only: `__eq__` is never asked over there.

    Subclasses for what such an object can do are made as they are needed, named like its type.
    """

    __slots__ = ("__able", "__ask", "__number")

    def __init__(self, ask: Ask, number: int, able: str) -> None:
        object.__setattr__(self, "_Proxy__ask", ask)
        object.__setattr__(self, "_Proxy__number", number)
        object.__setattr__(self, "_Proxy__able", able)

    def __getattr__(self, name: str) -> Any:
        # A library may look for special ones, and believe them: numpy reads memory where `__array_interface__` says.
        if name.startswith("__") and name not in OF_FUNCTIONS:
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


def number_of(remote: Proxy) -> int:
    """Return the number by which the solution's side knows an object."""
    number: int = object.__getattribute__(remote, "_Proxy__number")
    return number


def abilities_of(remote: Proxy) -> str:
    """Return what can be done with an object; see peer.abilities."""
    able: str = object.__getattribute__(remote, "_Proxy__able")
    return able


def _ask(remote: Proxy, operation: str, /, *args: Any, **kwargs: Any) -> Any:
    ask: Ask = object.__getattribute__(remote, "_Proxy__ask")
    return ask(operation, number_of(remote), args, kwargs)


def _call(self: Proxy, /, *args: Any, **kwargs: Any) -> Any:
    return _ask(self, "call", *args, **kwargs)


def _put(self: Proxy, key: Any, value: Any) -> None:
    _ask(self, "put", key, value)


def _await(self: Proxy) -> Generator[Any, None, Any]:
    """Have it awaited over there, to its end; nothing else goes on meanwhile."""
    return _ask(self, "await")
    yield


def _send(self: Proxy, _: Any) -> Any:
    raise StopIteration(_ask(self, "await"))


def _close(_: Proxy) -> None:
    """Nothing waits to be closed here."""


async def _anext(self: Proxy) -> Any:
    return _ask(self, "anext")


# By the letter of the ability, as in peer.abilities.
_METHODS: dict[str, dict[str, Any]] = {
    "c": {"__call__": _call},
    # `in` goes through all items: whoever was asked whether it has one could say yes to everything.
    "i": {"__iter__": lambda self: _ask(self, "iter")},
    "n": {"__next__": lambda self: _ask(self, "next")},
    "l": {"__len__": lambda self: _ask(self, "len")},
    "g": {"__getitem__": lambda self, key: _ask(self, "item", key), "__setitem__": _put},
    "w": {"__await__": _await},
    "o": {"__await__": _await, "send": _send, "throw": _send, "close": _close},
    "a": {"__aiter__": lambda self: _ask(self, "aiter"), "__anext__": _anext},
}


def make_remote(ask: Ask, number: Any, kind: Any, able: Any) -> Proxy:
    """Return the stand-in for an object of the solution's. Raises ValueError for a handle that is none."""
    if type(number) is not int or type(kind) is not str or type(able) is not str:
        raise ValueError("no handle")
    methods: dict[str, Any] = {"__doc__": property(lambda self: _ask(self, "get", "__doc__"))}
    methods |= {name: method for letter in able for name, method in _METHODS.get(letter, {}).items()}
    bases = (Proxy, Coroutine) if "o" in able else (Proxy,)  # asyncio runs nothing else
    # Its type's name is what an error of the tests' will show.
    made = type(_name(kind), bases, {"__slots__": (), **methods})
    remote: Proxy = made(ask, number, able)
    return remote


def make_value(remote: Proxy, kind: Any, base: Any) -> Any:
    """Return a value of a type of the solution's that derives from int, str or the like.

    It compares as its base does; what else there is to it is asked over there.
    """
    if type(base) not in (int, float, str, bytes):
        raise ValueError("no value with attributes of its own")
    made = _value_class(_name(kind), type(base))(base)  # type: ignore[arg-type]
    made._codeeval_remote = remote
    return made


@lru_cache(maxsize=256)
def _value_class(name: str, base: type) -> Any:
    texts = {"__str__": lambda self: str(remote_of(self)), "__repr__": lambda self: repr(remote_of(self))}
    asked = {"__getattr__": lambda self, name: Proxy.__getattr__(vars(self)["_codeeval_remote"], name)}
    return type(name, (base,), {**texts, **asked})


def remote_of(value: Any) -> Proxy | None:
    """Return what `make_value` made a value of, None for any other value."""
    found = getattr(value, "__dict__", {}).get("_codeeval_remote")
    return found if isinstance(found, Proxy) else None


def _name(kind: Any) -> str:
    return str(kind)[:100].replace("\0", "") or "object"


def _are_types(found: Any) -> bool:
    return type(found) is dict and all(kind is None or isinstance(kind, type | Proxy) for kind in found.values())


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
