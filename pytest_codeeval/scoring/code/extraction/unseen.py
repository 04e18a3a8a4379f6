"""Characters that nobody sees: of no width, or blanks that are none to a compiler."""

from __future__ import annotations

import re

_UNSEEN = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0f\ufeff"
_BLANK = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_ODD = re.compile(f"[{_UNSEEN}{_BLANK}\u2028\u2029\x85]")
_ODD_OR_STRING = re.compile(rf"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|[{_UNSEEN}]|[{_BLANK}]|[\u2028\u2029\x85]")


def visible(text: str) -> str:
    """Drop characters that have no width, and make plain blanks of all others, but within strings on one line."""
    if not _ODD.search(text):
        return text

    def plain(found: re.Match[str]) -> str:
        char = found[0]
        if len(char) > 1:
            return char
        if char in "\u2028\u2029\x85":
            return "\n"
        return " " if re.match(f"[{_BLANK}]", char) else ""

    return _ODD_OR_STRING.sub(plain, text)


def begins(line: str) -> bool:
    """Whether a line begins with a character that nobody sees."""
    return _ODD.match(line) is not None
