"""Attached: the comments, attributes and annotations of code, and where what they belong to begins with them."""

from __future__ import annotations

import re
from bisect import bisect_left

_LINE = re.compile(r"^[ \t]*+", re.MULTILINE)
_BLANK = re.compile(r"\s*+")
_CLOSINGS = {"[": "]", "(": ")", "<": ">"}
Span = tuple[int, int]


class Attached:
    """The spans of comments and attributes, each of them whole."""

    def __init__(self, code: str, masked: str, comments: list[Span], pattern: re.Pattern[str]) -> None:
        """Find the attributes by the pattern that they begin with, up to the bracket that it opens."""
        self._code = code
        self._masked = masked
        self.attributes = self._found(pattern)
        self._spans = sorted([*comments, *self.attributes])

    def goes_on_at(self, position: int) -> bool:
        """Whether one of them began before a position and ends behind it."""
        number = self._before(position)
        return number >= 0 and self._spans[number][1] > position

    def start(self, position: int) -> int:
        """Return where what begins at `position` begins with those in front of it; blank lines part nothing."""
        start = at = position
        while True:
            end = at
            while end and self._code[end - 1].isspace():
                end -= 1
            number = self._before(end)
            if number < 0 or self._spans[number][1] < end:
                return start
            at = self._spans[number][0]
            line = self._code.rfind("\n", 0, at) + 1
            if not self._code[line:at].strip():
                start = line  # what follows code on its line belongs to that

    def _before(self, position: int) -> int:
        return bisect_left(self._spans, (position, 0)) - 1

    def _found(self, pattern: re.Pattern[str]) -> list[Span]:
        """Return the spans of attributes that begin a line, or stand behind another that does."""
        spans, behind = [], 0
        pairs: dict[str, dict[int, int]] = {}  # by kind of bracket
        for line in _LINE.finditer(self._masked):
            at = line.end()
            while at >= behind and (found := pattern.match(self._masked, at)):
                behind, bracket = found.end(), found[0][-1]
                if bracket in _CLOSINGS:
                    if bracket not in pairs:
                        pairs[bracket] = self._pairs(bracket)
                    behind = pairs[bracket].get(behind - 1, behind - 1) + 1
                spans.append((found.start(), behind))
                blanks = _BLANK.match(self._masked, behind)
                at = blanks.end() if blanks else behind
        return spans

    def _pairs(self, opening: str) -> dict[int, int]:
        """Return where each bracket of a kind is closed, if it is."""
        pairs: dict[int, int] = {}
        opened: list[int] = []
        for found in re.finditer(f"[{re.escape(opening + _CLOSINGS[opening])}]", self._masked):
            if found[0] == opening:
                opened.append(found.start())
            elif opened:
                pairs[opened.pop()] = found.start()
        return pairs
