"""Latest: the last row of each sample in several files, found without keeping any, and written in one order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.reports.samplefile import last_places
from pytest_codeeval.reports.sampleorder import Identity, SampleOrder
from pytest_codeeval.reports.samplerow import identity

_OPEN = 100  # files at once, of the 1,024 that a process may usually have


class Latest:
    """Where the row of each sample stands that counts: of several files the last one that has it.

    `repeated` is how many samples stand in more than one, `others` how many lines are no samples.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        """Raises StorageError where a file cannot be read."""
        self.repeated = 0
        self.others = 0
        self.counts: list[int] = []
        self._paths = paths
        self._places: dict[Identity, tuple[int, int]] = {}
        for number, path in enumerate(paths):
            found, others = last_places(path)
            self.repeated += len(found.keys() & self._places.keys())
            self.others += len(others)
            self.counts.append(len(found))
            self._places |= {one: (number, place) for one, place in found.items()}

    @property
    def identities(self) -> Iterable[Identity]:
        """All samples."""
        return self._places

    def write(self, target: BinaryIO, order: SampleOrder) -> None:
        """Write the rows in their order.

        Raises UsageError where a file has changed since it was looked through.
        """
        opened: dict[int, BinaryIO] = {}
        with ExitStack() as files:
            for one in order.sorted(self._places):
                number, place = self._places[one]
                if number not in opened:
                    if len(opened) == _OPEN:
                        files.close()
                        opened.clear()
                    opened[number] = files.enter_context(self._paths[number].open("rb"))
                target.write(_line(opened[number], place, one, self._paths[number]))


def _line(source: BinaryIO, place: int, expected: Identity, path: Path) -> bytes:
    source.seek(place)
    try:
        row = json.loads(source.readline())
    except ValueError:
        row = {}
    if not isinstance(row, dict) or identity(row) != expected:
        raise UsageError(f"{str(path)!r} was written to while it was merged; wait for the end of its run.")
    return json.dumps(row).encode("ascii") + b"\n"
