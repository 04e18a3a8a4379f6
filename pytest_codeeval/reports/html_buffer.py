"""HtmlBuffer: HTML under a limit of bytes, which knows whether any text had to be cut."""

import math
from collections.abc import Iterable

from pytest_codeeval.reports.highlight import coloured
from pytest_codeeval.reports.markup import page_bytes, pieces

LONGEST = 200_000


class HtmlBuffer:
    """HTML being written: markup always goes in, text as far as there is room.

    The limit counts bytes of pytest-html's page. Without one, a text is cut only beyond `LONGEST` characters.
    `language` is what code is coloured as, empty for no colours.
    """

    def __init__(self, limit: float = math.inf, language: str = "") -> None:
        self.whole = True
        self._limit = limit
        self._language = language
        self._spent = 0
        self._parts: list[str] = []

    @property
    def room(self) -> float:
        """Bytes that may still be written."""
        return max(0.0, self._limit - self._spent)

    @property
    def html(self) -> str:
        """All that was written."""
        return "".join(self._parts)

    def markup(self, html: str) -> None:
        """Write HTML that is safe already."""
        self._parts.append(html)
        if self._limit < math.inf:
            self._spent += page_bytes(html)

    def text(self, text: str, limit: float = math.inf, *, is_code: bool = False) -> None:
        """Write a block of hostile text, cut with a note where there is no room for all of it."""
        room = min(limit, self.room)
        head = text[: int(min(room, LONGEST))]
        cut = len(head) < len(text)
        # Colours take three times the room of the text: a whole text without them tells more than a cut one with them.
        has_colours = is_code and self._language and not cut
        found = _fitting(coloured(head, self._language), room) if has_colours else None
        if found is None or found[1]:
            html, left_out = _fitting(pieces(head), room)
            found = html, left_out or cut
        # A parser drops a line break right behind <pre>.
        self.markup("<pre>" + ("\n" if text[:1] == "\n" else "") + found[0])
        self.markup("</pre>")
        if found[1]:
            self.omit(f"Cut here, of {len(text):,} characters.")

    def omit(self, note: str) -> None:
        """Say that something is left out."""
        self.whole = False
        self.markup(f"<p class=ce-cut>{note}</p>")


def _fitting(parts: Iterable[str], room: float) -> tuple[str, bool]:
    """Return as many of the parts as there is room for, and whether any had to be left out."""
    if room == math.inf:
        return "".join(parts), False
    taken: list[str] = []
    for part in parts:
        room -= page_bytes(part)
        if room < 0:
            return "".join(taken), True
        taken.append(part)
    return "".join(taken), False
