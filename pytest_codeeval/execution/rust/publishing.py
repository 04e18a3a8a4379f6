"""Items at the root of a program made public, so that the program can be a library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pytest_codeeval.execution.rust.lexer import Kind, Token, closing, tokens

_KEYWORDS = frozenset({"fn", "struct", "enum", "trait", "type", "const", "static", "mod", "union"})
_BEFORE = frozenset({"async", "unsafe", "extern", "const", "safe"})
"""Words that may stand before the keyword of an item."""
_TO_SEMICOLON = frozenset({"const", "static", "type", "use"})
"""Items whose braces are values or lists, and no end."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item at the root: its keyword, its name, and the place (from, to) where its visibility is or could be."""

    keyword: str
    name: str
    start: int
    end: int


def published(source: str) -> str:
    """Return `source` with every named item at its root made public; fields and methods stay as they are."""
    pieces, last = [], 0
    for item in items(source):
        pieces += [source[last : item.start], "pub "]
        last = item.end
    return "".join([*pieces, source[last:]])


def items(source: str) -> Iterator[Item]:
    """Give the functions, types, constants and modules at the root of `source`, in order."""
    found = tokens(source)
    index = 0
    while index < len(found):
        index = _after_attributes(found, index)
        start = index
        if _text(found, index) == "pub":
            index += 1
            if _text(found, index) == "(" and _text(found, index + 1) in ("crate", "super", "self", "in"):
                index = closing(found, index) + 1
        end, index = index, _keyword(found, index)
        keyword, name = _text(found, index), _text(found, index + 1)
        if keyword == "static" and name == "mut":
            name = _text(found, index + 2)
        if keyword in _KEYWORDS and name.isidentifier() and name != "_":
            yield Item(keyword, name, found[start].start, found[end].start)
        index = _after_item(found, index, to_semicolon=keyword in _TO_SEMICOLON)


def _after_attributes(found: tuple[Token, ...], index: int) -> int:
    while index < len(found):
        if found[index].kind is Kind.INNER_DOC:
            index += 1
            continue
        opening = index + 1
        if _text(found, index) == "#" and _text(found, opening) == "!":
            opening += 1
        if _text(found, index) != "#" or _text(found, opening) != "[":
            break
        index = closing(found, opening) + 1
    return index


def _keyword(found: tuple[Token, ...], index: int) -> int:
    """Return the index of the word that says what the item is, behind `async`, `unsafe`, `extern "C"` and such."""
    while _text(found, index) in _BEFORE:
        after = index + 1
        if found[after : after + 1] and found[after].kind is Kind.TEXT:
            after += 1
        if _text(found, after) not in _KEYWORDS | _BEFORE:
            break
        index = after
    return index


def _after_item(found: tuple[Token, ...], index: int, *, to_semicolon: bool) -> int:
    """Return the index behind the semicolon or the closing brace that ends what begins at `index`."""
    while index < len(found):
        text = _text(found, index)
        if text == ";":
            return index + 1
        if text in ("(", "[", "{"):
            index = closing(found, index)
            if text == "{" and not to_semicolon:
                return index + 1
        index += 1
    return index


def _text(found: tuple[Token, ...], index: int) -> str:
    """Return the text of a word or sign, an empty string for anything else and behind the end."""
    if index < len(found) and found[index].kind in (Kind.NAME, Kind.SIGN):
        return found[index].text
    return ""
