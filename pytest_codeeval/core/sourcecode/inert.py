"""Inert: where the strings and comments of code are, each of them whole, however they nest."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache

from pytest_codeeval.core.sourcecode.syntax import Syntax

_NOT_BREAK = re.compile(r"[^\n]")
_COMMENT_MARK = re.compile(r"/\*|\*/")


class Inert:
    """Finds the spans of code that are none; in linear time, as what proves to be open is not looked at again."""

    def __init__(self, code: str, syntax: Syntax) -> None:
        """Read the code; `spans` are in order, and each is a string or a comment."""
        self._code = code
        self._syntax = syntax
        self._lines: dict[str, list[int]] | None = None
        self._open_ended = False
        self.spans = self._found()

    def _found(self) -> list[tuple[int, int]]:
        spans, position = [], 0
        while found := self._syntax.inert.search(self._code, position):
            start, position = found.start(), max(found.end(), found.start() + 1)
            end = self._end(found)
            if end is not None:
                position = max(position, end)
                spans.append((start, position))
        return spans

    def _end(self, found: re.Match[str]) -> int | None:
        """Return where what was found ends, None if it is nothing after all (a shift, no here-document)."""
        groups = found.groupdict()
        if groups.get("heredoc"):
            return self._end_of_heredoc(found["heredoc"], found.end())
        if groups.get("nested"):
            return self._end_of_nested(found.start())
        if groups.get("open") and not self._open_ended:
            end = self._end_of_quoted(found.end("open"), found["open"])
            self._open_ended = end is None
            return found.end() if end is None else end
        return found.end()

    def _end_of_heredoc(self, name: str, start: int) -> int | None:
        if self._lines is None:
            self._lines, at = {}, 0
            for line in self._code.split("\n"):
                self._lines.setdefault(line.strip(" \t;,)"), []).append(at)
                at += len(line) + 1
        starts = self._lines.get(name, [])
        at = bisect_right(starts, start)
        return starts[at] + len(name) if at < len(starts) else None

    def _end_of_nested(self, start: int) -> int:
        depth = 0
        for mark in _COMMENT_MARK.finditer(self._code, start):
            depth += 1 if mark[0] == "/*" else -1
            if not depth:
                return mark.end()
        return len(self._code)

    def _end_of_quoted(self, position: int, quote: str) -> int | None:
        """Return the end of a string that may hold code which holds strings, None if it has none."""
        inside: list[str | int] = [quote]  # quotes of strings, and for code in them how many brackets are open
        while inside:
            top = inside[-1]
            pattern = _in_code(self._syntax) if isinstance(top, int) else _in_string(self._syntax, top)
            found = pattern.search(self._code, position)
            if found is None:
                return None
            position = max(found.end(), found.start() + 1)
            if isinstance(top, str):
                if found[0] == top:
                    inside.pop()
                elif found[0][0] != "\\":
                    inside.append(1)
            elif mark := found["mark"]:
                inside[-1] = top + (1 if mark in "{(" else -1)
                if not inside[-1]:
                    inside.pop()
            elif found["open"]:
                position = found.end("open")
                inside.append(found["open"])
        return position


@cache
def _in_string(syntax: Syntax, quote: str) -> re.Pattern[str]:
    """What counts within a string: an escape, code, the end."""
    return re.compile(rf"\\.|{re.escape(syntax.interpolation)}|{re.escape(quote)}", re.DOTALL)


@cache
def _in_code(syntax: Syntax) -> re.Pattern[str]:
    """What counts in code within a string: other strings and comments, and the brackets that it stands in."""
    brackets = r"[()]" if "(" in syntax.interpolation else "[{}]"
    return re.compile(f"{syntax.inert.pattern}|(?P<mark>{brackets})", syntax.inert.flags)


def blanked(code: str, spans: list[tuple[int, int]]) -> str:
    """Return code with blanks in place of spans, line breaks kept."""
    parts: list[str] = []
    at = 0
    for start, end in spans:
        parts += [code[at:start], _NOT_BREAK.sub(" ", code[start:end])]
        at = end
    return "".join([*parts, code[at:]])
