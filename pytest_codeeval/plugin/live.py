"""Live: says how far a run is while it runs: in a line that stays in place, or once a minute, or if no answer comes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from io import BytesIO, TextIOWrapper
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest

from pytest_codeeval.plugin.console import Console
from pytest_codeeval.plugin.progress import PATIENCE, Progress, Words

if TYPE_CHECKING:
    import rich.console

_TICK = 0.5
MINUTE = 60.0
_BAR = 24


class Live:
    """Hooks of the controller, while its items run here or elsewhere."""

    def __init__(self, config: pytest.Config, console: Console, progress: Progress) -> None:
        self._config = config
        self._console = console
        self._progress = progress
        self._ended = Event()
        self._paused = False

    @pytest.hookimpl
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Learn which items will run."""
        self._progress.expect(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Learn the same from a worker."""
        self._progress.expect(ids)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note an item that has come to its end."""
        if report.when == "call" or not report.passed:
            self._progress.ended(report.nodeid)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        """Speak while items run."""
        in_place = stays_in_place(self._config) and self._console.keep_line(renderer(self._config))
        thread = Thread(target=self._speak, args=(in_place,), name="codeeval-live", daemon=True)
        with suppress(RuntimeError):  # no further thread can be had
            thread.start()
        try:
            return (yield)
        finally:
            self._ended.set()
            with suppress(RuntimeError):
                thread.join(1)
            self._console.drop_line()

    @pytest.hookimpl
    def pytest_enter_pdb(self) -> None:
        """Leave the terminal to the debugger."""
        self._pause(True)

    @pytest.hookimpl
    def pytest_leave_pdb(self) -> None:
        """Go on."""
        self._pause(False)

    def _pause(self, paused: bool) -> None:
        self._paused = paused
        self._console.pause(paused)

    def _speak(self, in_place: bool) -> None:
        ticks_a_minute = max(1, round(MINUTE / _TICK))
        ticks, patience = 0, PATIENCE
        while not self._ended.wait(_TICK):
            words = self._progress.words()
            ticks += 1
            if words is None or self._paused:
                continue
            if in_place:
                self._console.draw(words)
            elif ticks % ticks_a_minute == 0 or self._progress.silence >= patience:
                self._console.say(f"codeeval: {words}")
                while self._progress.silence >= patience:  # then only of a longer one, as a slow model is no news
                    patience *= 2


def stays_in_place(config: pytest.Config) -> bool:
    """Whether a line can be drawn in place: on a terminal that knows how, and that nobody else writes to."""
    plain = os.environ.get("TERM", "") in ("dumb", "unknown", "")
    if plain or not config.pluginmanager.hasplugin("terminalreporter"):
        return False
    # Whatever an item or its children write is kept from the terminal only so.
    return bool(config.getoption("capture", "") == "fd" and sys.stdout.isatty())


def renderer(config: pytest.Config) -> Callable[[Words, int], str]:
    """Return what makes a line of words, in the colours that pytest uses here."""
    from rich.console import Console as Rich

    colours: Any = {} if config.get_terminal_writer().hasmarkup else {"color_system": None, "no_color": True}
    # Not on the terminal itself, which rich would flush.
    nowhere = TextIOWrapper(BytesIO(), sys.stdout.encoding)
    console = Rich(file=nowhere, force_terminal=True, highlight=False, legacy_windows=False, **colours)
    return lambda words, columns: line_of(words, columns, console)


def line_of(words: Words, columns: int, console: rich.console.Console) -> str:
    """Return as much of the words as `columns` have room for, with a bar in front where there is some to spare."""
    from rich.cells import cell_len
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    line = Text(no_wrap=True, overflow="ellipsis", end="")
    for number, part in enumerate(words.parts):
        room, short = columns - line.cell_len - 2, part.partition(" (")[0]
        if number and len(short) > room:
            break
        shown = part if cell_len(part) <= room else short
        line.append(", " * bool(number)).append(
            shown, "yellow" if short.endswith("again") or short.startswith("none") else ""
        )
    grid = Table.grid(padding=(0, 1))
    bar = [ProgressBar(1.0, words.share, _BAR)] if columns - line.cell_len > _BAR else []
    grid.add_row(*bar, line)
    console.width = columns
    with console.capture() as drawn:
        console.print(grid, no_wrap=True, overflow="ellipsis", crop=True)
    return drawn.get().split("\n", 1)[0].rstrip()
