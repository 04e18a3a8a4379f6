"""An answer read in one way after the other: as it stands, its final channel alone, and out of another dress."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from pytest_codeeval.core.extraction.channels import final_channel, lost_channel
from pytest_codeeval.core.extraction.dressing import fenced_again, unquoted, visible
from pytest_codeeval.core.solution import Method, Solution
from pytest_codeeval.core.verdict import Cause

# No honest answer is longer, and each dress may cost as much as the first reading.
_MOST = 200_000


class Reading(Protocol):
    """What was found in one text."""

    @property
    def said(self) -> str:
        """The text without thinking."""

    @property
    def solution(self) -> Solution:
        """The best that the text holds."""

    @property
    def is_sound(self) -> bool:
        """Whether the solution is a program that defines what was asked for."""

    @property
    def is_whole(self) -> bool:
        """Whether it is sound by itself, not only with the prompt in front."""


def best_reading(answer: str, read: Callable[[str], Reading]) -> Solution:
    """Return the solution of the first reading that is sound, else that of the plainest."""
    final = final_channel(answer)
    if final is None:
        return Solution(None, Method.NONE, Cause.THINKING_LEAKED)
    first = read(final)
    lost = lost_channel(final)
    if lost and not (first.is_sound and lost[0] in (first.solution.code or "")):
        first = read(lost[1])
    if first.is_sound or first.solution.cause is Cause.THINKING_LEAKED:
        return first.solution
    fenced = first.solution.method in (Method.FENCED, Method.UNCLOSED)
    for reading in _readings(first, read):
        if reading.is_whole or (reading.is_sound and not fenced) or reading.solution.cause is Cause.THINKING_LEAKED:
            return reading.solution
    return first.solution


def _readings(first: Reading, read: Callable[[str], Reading]) -> Iterator[Reading]:
    """Yield the readings of what a first one leaves, plain text before other marks of fences."""
    if len(first.said) > _MOST:
        return
    seen = {first.said}
    bases = [first]
    for text in (visible(first.said), unquoted(visible(first.said))):
        if text not in seen:
            seen.add(text)
            bases.append(read(text))
            yield bases[-1]
    for base in bases:
        for text in fenced_again(base.said):
            if text not in seen:
                seen.add(text)
                yield read(text)
