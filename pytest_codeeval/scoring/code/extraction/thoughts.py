"""Thoughts: the thinking in the lines of an answer that holds code, which may look like a mark itself."""

from __future__ import annotations

import re

from pytest_codeeval.scoring.code.extraction.layout import Layout
from pytest_codeeval.scoring.code.extraction.prose import is_prose
from pytest_codeeval.scoring.code.extraction.shelter import Shelter
from pytest_codeeval.scoring.marks import Mark, Marks
from pytest_codeeval.scoring.thinking import PATIENCE, end_of

_QUOTES = frozenset("`\"'#")


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
            after = end_of(self._lines, number, begun, patient=self._passages <= PATIENCE)
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
