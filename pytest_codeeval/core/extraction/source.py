"""Source: code with its strings and comments masked, its braces matched and its definitions found."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pytest_codeeval.core.extraction.inert import Inert
from pytest_codeeval.core.extraction.syntax import Syntax

_NOT_BREAK = re.compile(r"[^\n]")
_BRACES = re.compile(r"[{}]")
_POINTS = re.compile(r"[{}()\[\];]|\n\s*+")
_SEMICOLON = re.compile(r"[ \t]*+;")
_WORD = re.compile(r"[^\W\d]\w*")
# What a line begins or ends with whose neighbour belongs to it.
_GOES_ON = frozenset("{.?:&|+-*/=,)]<>%")
_OPEN_ENDED = frozenset("=,(+-*/&|?:<>%[")
_LINE = re.compile(r"^[ \t]*+", re.MULTILINE)
_BLANK = re.compile(r"\s*+")
_CLOSINGS = {"[": "]", "(": ")", "<": ">"}
_FAR = 2_000


@dataclass(frozen=True, slots=True)
class Definition:
    """A name defined at top level: `start` of its line, `end` behind it; a prototype has no body."""

    name: str
    kind: str  # "name" (a function), "type", "value" or "part" (of something, its name being all of its head)
    start: int
    end: int
    has_body: bool


class Source:
    """Code of one language; everything about it is found in linear time and never raises."""

    def __init__(self, code: str, syntax: Syntax) -> None:
        """Take the code as it is."""
        self.code = code
        self.syntax = syntax

    @cached_property
    def masked(self) -> str:
        """The code, blanks in place of strings and comments; of the same length, with the same lines."""
        return _blanked(self.code, self.inert)

    @cached_property
    def inert(self) -> list[tuple[int, int]]:
        """The spans of strings and comments."""
        return Inert(self.code, self.syntax).spans

    @cached_property
    def balance(self) -> int:
        """How many braces are open at the end; less than zero where more are closed than were opened."""
        return self.masked.count("{") - self.masked.count("}")

    @cached_property
    def is_surplus(self) -> bool:
        """Whether a brace is closed that was not opened here."""
        return bool(self._matching[1])

    @cached_property
    def words(self) -> frozenset[str]:
        """All names that occur outside strings and comments."""
        return frozenset(_WORD.findall(self.masked))

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """What is defined at top level, in order."""
        return tuple(self._definitions(r"\w+"))

    def defining(self, name: str) -> Definition | None:
        """Return the last definition of a function or value of this name that has a body."""
        if not name:
            return None
        found = [d for d in self._definitions(re.escape(name)) if d.has_body and d.kind in ("name", "value")]
        return found[-1] if found else None

    def closing(self, opening: int) -> int:
        """Return where the brace opened at `opening` is closed, the length of the code where it is not."""
        return self._matching[0].get(opening, len(self.code))

    def is_top_level(self, position: int) -> bool:
        """Whether a position is in no braces; in a language without them, whether its line is not indented."""
        if not self.syntax.braces:
            return self.code[position : position + 1] not in ("", " ", "\t")
        starts = self._groups
        at = bisect_left(starts, position) - 1
        return at < 0 or self.closing(starts[at]) < position

    def with_attached(self, definition: Definition) -> int:
        """Return where a definition begins with the comments and attributes above it, each of them whole."""
        start = at = definition.start
        while True:
            end = at
            while end and self.code[end - 1].isspace():
                end -= 1
            number = bisect_left(self._attachments, (end, 0)) - 1
            if number < 0 or self._attachments[number][1] < end:
                return start
            at = self._attachments[number][0]
            line = self.code.rfind("\n", 0, at) + 1
            if not self.code[line:at].strip():
                start = line  # what follows code on its line belongs to that

    @cached_property
    def _attachments(self) -> list[tuple[int, int]]:
        """The spans of comments and attributes."""
        comments = [span for span in self.inert if self.code.startswith(self.syntax.comments, span[0])]
        return sorted([*comments, *self._attributes])

    @cached_property
    def _attributes(self) -> list[tuple[int, int]]:
        """The spans of attributes that begin a line, or stand behind another that does."""
        spans, behind = [], 0
        for line in _LINE.finditer(self.masked):
            at = line.end()
            while at >= behind and (found := self.syntax.attached.match(self.masked, at)):
                behind = self._closing_bracket(found.end()) if found[0][-1] in _CLOSINGS else found.end()
                spans.append((found.start(), behind))
                blanks = _BLANK.match(self.masked, behind)
                at = blanks.end() if blanks else behind
        return spans

    def _closing_bracket(self, start: int) -> int:
        """Return the place behind the bracket that closes the one before `start`, if it is near."""
        opening = self.masked[start - 1]
        closing, depth = _CLOSINGS[opening], 1
        for at in range(start, min(len(self.masked), start + _FAR)):
            depth += (self.masked[at] == opening) - (self.masked[at] == closing)
            if not depth:
                return at + 1
        return start

    def without(self, spans: list[tuple[int, int]]) -> str:
        """Return the code without some spans, which do not overlap."""
        parts: list[str] = []
        at = 0
        for start, end in sorted(spans):
            parts.append(self.code[at:start])
            at = max(at, end)
        return "".join([*parts, self.code[at:]])

    @cached_property
    def imports(self) -> tuple[tuple[int, int], ...]:
        """The spans of the imports at top level."""
        spans = []
        for found in self.syntax.imports.finditer(self.code):
            start = found.start() + len(found[0]) - len(found[0].lstrip())
            if self.is_top_level(start) and self.masked[start : start + 1].strip():
                spans.append(found.span())
        return tuple(spans)

    @cached_property
    def _matching(self) -> tuple[dict[int, int], int]:
        """Where each brace that is closed is closed, and how many closing ones had no opening one."""
        pairs: dict[int, int] = {}
        opened: list[int] = []
        surplus = 0
        for found in _BRACES.finditer(self.masked):
            if found[0] == "{":
                opened.append(found.start())
            elif opened:
                pairs[opened.pop()] = found.start()
            else:
                surplus += 1
        return pairs, surplus

    @cached_property
    def _groups(self) -> list[int]:
        """The opening braces at top level."""
        groups: list[int] = []
        behind = -1
        for found in _BRACES.finditer(self.masked):
            if found[0] == "{" and found.start() > behind:
                groups.append(found.start())
                behind = self.closing(found.start())
        return groups

    def _definitions(self, name: str) -> Iterator[Definition]:
        pattern = re.compile(self.syntax.definition.replace("NAME", name), re.MULTILINE)
        behind = 0
        for found in pattern.finditer(self._bare):
            kind = found.lastgroup or "name"
            if found.start() >= behind and self.is_top_level(found.start()):
                end, has_body = self._extent(found.end(kind), kind)
                behind = end
                yield Definition(_squeezed(found[kind]), kind, self._start(found), end, has_body)

    def _start(self, found: re.Match[str]) -> int:
        """Return the start of the line, or the place behind a comment or attribute that ends on it."""
        number = bisect_left(self._attachments, (found.start(), 0)) - 1
        if number >= 0 and self._attachments[number][1] > found.start():
            return found.end() - len(found[0].lstrip())
        return found.start()

    @cached_property
    def _bare(self) -> str:
        """The masked code without attributes too."""
        return _blanked(self.masked, self._attributes)

    def _extent(self, start: int, kind: str) -> tuple[int, bool]:
        """Return the end of what is defined from `start` on, and whether there is a body."""
        if not self.syntax.braces:
            return start, True
        by_line = kind == "value" or (kind == "type" and self.syntax.line_ends)
        bare = kind == "name" and self.syntax.bare_bodies
        position, depth, body = start, 0, kind == "value"
        while found := _POINTS.search(self.masked, position):
            at, mark, position = found.start(), found[0][0], found.end()
            if mark == "{":
                position = min(self.closing(at) + 1, len(self.code))
                body = body or depth <= 0
                if depth <= 0 and not by_line:
                    return self._behind(position), True
            elif mark in "([":
                depth += 1
            elif mark in ")]":
                depth -= 1
            elif mark == "}":
                return at, body
            elif depth <= 0 and mark == ";":
                return position, body
            elif depth <= 0 and (by_line or bare) and self._breaks(at, position):
                return at, body or bare
        return len(self.code), body

    def _behind(self, end: int) -> int:
        """Return `end`, or the place behind a semicolon that follows it on the line."""
        found = _SEMICOLON.match(self.masked, end)
        return found.end() if found else end

    def _breaks(self, at: int, following: int) -> bool:
        """Whether the line break at `at` ends what stands before it, as far as operators tell."""
        before = self.masked[max(0, at - 80) : at].rstrip()[-1:]
        return self.masked[following : following + 1] not in _GOES_ON and before not in _OPEN_ENDED


def _blanked(code: str, spans: list[tuple[int, int]]) -> str:
    """Return code with blanks in place of spans, line breaks kept."""
    parts: list[str] = []
    at = 0
    for start, end in spans:
        parts += [code[at:start], _NOT_BREAK.sub(" ", code[start:end])]
        at = end
    return "".join([*parts, code[at:]])


def _squeezed(name: str) -> str:
    return " ".join(name.split())
