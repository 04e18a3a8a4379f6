"""The latest samples of a file that is appended to: of each sample its last line counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pytest_codeeval.core.jsonl import read_whole_lines
from pytest_codeeval.reports.samplerow import identity, readable


def last_lines(path: Path) -> dict[tuple[str, str, int], int]:
    """Return the number of each sample's last line, from 0, in the order in which the samples came first.

    Raises StorageError where the file cannot be read.
    """
    rows = enumerate(read_whole_lines(path))
    return {found: number for number, row in rows if (found := identity(row)) is not None}


def latest_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the samples, the last line of each only, in the order of the file.

    Raises StorageError where the file cannot be read.
    """
    last = last_lines(path)
    for number, row in enumerate(read_whole_lines(path)):
        if (found := identity(row)) is not None and last.get(found) == number:  # a run may go on meanwhile
            yield readable(row)
