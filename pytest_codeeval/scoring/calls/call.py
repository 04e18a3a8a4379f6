"""Call: one call of a function as it was read from an answer, and what is too much for one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

DEEPEST = 60
"""How deep the values of a call may be nested."""
MOST_CALLS = 100
"""More calls than any question asks for; what stands behind them is not read."""
_LARGEST = 1 << 4096
"""An integer beyond this is none: to write one takes time by the square of its digits."""
_LONGEST = 80


class UnreadableCallError(ValueError):
    """A text is no call, or none whose arguments can be read; the message says why in a few words."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call: the function's name as it was written, and its arguments by parameter.

    `fault` says why the arguments could not be read, and is empty if they could.
    """

    name: str
    arguments: Mapping[Any, Any] = field(default_factory=dict)
    fault: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values, whatever the arguments are."""
        return {"name": self.name, "arguments": None if self.fault else plain(self.arguments)}


def call_of(name: str, arguments: Mapping[Any, Any]) -> Call:
    """Return a call, with a fault if its arguments are nested too deep or hold a number beyond all bounds."""
    try:
        check_bounds(arguments)
    except UnreadableCallError as error:
        return Call(name, fault=str(error))
    return Call(name, arguments)


def check_bounds(value: Any) -> None:
    """Raise UnreadableCallError if a value is nested too deep, or holds a number beyond all bounds."""
    level, depth = [value], 0
    while level:
        if depth > DEEPEST:
            raise UnreadableCallError("values are nested too deep")
        for one in level:
            if isinstance(one, int) and not -_LARGEST < one < _LARGEST:
                raise UnreadableCallError("a number has more digits than any answer")
        level = [inner for one in level for inner in _within(one)]
        depth += 1


def _within(value: Any) -> Sequence[Any]:
    if isinstance(value, Mapping):
        return [*value, *value.values()]
    return value if isinstance(value, list | tuple) else ()


def plain(value: Any) -> Any:
    """Return a value that was read as one that JSON knows."""
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if value is None or isinstance(value, str | bool | int) or (isinstance(value, float) and isfinite(value)):
        return value
    return repr(value)


def shown(value: Any) -> str:
    """Return a value as one short text for messages."""
    text = re.sub(r"\s+", " ", repr(value)[: 2 * _LONGEST])
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def sent_name(name: str) -> str:
    """Return the name under which a function is sent as a tool: providers take no dots there."""
    return name.replace(".", "_")
