"""Relations: what holds between or within arguments in all examples, and so is taken for a condition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise, permutations
from math import factorial, log2
from typing import Any

from pytest_codeeval.scoring.fuzz.values import Arguments

_EVIDENCE = 6.0
"""Bits: how unlikely it has to be that a relation holds in all examples by chance."""
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_BRACKETS = frozenset("()[]{}")
_BLANKS = 4
"""Blanks in all examples together that tell whether two may follow each other, or one stand at an end."""
_ORDERED = r"sort|order|ascend|descend|increas|decreas|interval|start"
_NEVER = r"(?!)"
_ALIKE = r"\b(?:same|equal|identical) (?:length|size|number)|equally|correspond|of length|of size"


@dataclass(frozen=True, slots=True)
class Relation:
    """Whether it holds for arguments, and how to make it hold, if there is a way other than to take others.

    `words` is what a problem says that means it, for what a contract would ask for as well.
    """

    name: str
    holds: Callable[[Arguments], bool]
    mend: Callable[[Arguments], Arguments] = lambda arguments: arguments
    words: str = ""


def relations_in(seen: Sequence[Arguments]) -> tuple[Relation, ...]:
    """Return the relations that hold in all examples, and would hardly do so by chance."""
    width = min(map(len, seen), default=0)
    found = [*_alone(seen, width), *_between(seen, width)] if len(seen) > 1 else []
    return tuple(found)


def _alone(seen: Sequence[Arguments], width: int) -> Iterator[Relation]:
    for at in range(width):
        column = [arguments[at] for arguments in seen]
        if all(isinstance(value, list | tuple) for value in column):
            yield from _orders(at, column)
            yield from _rows(at, column)
        if all(isinstance(value, str) for value in column):
            yield from _texts(at, column)


def _texts(at: int, column: Sequence[str]) -> Iterator[Relation]:
    if _tell_of_balance(column):
        words = all(map(_balanced_words, column))
        yield Relation(f"argument {at} is balanced", partial(_at, _balanced_words if words else _balanced, at))
    if sum(value.count(" ") for value in column) >= _BLANKS and all(map(_is_of_words, column)):
        is_so, mend = partial(_at, _is_of_words, at), partial(_changed, _in_words, at)
        yield Relation(f"argument {at} has single blanks", is_so, mend, _NEVER)


def _orders(at: int, column: Sequence[Any]) -> Iterator[Relation]:
    evidence = sum(log2(factorial(min(len(set(map(repr, value))), 20))) for value in column)
    for name, reverse in (("ascending", False), ("descending", True)):
        in_order, order = partial(_is_sorted, reverse=reverse), partial(_sorted, reverse=reverse)
        if evidence >= _EVIDENCE and all(map(in_order, column)):
            mend = partial(_changed, order, at)
            yield Relation(f"argument {at} is {name}", partial(_at, in_order, at), mend, _ORDERED)


def _rows(at: int, column: Sequence[Any]) -> Iterator[Relation]:
    filled = [value for value in column if value]
    if not filled or not all(isinstance(row, list | tuple) for value in filled for row in value):
        return
    if all(map(_is_even, filled)) and any(len(value) > 1 for value in filled):
        yield Relation(
            f"rows of argument {at} are equally long", partial(_at, _is_even, at), partial(_changed, _evened, at)
        )
    if all(map(_is_square, filled)):
        yield Relation(f"argument {at} is square", partial(_at, _is_square, at), partial(_changed, _squared, at))


def _at(holds: Callable[[Any], bool], at: int, given: Arguments) -> bool:
    return holds(given[at])


def _changed(change: Callable[[Any], Any], at: int, given: Arguments) -> Arguments:
    return _with(given, at, change(given[at]))


def _between(seen: Sequence[Arguments], width: int) -> Iterator[Relation]:
    for one, other in permutations(range(width), 2):
        pairs = [(arguments[one], arguments[other]) for arguments in seen]
        if one < other and _are_equally_long(pairs):
            yield Relation(f"arguments {one} and {other} are equally long", *equally_long(one, other), _ALIKE)
        if all(isinstance(a, list | tuple | str) and type(b) is int for a, b in pairs):
            yield from _of_length(one, other, pairs)
        if one < other and len(pairs) > 2 and all(_is_below(a, b) for a, b in pairs):
            yield Relation(f"argument {one} is below argument {other}", *_below(one, other))


def _are_equally_long(pairs: Sequence[tuple[Any, Any]]) -> bool:
    texts = all(isinstance(a, str) and isinstance(b, str) for a, b in pairs)
    if not texts and not all(isinstance(a, list | tuple) and isinstance(b, list | tuple) for a, b in pairs):
        return False
    lengths = {len(a) for a, _ in pairs if len(a) > 1}
    # Of texts that are one word or another some are as long as each other by chance.
    return all(len(a) == len(b) for a, b in pairs) and len(lengths) > texts and (len(pairs) > 2 or not texts)


def _is_below(one: Any, other: Any) -> bool:
    return isinstance(one, int | float) and isinstance(other, int | float) and one < other


def _of_length(one: int, other: int, pairs: Sequence[tuple[Any, int]]) -> Iterator[Relation]:
    """Yield how a number goes with the length of a sequence."""
    if all(len(a) == b for a, b in pairs):
        yield Relation(
            f"argument {other} is the length of argument {one}",
            lambda given: given[other] == len(given[one]),
            lambda given: _with(given, other, len(given[one])),
        )
    elif all(0 <= b <= len(a) for a, b in pairs):
        least = min(b for _, b in pairs)
        below = all(b < len(a) for a, b in pairs)
        yield Relation(
            f"argument {other} is {'below' if below else 'at most'} the length of argument {one}",
            lambda given: min(least, 1) <= given[other] <= len(given[one]) - below,
            lambda given: _with(given, other, max(min(given[other], len(given[one]) - below), min(least, 1))),
        )


def equally_long(one: int, other: int) -> tuple[Callable[[Arguments], bool], Callable[[Arguments], Arguments]]:
    """Return whether two arguments are as long as each other, and how to cut the longer one."""

    def mend(given: Arguments) -> Arguments:
        length = min(len(given[one]), len(given[other]))
        return _with(_with(given, one, given[one][:length]), other, given[other][:length])

    return lambda given: len(given[one]) == len(given[other]), mend


def _below(one: int, other: int) -> tuple[Callable[[Arguments], bool], Callable[[Arguments], Arguments]]:
    def mend(given: Arguments) -> Arguments:
        low, high = sorted((given[one], given[other]))
        return _with(_with(given, one, low), other, high)

    return lambda given: given[one] <= given[other], mend


def _with(given: Arguments, at: int, value: Any) -> Arguments:
    return (*given[:at], value, *given[at + 1 :])


def _is_sorted(value: Sequence[Any], reverse: bool) -> bool:
    try:
        return all((a >= b) if reverse else (a <= b) for a, b in pairwise(value))
    except TypeError:
        return False


def _sorted(value: Any, reverse: bool) -> Any:
    try:
        return type(value)(sorted(value, reverse=reverse))
    except TypeError:
        return value


def _is_even(rows: Sequence[Any]) -> bool:
    return all(isinstance(row, list | tuple) for row in rows) and len({len(row) for row in rows}) <= 1


def _is_square(rows: Sequence[Any]) -> bool:
    return all(isinstance(row, list | tuple) and len(row) == len(rows) for row in rows)


def _evened(rows: Any) -> Any:
    width = min(map(len, rows), default=0)
    return type(rows)(row[:width] for row in rows)


def _squared(rows: Any) -> Any:
    width = min(map(len, [rows, *rows]))
    return type(rows)(row[:width] for row in rows[:width])


def _is_of_words(text: str) -> bool:
    return not text or "" not in text.split(" ")


def _in_words(text: str) -> str:
    return " ".join(word for word in text.split(" ") if word)


def _balanced(text: str) -> bool:
    waiting: list[str] = []
    for letter in text:
        if letter in _PAIRS:
            waiting.append(_PAIRS[letter])
        elif letter in _BRACKETS and (not waiting or waiting.pop() != letter):
            return False
    return not waiting


def _balanced_words(text: str) -> bool:
    return all(map(_balanced, text.split(" ")))


def _tell_of_balance(column: Sequence[str]) -> bool:
    return sum(bool(_BRACKETS & set(value)) for value in column) > 2 and all(map(_balanced, column))
