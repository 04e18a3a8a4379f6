"""Peer: what both sides of a conversation have in common: operations on the other's objects, by handle.

A frame is a list. `["call", id, args, kwargs]` and its like ask for something to be done with the object of that
number; `["ok", value, changes]` and `["error", type, message, line, base, errno]` answer. While a side waits for its
answer the other may ask in turn: a test hands over a callback, the solution calls it.
"""

import json
import sys
import types
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from typing import Any

from pytest_codeeval.execution.grading.channel import Channel
from pytest_codeeval.execution.grading.codec import encode, make_hook

MUTABLE = (list, dict, set, bytearray, deque, Counter, OrderedDict, tuple)
OPERATIONS: dict[str, Callable[..., Any]] = {
    "call": lambda function, *args, **kwargs: function(*args, **kwargs),
    "get": getattr,
    "set": setattr,
    "iter": iter,
    "next": next,
    "len": len,
    "bool": bool,
    "str": str,
    "repr": repr,
    "item": lambda value, key: value[key],
    "put": lambda value, key, item: value.__setitem__(key, item),
}


class Table:
    """Objects of this side that the other knows by number; the same object keeps its number."""

    def __init__(self) -> None:
        self._objects: list[Any] = []
        self._numbers: dict[int, int] = {}

    def number(self, value: Any) -> int:
        """Return the number of an object, which lives as long as this table from now on."""
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self._objects)
            self._objects.append(value)
        return number

    def __getitem__(self, number: Any) -> Any:
        """Return an object by number. Raises ValueError for one that was never given out."""
        if type(number) is not int or not 0 <= number < len(self._objects):
            raise ValueError("no such handle")
        return self._objects[number]


def abilities(value: Any) -> str:
    """Return what can be done with a value, a letter each: call, iterate, next, length, item."""
    kind = type(value)
    able = "c" if callable(value) else ""
    for letter, method in (("i", "__iter__"), ("n", "__next__"), ("l", "__len__"), ("g", "__getitem__")):
        if hasattr(kind, method):
            able += letter
    return able


def home_of(value: Any) -> list[str]:
    """Return module and name under which the standard library keeps a function or type; a module has no name.

    An empty list is for what is not from there. A module's handle is of use where a test leans on an import of the
    solution's: each side has a library of its own.
    """
    if isinstance(value, types.ModuleType):
        return [value.__name__, ""]
    module, name = getattr(value, "__module__", None), getattr(value, "__name__", None)
    if type(module) is not str or type(name) is not str or module.partition(".")[0] not in sys.stdlib_module_names:
        return []
    return [module, name] if getattr(sys.modules.get(module), name, None) is value else []


class Peer:
    """One side of a conversation: its channel, its table, and how the other side's handles become objects here."""

    def __init__(self, channel: Channel, own: Callable[[Any], Any], theirs: Callable[[str, Any], Any]) -> None:
        """`own` encodes an object that is no value; `theirs` decodes such a tag of the other side."""
        self.channel = channel
        self._own = own
        self._decoder = json.JSONDecoder(object_hook=make_hook(theirs))

    def encode(self, value: Any) -> Any:
        """Return a value in JSON's terms."""
        return encode(value, self._own)

    def receive(self) -> Any:
        """Wait for a frame, its values decoded."""
        return self.channel.receive(self._decoder)
