"""Peer: what both sides of a conversation have in common: operations on the other's objects, by handle.

A frame is a list. `["call", id, args, kwargs]` and its like ask for something to be done with the object of that
number; `["ok", value, changes]` and `["error", type, message, line, base, errno]` answer. While a side waits for its
answer the other may ask in turn: a test hands over a callback, the solution calls it.
"""

import json
import sys
import types
from collections.abc import Callable
from typing import Any

from pytest_codeeval.execution.grading.channel import Channel
from pytest_codeeval.execution.grading.codec import encode
from pytest_codeeval.execution.grading.containers import OBJECTS
from pytest_codeeval.execution.grading.decoding import make_hook
from pytest_codeeval.execution.grading.graph import Ref
from pytest_codeeval.execution.grading.passing import Copies, Graph, Graphs, Passing

TEXTS = ("__name__", "__qualname__", "__doc__", "__module__")
"""What a function is known by, on the other side too: `functools.wraps` takes it from there."""
_ORDINARY = frozenset((bool, int, float, str, bytes))

OPERATIONS: dict[str, Callable[..., Any]] = {
    "call": lambda function, /, *args, **kwargs: function(*args, **kwargs),
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
    "aiter": lambda value: value.__aiter__(),
    "await": lambda value: _finish(value),
    "anext": lambda value: _finish(value.__anext__()),
}


def _finish(awaitable: Any) -> Any:
    """Run something to its end, in a loop that stays for the next one."""
    import asyncio

    async def wait() -> Any:
        return await awaitable

    if not _loops:
        _loops.append(asyncio.new_event_loop())
    return _loops[0].run_until_complete(wait())


_loops: list[Any] = []


_ABILITIES = (
    *(("i", "__iter__"), ("n", "__next__"), ("l", "__len__"), ("g", "__getitem__")),
    *(("w", "__await__"), ("a", "__anext__")),
)


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
    """Return what can be done with a value, a letter each: call, iterate, next, length, item, await, and be run."""
    kind = type(value)
    able = "c" if callable(value) else ""
    for letter, method in _ABILITIES:
        if hasattr(kind, method):
            able += letter
    return able + "o" if isinstance(value, types.CoroutineType) else able


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
    """One side of a conversation: its channel, and how the other side's handles become objects here."""

    def __init__(self, channel: Channel, own: Callable[[Any], Any], theirs: Callable[[str, Any], Any]) -> None:
        """`own` encodes an object that is no value; `theirs` decodes such a tag of the other side."""
        self.channel = channel
        self._own = own
        self._theirs = theirs
        self._decoder = json.JSONDecoder(object_hook=make_hook(self._decoded))
        self.passing: Passing = Copies(self.encode)

    def keep_identity(self, odd: Callable[[Any], Any]) -> None:
        """Serve tests that may look at more than values from now on.

        `odd` encodes a value of a type that derives from a plain one, or returns None if that is not to be told.
        """
        self._odd = odd
        self.passing = Graphs(self._leaf)

    def encode(self, value: Any) -> Any:
        """Return a value by itself in JSON's terms."""
        return encode(value, self._own)

    def _leaf(self, value: Any) -> Any:
        kind = type(value)
        if kind in OBJECTS:
            return self._own(value)
        if kind not in _ORDINARY and isinstance(value, int | float | str | bytes) and kind.__module__ != "numpy":
            return self._odd(value) or encode(value, self._own)
        return encode(value, self._own)

    def _decoded(self, tag: str, payload: Any) -> Any:
        if tag == "g":
            return Graph(payload)
        if tag in ("&", "@"):
            return Ref(payload, known=tag == "@")
        return self._theirs(tag, payload)

    def receive(self) -> Any:
        """Wait for a frame, its values decoded."""
        return self.channel.receive(self._decoder)
