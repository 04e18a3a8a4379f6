"""Console: lines between those of the items, from any thread, even while pytest captures what an item prints."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import nullcontext, suppress
from threading import Lock
from typing import Any, TextIO

import pytest

from pytest_codeeval.core.text import printable
from pytest_codeeval.plugin.statusline import StatusLine


class Console:
    """The terminal of a run; silent where pytest has none (`-p no:terminal`)."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._lock = Lock()
        self._uncaptured: TextIO | None = None
        self._column = 0
        self._line: StatusLine | None = None

    def open(self) -> None:
        """Take hold of the terminal while nothing is captured.

        pytest captures an item's output by putting a file in the place of descriptor 1, where its own reporter writes
        to as well: what another thread says meanwhile would be shown as the item's, if at all. With pytest-xdist items
        run elsewhere, and nothing is captured here.
        """
        if self._config.getoption("capture", "") != "fd" or self._config.getoption("dist", "no") != "no":
            return
        with suppress(OSError, ValueError, AttributeError):  # such as a stream without a descriptor
            self._uncaptured = os.fdopen(
                os.dup(sys.stdout.fileno()), "w", encoding=sys.stdout.encoding, errors="backslashreplace"
            )

    def say(self, text: str) -> None:
        """Print a line."""
        if not self._config.pluginmanager.hasplugin("terminalreporter"):
            return
        line = self._line
        # That of the status line first, as whoever writes has it first.
        with line.lock if line else nullcontext(), self._lock, suppress(OSError, ValueError):
            if line:
                line.hide()
            self._say(text)
            if line:
                line.draw()

    def _say(self, text: str) -> None:
        writer = self._config.get_terminal_writer()
        column = writer.width_of_current_line
        if self._uncaptured is None:
            if column:
                writer.line()
            writer.line(printable(text))
            writer.flush()
            return
        # The writer does not hear of this: where it has said nothing since the last line, that still ends here.
        begun = column and column != self._column
        self._column = column
        self._uncaptured.write("\n" * bool(begun) + printable(text) + "\n")
        self._uncaptured.flush()

    def keep_line(self, render: Callable[[Any, int], str]) -> bool:
        """Keep a line in place below all that is written, made by `render`; return whether that can be done."""
        streams = [stream for stream in (sys.stdout, sys.stderr) if stream.isatty()]
        line = StatusLine(streams, render, self._is_full)
        try:
            line.open()
        except (OSError, ValueError, AttributeError, TypeError, IndexError):  # such as a stream that is none of a file
            return False
        self._line = line
        return True

    def draw(self, what: Any) -> None:
        """Draw the line anew."""
        if self._line is not None:
            self._line.say(what)

    def pause(self, paused: bool) -> None:
        """Draw no line for a while, or go on."""
        if self._line is not None:
            self._line.pause(paused)

    def drop_line(self) -> None:
        """Take the line away."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def close(self) -> None:
        """Let go of the terminal."""
        self.drop_line()
        with self._lock, suppress(OSError):
            if self._uncaptured is not None:
                self._uncaptured.close()
            self._uncaptured = None

    def _is_full(self, columns: int) -> bool:
        """Whether a line of the terminal is full, and the next one not begun."""
        column = self._config.get_terminal_writer().width_of_current_line
        return column > 0 and column % columns == 0
