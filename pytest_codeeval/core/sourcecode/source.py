"""Source: code with its strings and comments masked, its braces matched and its definitions found."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property

from pytest_codeeval.core.sourcecode.attached import Attached
from pytest_codeeval.core.sourcecode.definition import Definition
from pytest_codeeval.core.sourcecode.inert import Inert, blanked
from pytest_codeeval.core.sourcecode.syntax import Syntax

_BRACES = re.compile(r"[{}]")
_POINTS = re.compile(r"[{}()\[\];]|\n\s*+")
_SEMICOLON = re.compile(r"[ \t]*+;")
# In languages without braces: where a function ends, on its own line or a later one, and what belongs to a value.
_ENDED = re.compile(r"\bend\b[\s;]*\Z|\)[ \t]*+=(?!=)")
_END = re.compile(r"^end\b", re.MULTILINE)
_INNER_LINE = re.compile(r"\n(?:\s*\n)?(?:[ \t]++\S|[)\]}])")
_WORD = re.compile(r"[^\W\d]\w*")
# What a line begins or ends with whose neighbour belongs to it.
_GOES_ON = frozenset("{.?:&|+-*/=,)]<>%")
_OPEN_ENDED = frozenset("=,(+-*/&|?:<>%[")


class Source:
    """Code of one language; everything about it is found in linear time and never raises."""

    def __init__(self, code: str, syntax: Syntax) -> None:
        """Take the code as it is."""
        self.code = code
        self.syntax = syntax

    @cached_property
    def masked(self) -> str:
        """The code, blanks in place of strings and comments; of the same length, with the same lines."""
        return blanked(self.code, self.inert)

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
        return self._attached.start(definition.start)

    @cached_property
    def _attached(self) -> Attached:
        comments = [span for span in self.inert if self.code.startswith(self.syntax.comments, span[0])]
        return Attached(self.code, self.masked, comments, self.syntax.attached)

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
    def lines(self) -> tuple[tuple[int, int], ...]:
        """The spans of the lines at top level that hold code, go on with nothing and open nothing; braces tell."""
        if not self.syntax.braces:
            return ()
        whole, at = [], 0
        for line in self.masked.split("\n"):
            start, end = at, at + len(line)
            at = end + 1
            balanced = sum(map(line.count, "([{")) == sum(map(line.count, ")]}"))
            if line.strip() and balanced and self.is_top_level(start) and not self._crossed(start, end):
                whole.append((start, end))
        return tuple(whole)

    def _crossed(self, *positions: int) -> bool:
        """Whether a string or comment goes on at one of the positions."""
        before = [bisect_left(self.inert, (position, 0)) - 1 for position in positions]
        return any(
            number >= 0 and self.inert[number][1] > position for number, position in zip(before, positions, strict=True)
        )

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
                yield Definition(" ".join(found[kind].split()), kind, self._start(found), end, has_body)

    def _start(self, found: re.Match[str]) -> int:
        """Return the start of the line, or the place behind a comment or attribute that ends on it."""
        inside = self._attached.goes_on_at(found.start())
        return found.end() - len(found[0].lstrip()) if inside else found.start()

    @cached_property
    def _bare(self) -> str:
        """The masked code without attributes too."""
        return blanked(self.masked, self._attached.attributes)

    def _extent(self, start: int, kind: str) -> tuple[int, bool]:
        """Return the end of what is defined from `start` on, and whether there is a body."""
        if not self.syntax.braces:
            return self._extent_by_column(start, kind), True
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
                return self._end_of_line(at), body or bare
        return len(self.code), body

    def _extent_by_column(self, start: int, kind: str) -> int:
        """Return the end of what is defined, where what is within is indented and functions end in `end`."""
        line_end = self._end_of_line(start)
        if kind != "value":
            at_once = _ENDED.search(self.masked, start, line_end)
            found = None if at_once else _END.search(self.masked, line_end)
            return found.end() if found else line_end
        while found := _INNER_LINE.match(self.masked, line_end):
            line_end = self._end_of_line(found.end())
        return line_end

    def _end_of_line(self, position: int) -> int:
        """Return the end of the line, or of the one on which a string or comment ends that began on it."""
        while True:
            end = self.masked.find("\n", position)
            if end < 0:
                return len(self.code)
            number = bisect_left(self.inert, (end, 0)) - 1
            if number < 0 or self.inert[number][1] <= end:
                return end
            position = self.inert[number][1]

    def _behind(self, end: int) -> int:
        """Return `end`, or the place behind a semicolon that follows it on the line."""
        found = _SEMICOLON.match(self.masked, end)
        return found.end() if found else end

    def _breaks(self, at: int, following: int) -> bool:
        """Whether the line break at `at` ends what stands before it, as far as operators tell."""
        return self.masked[following : following + 1] not in _GOES_ON and self._last_before(at) not in _OPEN_ENDED

    def _last_before(self, end: int) -> str:
        """Return the last character before `end` that is no blank, comments left out; a quote for a string."""
        while end:
            number = bisect_left(self.inert, (end, 0)) - 1
            if number >= 0 and self.inert[number][1] >= end:
                if not self.code.startswith(self.syntax.comments, self.inert[number][0]):
                    return '"'
                end = self.inert[number][0]
            elif self.code[end - 1].isspace():
                end -= 1
            else:
                return self.code[end - 1]
        return ""
