"""The status line on a real pseudo-terminal: it is there while others write, and no character of theirs is lost."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import termios
import threading
from collections.abc import Iterator
from typing import TextIO

import pytest

from pytest_codeeval.plugin.statusline import StatusLine
from tests.plugin.screen import Screen


class Terminal:
    """A terminal of 20 columns and 6 lines, a stream that writes to it, and what it shows."""

    def __init__(self, columns: int = 20, lines: int = 6) -> None:
        self._end, other = os.openpty()
        self.stream: TextIO = os.fdopen(other, "w", encoding="utf-8")
        self.screen = Screen(columns, lines)
        self.resize(columns, lines)
        self.width = 0
        self.line = StatusLine([self.stream], lambda said, room: said[:room], self._is_full)
        self.line.open()

    def _is_full(self, columns: int) -> bool:
        return self.width > 0 and self.width % columns == 0

    def resize(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self.stream.fileno(), termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.screen.columns = columns

    def write(self, text: str) -> None:
        """Write as pytest does, which counts the columns of its line."""
        self.width = len(text.rsplit("\n", 1)[1]) if "\n" in text else self.width + len(text)
        self.stream.write(text)
        self.stream.flush()

    def foreign(self, text: str) -> None:
        """Write as another process would."""
        os.write(self.stream.fileno(), text.encode())

    def shown(self) -> list[str]:
        while select.select([self._end], [], [], 0.05)[0]:
            self.screen.feed(os.read(self._end, 65536).decode("latin-1"))
        return self.screen.shown

    def close(self) -> None:
        self.line.close()
        self.stream.close()
        os.close(self._end)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    found = Terminal()
    yield found
    found.close()


def test_it_stands_below_what_is_written_and_leaves_nothing(terminal: Terminal) -> None:
    terminal.write("test_a.py ..")
    terminal.line.say("1 of 9")
    assert terminal.shown() == ["test_a.py ..", "1 of 9"]
    terminal.write("F")
    assert terminal.shown() == ["test_a.py ..F", "1 of 9"]
    terminal.line.say("2")
    terminal.write(" [1%]\nmore\n")
    assert terminal.shown() == ["test_a.py ..F [1%]", "more", "", "2"]
    terminal.line.close()
    assert terminal.shown() == ["test_a.py ..F [1%]", "more"]
    assert "write" not in vars(terminal.stream)


def test_at_the_foot_of_the_screen_all_goes_up(terminal: Terminal) -> None:
    terminal.line.say("status")
    for number in range(9):
        terminal.write(f"line {number}\n")
        assert terminal.shown()[-1] == "status"
    terminal.write("last")
    assert terminal.shown() == [*(f"line {number}" for number in range(9)), "last", "status"]
    terminal.line.close()
    assert terminal.shown() == [*(f"line {number}" for number in range(9)), "last"]


@pytest.mark.parametrize("columns", range(20, 24))
def test_lines_of_any_length_keep_each_character(columns: int, terminal: Terminal) -> None:
    terminal.resize(columns, 6)
    terminal.line.say("status " * 9)
    for _ in range(70):
        terminal.write(".")
    terminal.line.close()
    rows = terminal.shown()
    assert "".join(rows) == "." * 70
    assert {len(row) for row in rows[:-1]} == {columns}


def test_it_fits_a_terminal_that_becomes_narrow_or_low(terminal: Terminal) -> None:
    terminal.resize(40, 6)
    terminal.line.say("status " * 9)
    assert len(terminal.shown()[-1]) == 39
    terminal.resize(25, 6)
    terminal.line.say("status " * 9)
    assert len(terminal.shown()[-1]) == 24
    for low in ((25, 3), (10, 6)):
        terminal.resize(*low)
        terminal.line.say("status")
        assert terminal.shown() == [""]


def test_what_another_process_writes_is_kept(terminal: Terminal) -> None:
    terminal.line.say("status, of some length")
    terminal.foreign("boom\n")
    terminal.line.say("again")
    assert terminal.shown() == ["boom", "", "again"]
    terminal.foreign("bang")
    terminal.write(".\n")
    terminal.line.close()
    assert terminal.shown() == ["boom", "bang."]


def test_a_debugger_has_the_terminal_for_itself(terminal: Terminal) -> None:
    terminal.line.say("status")
    terminal.line.pause(True)
    terminal.line.say("other")
    terminal.write("(Pdb) ")
    assert terminal.shown() == ["(Pdb)"]
    terminal.line.pause(False)
    terminal.line.say("third")
    assert terminal.shown() == ["(Pdb)", "third"]


def test_threads_that_write_at_once_keep_each_character(terminal: Terminal) -> None:
    terminal.resize(40, 6)

    def say() -> None:
        for number in range(200):
            terminal.line.say(f"{number} of 200")

    thread = threading.Thread(target=say)
    thread.start()
    for number in range(200):
        terminal.write(f"{number}\n")
        if number % 20 == 0:
            terminal.shown()
    while thread.is_alive():
        terminal.shown()
    terminal.line.close()
    assert terminal.shown() == [str(number) for number in range(200)]
