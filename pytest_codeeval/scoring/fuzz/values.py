"""Values: inputs and outputs as they stand in files and calls, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pytest_codeeval.execution.attempts.cases import input_text
from pytest_codeeval.execution.grading.decoding import make_hook
from pytest_codeeval.execution.grading.failure import shown

Arguments = tuple[Any, ...]
_LONGEST_CALL = 300
OBJECT = '{"h":'
"""What stands in an output where an object is no value."""


class _Thing:
    """An object that is no value."""

    def __repr__(self) -> str:
        return "<an object>"


def _thing(tag: str, _payload: Any) -> Any:
    if tag != "h":
        raise ValueError("no value")
    return _Thing()


_decode = json.JSONDecoder(object_hook=make_hook(_thing)).decode


def text_of(arguments: Sequence[Any]) -> str:
    """Return the arguments of a call as a line of text. Raises ValueError for a value that has no such form."""
    return input_text(arguments)


def value_in(text: str) -> Any:
    """Return the value that a text stands for. Raises ValueError, TypeError, KeyError or the like if it is none."""
    return _decode(text)


def call_of(name: str, arguments: Sequence[Any]) -> str:
    """Return a call as it is shown."""
    call = f"{name}({', '.join(map(shown, arguments))})"
    return call if len(call) <= _LONGEST_CALL else f"{call[:_LONGEST_CALL]}…"
