"""StatusLine: a line below all that is written to a terminal, which takes it away first and leaves no trace."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import RLock
from typing import Any, TextIO

_MAKE_ROOM = "\x1bD\x1b[A"  # one line further, which scrolls at the foot of the screen, and back: the column stays
_DRAW = _MAKE_ROOM + "\x1b7\x1b[B\r{}\x1b[J\x1b8"
_ERASE = "\x1b[K\x1b7\x1b[B\r\x1b[J\x1b8"
"""Also right of the cursor: if another process has written a line meanwhile, it stands in ours."""
_LEAST_LINES, _LEAST_COLUMNS = 4, 20


class StatusLine:
    """Draws below the cursor, which it leaves where it is, in the middle of a line of others as well.

    While it is open, `write` of the streams first takes the line away, and `flush` draws it again. `render` makes it of
    what there is to say, for so many columns. `is_full` says that the cursor stands behind the last column of a line:
    to leave and come back would lose a character then.
    """

    def __init__(
        self, streams: Sequence[TextIO], render: Callable[[Any, int], str], is_full: Callable[[int], bool]
    ) -> None:
        self.lock = RLock()
        self._streams = streams
        self._render = render
        self._is_full = is_full
        self._file = -1
        self._before: list[dict[str, Any]] = []
        self._said: Any = None
        self._rendered = 0, ""  # for so many columns
        self._drawn = False
        self._paused = False

    def open(self) -> None:
        """Begin, on the terminal that the first stream writes to at this moment.

        Raises OSError, AttributeError or TypeError where that cannot be.
        """
        self._before = [dict(vars(stream)) for stream in self._streams]
        self._file = os.dup(self._streams[0].fileno())
        for stream in self._streams:
            self._wrap(stream)

    def say(self, what: Any) -> None:
        """Draw something else from now on, None for nothing."""
        with self.lock:
            self._said, self._rendered = what, (0, "")
            self.hide()
            self.draw()

    def pause(self, paused: bool) -> None:
        """Draw nothing until further notice, as a debugger has the terminal; or go on."""
        with self.lock:
            self.hide()
            self._paused = paused

    def hide(self) -> None:
        """Take the line away."""
        with self.lock:
            if self._drawn:
                self._drawn = False
                self._put(_ERASE)

    def draw(self) -> None:
        """Draw the line, if there is one and it is not there."""
        with self.lock, suppress(OSError):
            if self._said is None or self._drawn or self._paused or self._file < 0:
                return
            columns, lines = os.get_terminal_size(self._file)  # each time, as it may change
            if columns < _LEAST_COLUMNS or lines < _LEAST_LINES or self._is_full(columns):
                return
            if self._rendered[0] != columns:
                self._rendered = columns, self._render(self._said, columns - 1)
            self._put(_DRAW.format(self._rendered[1]))
            self._drawn = True

    def close(self) -> None:
        """Take the line away for good, and leave the streams as they were."""
        with self.lock:
            self.hide()
            self._said = None
            for stream, before in zip(self._streams, self._before, strict=True):
                for name in ("write", "flush"):
                    vars(stream).pop(name, None)
                    vars(stream).update({name: before[name]} if name in before else {})
            if self._file >= 0:
                os.close(self._file)
            self._file = -1

    def _wrap(self, stream: TextIO) -> None:
        write, flush = stream.write, stream.flush

        def write_alone(text: str) -> int:
            with self.lock:
                self.hide()
                return write(text)

        def flush_and_draw() -> None:
            with self.lock:
                flush()
                self.draw()

        stream.write, stream.flush = write_alone, flush_and_draw  # type: ignore[method-assign]

    def _put(self, text: str) -> None:
        with suppress(OSError):  # a terminal that is gone is no reason to fail
            os.write(self._file, text.encode(self._streams[0].encoding or "utf-8", "replace"))
