"""Brackets: where one that opens in a text is closed, but for those within quotes."""

from __future__ import annotations

import re

_SIGN = re.compile(r"[(\[{]|[)\]}]|[\"'\\\n]")
_FARTHEST = 1 << 14
"""No call is as long as that, and a bracket that never closes is looked for in so much of a text."""
_BEFORE_QUOTE = frozenset("([{,=: \t\n+")


def closed(text: str, start: int) -> int:
    """Return the place behind the bracket that closes the one at `start`, 0 if none does.

    It is looked for in one pass. A quote ends with its line; an apostrophe within a word is none.
    """
    depth, quote, behind = 0, "", start
    for found in _SIGN.finditer(text, start, start + _FARTHEST):
        sign, at = found[0], found.start()
        if at < behind:  # escaped
            continue
        if sign == "\\":
            behind = at + 2
        elif quote:
            quote = "" if sign in (quote, "\n") else quote
        elif sign == '"' or (sign == "'" and text[at - 1 : at] in _BEFORE_QUOTE):
            quote = sign
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
            if depth == 0:
                return found.end()
    return 0
