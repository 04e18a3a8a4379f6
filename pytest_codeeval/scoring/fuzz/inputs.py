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

_AT_ONCE = 8
_BYTES = 4096 * _AT_ONCE
_TRIES = 6
_IN_VAIN = 80
"""Inputs in succession that are known or none: then there are hardly any others."""
_LARGEST = 20_000
"""Characters of an input, written out."""


def inputs(model: InputModel, count: int, seed: int, name: str) -> list[Arguments]:
    """Return up to `count` different inputs beside those that were seen; `name` is the problem's."""
    made: dict[str, Arguments] = {}
    known = {written(one) for one in model.seen}
    vain = 0

    @hypothesis.settings(database=None, deadline=None)
    @hypothesis.given(arguments(model, _AT_ONCE))
    def keep(drawn: list[Arguments]) -> None:
        nonlocal vain
        for found in drawn:
            text = written(found)
            if text in known or len(text) > _LARGEST or not is_plain(found) or not model.has(found):
                vain += 1
            elif len(made) < count:
                known.add(text)
                made[text], vain = found, 0

    for buffer in _noise(seed, name, _TRIES * count // _AT_ONCE + 1):
        # Not by a run of the property: that mixes in constants of whatever modules this process has.
        keep.hypothesis.fuzz_one_input(buffer)  # type: ignore[attr-defined]
        if len(made) >= count or vain > _IN_VAIN:
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
