"""An answer read in one way after the other: as it stands, its final channel alone, and out of another dress."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.scoring.channels import final_channel, lost_channel
from pytest_codeeval.scoring.code.extraction.dressing import fenced_again, unquoted
from pytest_codeeval.scoring.code.extraction.unseen import visible
from pytest_codeeval.scoring.code.solution import Method, Solution
from pytest_codeeval.scoring.marks import Marks
from pytest_codeeval.scoring.thinking import behind_thinking

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
        """Whether it is sound, and nothing that stood around it can have been a part of it."""


def best_reading(answer: str, marks: Marks, read: Callable[[str], Reading]) -> Solution:
    """Return the solution of the first reading that is sound, else that of the plainest."""
    final = final_channel(answer)
    final = final and behind_thinking(final, marks)
    if final is None:
        return Solution(None, Method.NONE, Cause.THINKING_LEAKED)
    solution, is_sound = _best(final, marks, read)
    lost = lost_channel(final)
    if lost and not (is_sound and lost[0] in (solution.code or "")):
        solution, _ = _best(lost[1], marks, read)
    return solution


def _best(text: str, marks: Marks, read: Callable[[str], Reading]) -> tuple[Solution, bool]:
    """Return the solution, and whether it is sound."""
    first = read(text)
    if first.is_whole or first.solution.cause is Cause.THINKING_LEAKED:
        return first.solution, first.is_sound
    for reading in _readings(text, first, marks, read):
        if reading.solution.cause is Cause.THINKING_LEAKED and not first.is_sound:
            return reading.solution, False
        if reading.is_sound and _is_better(reading, first):
            return reading.solution, True
    return first.solution, first.is_sound


def _is_better(reading: Reading, first: Reading) -> bool:
    """Whether what another dress held is to be taken.

    Over a program only one of which that is a part is, and over a body only a whole function.
    """
    solution = reading.solution
    earlier, later = (first.solution.code or "").strip(), (solution.code or "").strip()
    if first.is_sound and first.solution.method is Method.CONTINUATION:
        return solution.method is not Method.CONTINUATION and (reading.is_whole or solution.method is Method.UNCLOSED)
    if first.is_sound:
        return earlier != later and earlier in later
    fenced = first.solution.method in (Method.FENCED, Method.UNCLOSED)
    return not fenced or solution.method is not Method.CONTINUATION


def _readings(text: str, first: Reading, marks: Marks, read: Callable[[str], Reading]) -> Iterator[Reading]:
    """Yield the readings of a text and of what a first one left of it, plain text before other marks of fences."""
    seen = {text, first.said}
    bases = [text, first.said] if first.said != text else [text]
    for plain in list(bases):
        deeper = plain
        for dropped in (visible, unquoted, unquoted, unquoted):
            deeper = dropped(deeper)
            if deeper not in seen and len(deeper) <= _MOST:
                seen.add(deeper)
                reading = read(deeper)
                yield reading
                bases += [deeper, reading.said]
    for base in bases:
        for dressed in fenced_again(base, marks) if len(base) <= _MOST else ():
            if dressed not in seen:
                seen.add(dressed)
                yield read(dressed)
