"""Inputs: what to try a problem's solutions on, the same for the same problem and seed."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from typing import Any

import hypothesis

from pytest_codeeval.scoring.fuzz.generation import arguments
from pytest_codeeval.scoring.fuzz.model import InputModel, is_plain
from pytest_codeeval.scoring.fuzz.values import Arguments

_BYTES = 4096
_TRIES = 6
_LARGEST = 20_000
"""Characters of an input, written out."""


def inputs(model: InputModel, count: int, seed: int, name: str) -> list[Arguments]:
    """Return up to `count` different inputs beside those that were seen; `name` is the problem's."""
    made: dict[str, Arguments] = {}
    known = {written(one) for one in model.seen}

    @hypothesis.settings(database=None, deadline=None)
    @hypothesis.given(arguments(model))
    def keep(found: Arguments) -> None:
        text = written(found)
        if text not in known and len(text) <= _LARGEST and is_plain(found) and model.has(found):
            made.setdefault(text, found)

    for buffer in _noise(seed, name, _TRIES * count):
        # Not by a run of the property: that mixes in constants of whatever modules this process has.
        keep.hypothesis.fuzz_one_input(buffer)  # type: ignore[attr-defined]
        if len(made) >= count:
            break
    return sorted(made.values(), key=size)


def _noise(seed: int, name: str, count: int) -> Iterator[bytes]:
    source = random.Random(hashlib.sha256(f"{seed} {name}".encode()).digest())  # noqa: S311 - to be repeated
    for _ in range(count):
        yield source.randbytes(_BYTES)


def written(arguments: Arguments) -> str:
    """Return arguments as text, the same for the same values."""
    return repr(tuple(map(_in_order, arguments)))


def _in_order(value: Any) -> Any:
    if isinstance(value, set | frozenset):
        return (type(value).__name__, sorted(map(repr, value)))
    if isinstance(value, list | tuple):
        return type(value)(map(_in_order, value))
    if isinstance(value, dict):
        return {key: _in_order(item) for key, item in value.items()}
    return value


def size(arguments: Arguments) -> tuple[int, str]:
    """Return what inputs are ordered by, the simple ones first."""
    text = written(arguments)
    return len(text), text
