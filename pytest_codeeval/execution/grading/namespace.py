"""Namespace: names that one module lacks and another has, as if both were one program."""

import builtins
from collections.abc import Callable
from typing import Any


class Fallback(dict[str, Any]):
    """The builtins of a module that finds further names elsewhere, when it needs them and as they are then.

    Python asks `__builtins__` for a name that a module does not bind. What is built in goes first.
    """

    def __init__(self, find: Callable[[str], Any]) -> None:
        """`find` returns what a name stands for, or raises KeyError."""
        super().__init__(__import__=builtins.__import__, __build_class__=builtins.__build_class__)
        self._find = find

    def __missing__(self, name: str) -> Any:
        built_in = vars(builtins)
        return built_in[name] if name in built_in else self._find(name)
