"""Place: the numbers, texts or lists of one argument, for what is said of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pytest_codeeval.scoring.fuzz.relations import Relation
from pytest_codeeval.scoring.fuzz.values import Arguments

Holds = Callable[[Any], bool]
Change = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Place:
    """The parts of one kind in an argument: "number", "text" or "list", of lists those that hold no others."""

    at: int
    kind: str

    def parts(self, arguments: Arguments) -> Iterator[Any]:
        """Yield them."""
        yield from _parts(arguments[self.at], self.kind)

    def changed(self, arguments: Arguments, change: Change) -> Arguments:
        """Return arguments with each of them changed."""
        return put(arguments, self.at, _changed(arguments[self.at], self.kind, change))

    def relation(self, name: str, holds: Holds, mend: Change | None) -> Relation:
        """Return the relation that something holds for all of them."""

        def mended(arguments: Arguments) -> Arguments:
            return self.changed(arguments, mend) if mend else arguments

        return Relation(f"argument {self.at}: {name}", lambda arguments: all(map(holds, self.parts(arguments))), mended)


def put(arguments: Arguments, at: int, value: Any) -> Arguments:
    """Return arguments with another value in one place."""
    return (*arguments[:at], value, *arguments[at + 1 :])


def _parts(value: Any, kind: str) -> Iterator[Any]:
    if _is(value, kind):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _parts(item, kind)


def _changed(value: Any, kind: str, change: Change) -> Any:
    if _is(value, kind):
        return change(value)
    if isinstance(value, list | tuple):
        return type(value)(_changed(item, kind, change) for item in value)
    return value


def _is(value: Any, kind: str) -> bool:
    match value:
        case bool():
            return False
        case int() | float():
            return kind == "number"
        case str():
            return kind == "text"
        case list() | tuple():
            return kind == "list" and not any(isinstance(item, list | tuple) for item in value)
    return False
