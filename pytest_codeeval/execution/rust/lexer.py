"""Tokens of Rust source, enough to tell code from comments, strings and lifetimes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property, lru_cache


class Kind(Enum):
    """What a token is. `BROKEN` is the rest of a text from a string or comment on that is never closed."""

    NAME = auto()
    LIFETIME = auto()
    NUMBER = auto()
    TEXT = auto()
    SIGN = auto()
    COMMENT = auto()
    INNER_DOC = auto()
    BROKEN = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One token: where it stands in the source, and its text, of a raw name without the `r#`."""

    kind: Kind
    text: str
    start: int
    end: int


_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
    |(?P<line>//[^\n]*)
    |(?P<block>/\*)
    |(?P<raw>[bc]?r(?P<hashes>\#*)")
    |(?P<string>[bc]?"(?:[^"\\]|\\.)*+")
    |(?P<unclosed>[bc]?")
    |(?P<char>b?'(?:\\(?:x[0-9a-fA-F]{2}|u\{[0-9a-fA-F_]{1,8}\}|.)|[^\\'])')
    |(?P<lifetime>'(?:r\#)?[^\W\d]\w*)
    |(?P<number>\d(?:[eE][+-]?[\d_]|[\w])*(?:\.(?![._]|[^\W\d])(?:[eE][+-]?[\d_]|[\w])*)?)
    |(?P<name>(?:r\#)?[^\W\d]\w*)
    |(?P<sign>::|==|!=|<=|>=|=>|->|&&|\|\||\.\.=|\.\.\.|\.\.|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_FENCE = re.compile(r"/\*|\*/")
_KINDS = {
    "char": Kind.TEXT,
    "string": Kind.TEXT,
    "lifetime": Kind.LIFETIME,
    "number": Kind.NUMBER,
    "name": Kind.NAME,
    "sign": Kind.SIGN,
    "unclosed": Kind.BROKEN,
}
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


class Tokens(tuple[Token, ...]):
    """The tokens of a whole source, which know once for all where their brackets close."""

    @cached_property
    def closings(self) -> dict[int, int]:
        """The indices of opening brackets that are closed, and where they are."""
        opened: list[int] = []
        pairs: dict[int, int] = {}
        for index, token in enumerate(self):
            if token.kind is Kind.SIGN and token.text in _OPENING:
                opened.append(index)
            elif token.kind is Kind.SIGN and token.text in _CLOSING and opened:
                pairs[opened.pop()] = index
        return pairs


@lru_cache(maxsize=8)  # a solution and its tests are looked at in many ways, one after the other
def tokens(source: str) -> Tokens:
    """Return the tokens of `source` in order, comments and white space left out, but inner doc comments kept."""
    return Tokens(token for token in _all(source) if token.kind is not Kind.COMMENT)


def names(source: str) -> frozenset[str]:
    """Return the words of `source` that stand outside of comments and strings."""
    return frozenset(token.text for token in tokens(source) if token.kind is Kind.NAME)


def closing(found: Sequence[Token], opening: int) -> int:
    """Return the index of the bracket that closes the one at `opening`, the number of tokens where there is none."""
    if isinstance(found, Tokens):
        return found.closings.get(opening, len(found))
    depth = 0
    for index in range(opening, len(found)):
        if found[index].kind is not Kind.SIGN:
            continue
        if found[index].text in _OPENING:
            depth += 1
        elif found[index].text in _CLOSING:
            depth -= 1
            if depth == 0:
                return index
    return len(found)


def _all(source: str) -> Iterator[Token]:
    position = 0
    while position < len(source):
        match = _TOKEN.match(source, position)
        if match is None:  # every character matches something
            return
        kind, end = _read(source, match)
        if kind is not None:
            text = source[position:end]
            yield Token(kind, text.removeprefix("r#") if kind is Kind.NAME else text, position, end)
        position = end


def _read(source: str, match: re.Match[str]) -> tuple[Kind | None, int]:
    """Return what the match is, None for white space, and where it ends."""
    group = match.lastgroup
    if group in ("hashes", "raw"):
        tail = '"' + match["hashes"]
        end = source.find(tail, match.end())
        return (Kind.BROKEN, len(source)) if end < 0 else (Kind.TEXT, end + len(tail))
    if group == "block":
        end = _block_end(source, match.start())
        if end < 0:
            return Kind.BROKEN, len(source)
        return (Kind.INNER_DOC if source.startswith("/*!", match.start()) else Kind.COMMENT), end
    if group == "line":
        return (Kind.INNER_DOC if match[0].startswith("//!") else Kind.COMMENT), match.end()
    if group == "unclosed":
        return Kind.BROKEN, len(source)
    return _KINDS.get(group or ""), match.end()


def _block_end(source: str, start: int) -> int:
    """Return where the nested comment that begins at `start` ends, -1 where it does not."""
    depth = 0
    for fence in _FENCE.finditer(source, start):
        depth += 1 if fence[0] == "/*" else -1
        if depth == 0:
            return fence.end()
    return -1
