"""Thinking that a model wrote into its answer: where it begins and where the answer goes on."""

from __future__ import annotations

import re

from pytest_codeeval.core.extraction.layout import Layout
from pytest_codeeval.core.extraction.marks import Mark, Marks, ends_of
from pytest_codeeval.core.extraction.prose import is_prose
from pytest_codeeval.core.extraction.shelter import Shelter

_QUOTES = frozenset("`\"'#")
# How many passages may cost a look at all the lines behind them.
_PATIENCE = 50


class Thoughts:
    """The thinking in the lines of one answer."""

    def __init__(self, lines: list[str], marks: Marks, *, python: bool) -> None:
        """Prepare to read `lines`, which are cut where the answer goes on in the midst of one."""
        self._lines = lines
        self._marks = marks
        self._shelter = Shelter(lines, marks, python=python)
        self._first = next((number for number, line in enumerate(lines) if line.strip()), 0)
        self._since = 0
        self._passages = 0
        self._endless: set[Mark] = set()

    def passed(self, number: int, layout: Layout) -> int | None:
        """Return where reading goes on if a line begins or ends thinking, -1 for nowhere; None if it is no mark."""
        line = self._lines[number]
        begun = _begun(line, self._marks, first=number == self._first)
        if begun and begun[0] not in self._endless and not self._is_code(number):
            self._passages += 1
            after = _behind(self._lines, number, begun, patient=self._passages <= _PATIENCE)
            self._since = max(self._since, after)
            if after >= 0 or begun[0].sure:
                layout.unfinished_thinking = after < 0
                return after
            self._endless.add(begun[0])
        close = _lone_close(line, self._marks)
        if close is None or self._is_code(number):
            return None
        layout.forget()
        end = close.end()
        while following := self._marks.closing.match(line, end):
            end = following.end()
        self._lines[number] = line[end:]
        self._since = number
        return number

    def _is_code(self, number: int) -> bool:
        return number > self._first and self._shelter.holds(number, self._since)


def behind_thinking(text: str, marks: Marks) -> str | None:
    """Return an answer without the thinking that it begins with, None if it ends in that."""
    for _ in range(_PATIENCE):
        lines = text.split("\n")
        first = next((number for number, line in enumerate(lines) if line.strip()), 0)
        begun = marks.begun(lines[first], first=True)
        if begun is None:
            break
        after = _behind(lines, first, begun, patient=True)
        if after < 0:
            return None if begun[0].sure else text
        text = "\n".join(lines[after:])
    return text


def begins_with_thinking(text: str, marks: Marks) -> bool:
    """Whether a mark opens thinking at the start of an answer, be it text that parses."""
    line = text.lstrip().partition("\n")[0]
    return marks.begun(line, first=True) is not None


def is_close(line: str, marks: Marks) -> bool:
    """Whether a line is a closing mark and nothing else."""
    return marks.closing.fullmatch(line.strip()) is not None


def _begun(line: str, marks: Marks, *, first: bool) -> tuple[Mark, str, int] | None:
    """Return the mark that opens thinking at the start of a line, or behind the words that are all else on it."""
    if found := marks.begun(line, first=first):
        return found
    behind = marks.opening.search(line)
    if behind is None or line[behind.end() :].strip() or not is_prose(line):
        return None
    if not re.search(r"\w", line[: behind.start()]) or _QUOTES & set(line[: behind.start()]):
        return None
    return marks.begun(line[behind.start() :], first=False)


def _lone_close(line: str, marks: Marks) -> re.Match[str] | None:
    """Find a closing mark at an edge of a line, not one that is talked about: what was said before it was thinking."""
    found = marks.closing.search(line)
    if found is None:
        return None
    before, behind = line[: found.start()], line[found.end() :]
    if (before.strip() and behind.strip()) or "`" in before or marks.opening.search(before):
        return None
    return found


def _behind(lines: list[str], start: int, begun: tuple[Mark, str, int], *, patient: bool) -> int:
    """Return the line where the answer goes on, its start cut to what follows the closing mark; -1 if none does.

    A patient look goes on to the end for the same word before it takes another one.
    """
    mark, word, end = begun
    for closing in ends_of(mark, word)[0 if patient else -1 :]:
        for number in range(start, len(lines)):
            found = closing.search(lines[number], end if number == start else 0)
            if found:
                lines[number] = lines[number][found.end() :]
                return number
    return -1
