"""The latest samples of a file that is appended to: of each sample its last line counts; and their order."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from pytest_codeeval.core.errors import StorageError
from pytest_codeeval.core.jsonl import placed_lines, read_whole_lines
from pytest_codeeval.reports.sampleorder import Identity, SampleOrder
from pytest_codeeval.reports.samplerow import identity, readable


def last_lines(path: Path) -> dict[Identity, int]:
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


def last_places(path: Path) -> tuple[dict[Identity, int], list[int]]:
    """Return where the last line of each sample begins, and where those lines begin that are no samples.

    Raises StorageError where the file cannot be read.
    """
    samples: dict[Identity, int] = {}
    others: list[int] = []
    for place, row in placed_lines(path):
        if (found := identity(row)) is None:
            others.append(place)
        else:
            samples[found] = place
    return samples, others


def copy_line(source: BinaryIO, place: int, target: BinaryIO) -> None:
    """Write the line of a file that begins at a place as this package writes it, whoever wrote it there."""
    source.seek(place)
    target.write(json.dumps(json.loads(source.readline())).encode("ascii") + b"\n")


def put_in_order(path: Path, order: SampleOrder) -> None:
    """Rewrite a file with one line a sample, in their order, unless it is so already.

    Raises StorageError where the disk does not take it.
    """
    samples, others = last_places(path)
    # What is no sample of ours stays: somebody may have put it there.
    places = [*(samples[one] for one in order.sorted(samples)), *others]
    if not samples or (places == sorted(places) and len(places) == _lines_in(path)):
        return
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with path.open("rb") as source, part.open("wb") as target:
            for place in places:
                copy_line(source, place, target)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageError(f"{path} cannot be written: {error.strerror}") from None


def _lines_in(path: Path) -> int:
    with path.open("rb") as lines:
        return sum(1 for _ in lines)
