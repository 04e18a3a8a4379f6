"""Own: inputs that are made for one program, of the numbers and texts that it names and nobody else does."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from pytest_codeeval.scoring.fuzz.domain import constants_of
from pytest_codeeval.scoring.fuzz.inputs import written
from pytest_codeeval.scoring.fuzz.model import InputModel
from pytest_codeeval.scoring.fuzz.values import Arguments

_MOST_CONSTANTS, _MOST_EXAMPLES, _MOST_TRIED, _MOST = 12, 3, 2000, 40
_LARGEST, _LONGEST = 10**12, 40
_SMALL = range(-3, 13)
"""Numbers that are among all inputs in any case."""


def own_inputs(program: str, model: InputModel) -> list[Arguments]:
    """Return inputs like the examples that have a value a program names, or one next to it: there it may turn.

    What the problem or its canonical solution names is left out; it is tried on all programs.
    """
    found: dict[str, Arguments] = {}
    for one in islice(_made(program, model), _MOST_TRIED):
        arguments = model.mended(one)
        if arguments is not None and model.has(arguments):
            found.setdefault(written(arguments), arguments)
        if len(found) >= _MOST:
            break
    return list(found.values())


def _made(program: str, model: InputModel) -> Iterator[Arguments]:
    values = _news(program, model)
    for value in values:
        for arguments in model.seen[:_MOST_EXAMPLES]:
            for at, old in enumerate(arguments):
                for new in _with(old, value):
                    yield (*arguments[:at], new, *arguments[at + 1 :])


def _news(program: str, model: InputModel) -> list[Any]:
    domain = model.domain
    known = {*domain.numbers, *domain.floats, *domain.texts, *_SMALL, ""}
    named = [value for value in dict.fromkeys(constants_of(program)) if value not in known and _is_handy(value)]
    named = named[:_MOST_CONSTANTS]
    near = [value + step for value in named if type(value) is int for step in (1, -1)]
    return list(dict.fromkeys([*named, *near]))


def _is_handy(value: Any) -> bool:
    return len(value) <= _LONGEST if isinstance(value, str) else bool(abs(value) <= _LARGEST)


def _with(old: Any, value: Any) -> Iterator[Any]:
    """Yield what has a value in the place of another, or within it: at its end, and for its first part."""
    if type(old) is type(value):
        yield value
    if isinstance(old, str) and isinstance(value, str):
        yield from (old + value, value + old)
    elif isinstance(old, list | tuple):
        kind = type(old)
        if not old or type(old[0]) is type(value):
            yield from (kind([*old, value]), kind([value, *old[1:]]), kind([value]))
        elif isinstance(old[0], list | tuple):
            yield from (kind([inner, *old[1:]]) for inner in _with(old[0], value))
