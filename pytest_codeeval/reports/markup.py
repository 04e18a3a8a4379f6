"""Hostile text made into HTML that shows it and does nothing else."""

import html
import json
from collections.abc import Iterator

from pytest_codeeval.core.text import printable

PIECE = 120
WEAK = "<span class=ce-weak>weak</span>"
WEAK_MEANS = "A hostile solution could have forged this verdict."
_LINE = 300

_LONGEST_CHARACTER = 12  # page bytes of one beyond the basic plane, two escapes in JSON


class _Shown(dict[int, str]):
    """Characters as `printable` shows them, for `str.translate`: ten times as quick as asking for each anew."""

    def __missing__(self, point: int) -> str:
        shown = printable(chr(point))
        if len(self) < _REMEMBERED:
            self[point] = shown
        return shown


_REMEMBERED = 20_000
_SHOWN = _Shown()


def escaped(text: str) -> str:
    """Return text as the content of an element; quotes stay, as the page's own escaping makes six bytes of each."""
    return html.escape(text.translate(_SHOWN), quote=False)


def one_line(text: str, limit: int = _LINE) -> str:
    """Return text as one line of at most `limit` characters, fit for an element and for a quoted attribute."""
    line = " ".join(text[:limit].translate(_SHOWN).split())
    return html.escape(line + ("…" if len(text) > limit else ""))


def one_line_within(text: str, room: float) -> tuple[str, bool]:
    """Return text as one line that takes little more than `room` bytes of the page, and whether it was cut."""
    line = one_line(text)
    if page_bytes(line) <= room:
        return line, len(text) > _LINE
    length = max(20, int(room / _LONGEST_CHARACTER))
    return one_line(text, length), len(text) > length


def shortened(markup: str, room: int) -> str:
    """Return escaped text without its middle, where it takes more than `room` bytes of the page."""
    if page_bytes(markup) <= room:
        return markup
    half = room // 2
    while half and page_bytes(markup[:half] + markup[-half:]) > room:
        half //= 2
    return f"{markup[:half]}\n… cut …\n{markup[-half:] if half else ''}"


def pieces(text: str, length: int = PIECE) -> Iterator[str]:
    """Yield text as short pieces of HTML, between any two of which it may be cut."""
    for start in range(0, len(text), length):
        yield escaped(text[start : start + length])


def page_bytes(markup: str) -> int:
    """Return how many bytes some HTML takes in pytest-html's page, which holds all rows as JSON in one attribute."""
    encoded = json.dumps(markup)
    longer = 4 * sum(map(encoded.count, "\"'&")) + 3 * sum(map(encoded.count, "<>"))
    return len(encoded) - 2 + longer - 8  # json's own pair of quotes is no part of it
