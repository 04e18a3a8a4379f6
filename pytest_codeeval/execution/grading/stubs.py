"""Stubs: what a solution holds in place of an object of the tests'."""

from collections.abc import Callable, Iterator
from typing import Any

from pytest_codeeval.execution.grading.peer import TEXTS

Ask = Callable[[str, int, Any, Any], Any]
"""Has the tests do something with an object of theirs: operation, number, arguments, keyword arguments."""


class Token:
    """An object of the tests, as the solution sees it: it is itself, and nothing else."""

    def __init__(self, ask: Ask, number: int, texts: list[Any]) -> None:
        """`texts` are what a function is known by; see TEXTS."""
        self._ask = ask
        self._number = number
        vars(self).update(zip(TEXTS, texts, strict=True))


class _Function(Token):
    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        return self._ask("call", self._number, args, kwargs)


class _Iterator(_Function):
    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return self._ask("next", self._number, (), {})


_KINDS: dict[str, type[Token]] = {"n": _Iterator, "c": _Function}


def make_stub(able: str, ask: Ask, number: int, texts: list[Any]) -> Token:
    """Return the stub for an object that can be called (c), gone through (n), or neither."""
    return _KINDS.get(able, Token)(ask, number, texts)


def number_of(stub: Token) -> int:
    """Return the number by which the tests know an object."""
    number: int = vars(stub)["_number"]
    return number
