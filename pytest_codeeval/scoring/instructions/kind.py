"""Kind: one kind of instruction, which arguments it has and when a text follows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Args = Mapping[str, Any]
Rule = Callable[[str, Args], bool]
Wanted = Callable[[Any], bool]

AT_LEAST, LESS_THAN = "at least", "less than"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of instruction.

    `follows` is the published rule, `repaired` what it means to say where that is not the same. `wants` are its
    arguments, each with what a value has to be. `broken` makes of a text that follows it one that does not.
    """

    follows: Rule
    wants: Mapping[str, Wanted] = field(default_factory=dict)
    repaired: Rule | None = None
    broken: Callable[[str, Args], str] | None = None


def keeps(relation: str, count: int, bound: int) -> bool:
    """Whether a count is at least, or less than, what was asked for."""
    return count < bound if relation == LESS_THAN else count >= bound


def is_count(value: Any) -> bool:
    """Whether a value is a whole number that things can be counted to."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_place(value: Any) -> bool:
    """Whether a value is a whole number from 1."""
    return is_count(value) and value > 0


def is_text(value: Any) -> bool:
    """Whether a value is a text with something in it."""
    return isinstance(value, str) and bool(value.strip())


def is_letter(value: Any) -> bool:
    """Whether a value is one character, be it a letter or not."""
    return is_text(value) and len(value) == 1


def is_relation(value: Any) -> bool:
    """Whether a value says how a count is compared."""
    return value in (AT_LEAST, LESS_THAN)


def are_texts(value: Any) -> bool:
    """Whether a value is a list of texts with at least one in it."""
    return isinstance(value, list) and bool(value) and all(map(is_text, value))
