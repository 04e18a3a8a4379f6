"""Hostile text made into HTML that shows it and does nothing else."""

import html
import json
import re
from collections.abc import Iterator

from pytest_codeeval.core.text import printable

PIECE = 120

_PLAIN = re.compile(r"[\n\t -~]*")


def escaped(text: str) -> str:
    """Return text as the content of an element; quotes stay, as the page's own escaping makes six bytes of each."""
    # printable() looks at every character on its own: most texts need not pay for that.
    safe = text if _PLAIN.fullmatch(text) else printable(text, limit=len(text))
    return html.escape(safe, quote=False)


def one_line(text: str, limit: int = 300) -> str:
    """Return text as one line of at most `limit` characters, fit for an element and for a quoted attribute."""
    cut = text[:limit]
    safe = cut if _PLAIN.fullmatch(cut) else printable(cut, limit=limit)
    return html.escape(" ".join(safe.split()) + ("…" if len(text) > limit else ""))


def pieces(text: str, length: int = PIECE) -> Iterator[str]:
    """Yield text as short pieces of HTML, between any two of which it may be cut."""
    for start in range(0, len(text), length):
        yield escaped(text[start : start + length])


def page_bytes(markup: str) -> int:
    """Return how many bytes some HTML takes in pytest-html's page, which holds all rows as JSON in one attribute."""
    encoded = json.dumps(markup)
    longer = 4 * sum(map(encoded.count, "\"'&")) + 3 * sum(map(encoded.count, "<>"))
    return len(encoded) - 2 + longer - 8  # json's own pair of quotes is no part of it
