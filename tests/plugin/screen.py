"""Screen: what a terminal shows of the bytes that it gets, as far as pytest and the status line need one."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"\x1b\[([?0-9;]*)([A-Za-z])|\x1b\]([^\x07\x1b]*)(?:\x07|\x1b\\)|\x1b([D78])|([\r\n\b])|([^\x1b])", re.DOTALL
)
_LONGEST = 40


class Screen:
    """A terminal of `columns` and `lines`, with what has gone beyond its upper edge in `gone`."""

    def __init__(self, columns: int = 80, lines: int = 24) -> None:
        self.columns = columns
        self.gone: list[str] = []
        self.rows = [""] * lines
        self.row = self.column = 0
        self._saved = (0, 0)
        self._begun = ""

    def feed(self, text: str) -> None:
        """Show what comes; a sequence of an unknown kind is an error, the beginning of one waits for its end."""
        text, at = self._begun + text, 0
        self._begun = ""
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                self._begun = text[at:]
                assert len(self._begun) < _LONGEST, self._begun
                return
            at = found.end()
            number, kind, _, escape, control, char = found.groups()
            if kind:
                self._sequence(kind, number)
            elif escape:
                self._escape(escape)
            elif control:
                self._control(control)
            elif char:
                self._put(char)

    @property
    def shown(self) -> list[str]:
        """All lines, those that are gone as well, without empty ones at the end."""
        return "\n".join(row.rstrip() for row in [*self.gone, *self.rows]).rstrip().split("\n")

    def _put(self, char: str) -> None:
        if self.column == self.columns:  # only now: behind the last column the cursor waits
            self._control("\r")
            self._down()
        row = self.rows[self.row].ljust(self.column)
        self.rows[self.row] = row[: self.column] + char + row[self.column + 1 :]
        self.column += 1

    def _down(self) -> None:
        if self.row == len(self.rows) - 1:
            self.gone.append(self.rows.pop(0))
            self.rows.append("")
        else:
            self.row += 1

    def _control(self, char: str) -> None:
        if char == "\n":
            self._down()
        elif char == "\r":
            self.column = 0
        else:
            self.column = max(0, self.column - 1)

    def _escape(self, kind: str) -> None:
        # As the strictest terminal has it: whatever moves the cursor makes it forget that it waits.
        self.column = min(self.column, self.columns - 1)
        if kind == "D":
            self._down()
        elif kind == "7":
            self._saved = self.row, self.column
        else:
            self.row, self.column = self._saved

    def _sequence(self, kind: str, number: str) -> None:
        if kind in "mhlq":
            return
        self.column = min(self.column, self.columns - 1)
        assert number in ("", "0", "1") and kind in "ABKJ", (kind, number)
        if kind == "A":
            self.row = max(0, self.row - 1)
        elif kind == "B":
            self.row = min(len(self.rows) - 1, self.row + 1)
        else:
            self.rows[self.row] = self.rows[self.row][: self.column]
            if kind == "J":
                self.rows[self.row + 1 :] = [""] * (len(self.rows) - self.row - 1)
