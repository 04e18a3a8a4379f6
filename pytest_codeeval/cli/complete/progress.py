"""Progress: how far a job is, on standard error: a bar on a terminal, else a line now and then."""

from __future__ import annotations

import sys
import time
from typing import Any, Self

from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.generation.traffic import Traffic

_MINUTE = 60.0


class Progress:
    """A `with` block around a job of so many rows, some of which are `done` at its start; any thread may `tell`."""

    def __init__(self, total: int, done: int, noun: str = "row") -> None:
        self._total = total
        self._noun = noun
        self._begun = done
        self._next = time.monotonic() + _MINUTE
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        """Begin."""
        if sys.stderr.isatty():
            self._bar, self._task = _bar(self._total, self._begun)
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def tell(self, text: str) -> None:
        """Say something, above the bar."""
        bar = self._bar
        if bar is not None:
            bar.console.print(printable(text), markup=False, highlight=False, soft_wrap=True)
        else:
            print(printable(text), file=sys.stderr, flush=True)

    def show(self, done: int, traffic: Traffic) -> None:
        """Say how things stand: at once on a terminal, else once a minute."""
        said = [f"{traffic.waiting:,} to be sent again"] if traffic.waiting else []
        said += [f"without {', '.join(traffic.left_out)}"] if traffic.left_out else []
        said += [f"cost ${traffic.cost:.4f}"] if traffic.cost is not None else []
        self.advance(done, said)

    def advance(self, done: int, said: list[str]) -> None:
        """Say the same of a job that asks nobody."""
        if self._bar is not None:
            self._bar.update(self._task, completed=done, said=", ".join(said))
        elif time.monotonic() >= self._next:
            self._next = time.monotonic() + _MINUTE
            self.tell(", ".join([f"{done:,} of {counted(self._total, self._noun)}", *said]))


def _bar(total: int, done: int) -> tuple[Any, Any]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[said]}", markup=False),
    )
    bar = Bar(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False)
    return bar, bar.add_task("", total=total, completed=done, said="")
