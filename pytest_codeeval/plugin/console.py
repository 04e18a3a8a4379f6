"""Console: lines between those of the items, from any thread, even while pytest captures what an item prints."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from threading import Lock
from typing import TextIO

import pytest

from pytest_codeeval.core.text import printable


class Console:
    """The terminal of a run; silent where pytest has none (`-p no:terminal`)."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._lock = Lock()
        self._uncaptured: TextIO | None = None
        self._column = 0

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
        with self._lock, suppress(OSError, ValueError):  # a terminal that is gone, or closed, is no reason to fail
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

    def close(self) -> None:
        """Let go of the terminal."""
        with self._lock, suppress(OSError):
            if self._uncaptured is not None:
                self._uncaptured.close()
            self._uncaptured = None
