"""The catalogue of the files that suites read: their names, from where each is had, and what has to be in it."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

from pytest_codeeval.core.errors import UsageError, nearest
from pytest_codeeval.core.jsonl import read_bytes

MULTIPL_E = "nuprl/MultiPL-E"
_GROUP = "multipl-e"


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file of a benchmark; the fields are told in `catalogue.toml`."""

    benchmark: str
    names: tuple[str, ...]
    hub: str
    url: str
    contents: tuple[str, ...]
    licence: str
    size: int
    sha256: str = ""
    part_of: str = ""
    archive: bool = False

    @property
    def path(self) -> str:
        """The name that the file is fetched under."""
        packed = self.url.endswith(".jsonl.gz")
        return next(name for name in self.names if name.endswith(".gz") == packed)

    @property
    def saved_as(self) -> tuple[str, ...]:
        """The names of the file in a folder of downloads: as in a data folder, or as browsers and other tools do."""
        last = urlsplit(self.url).path.rpartition("/")[2]
        repository = urlsplit(self.url).path.split("/")[2]
        return (*self.names, last, *([f"{repository}-{last}"] if self.archive else []))

    @property
    def promised(self) -> str:
        """The sha256 of what comes from the URL, empty where nobody promises its bytes."""
        return "" if self.archive else self.sha256 or self.contents[0]

    def has(self, contents: bytes) -> bool:
        """Whether these are the contents of the file, unpacked."""
        return hashlib.sha256(contents).hexdigest() in self.contents

    def found(self, folder: Path) -> Path | None:
        """Return the file of a data folder that a suite would read, None where there is none."""
        return next((path for name in self.names if _is_file(path := folder / name)), None)

    def is_right(self, path: Path) -> bool:
        """Whether a file has the contents that it should have.

        Raises DatasetError where it cannot be read.
        """
        return self.has(read_bytes(path))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a folder that may not be entered, a name too long
        return False


@cache
def catalogue() -> tuple[DataFile, ...]:
    """Return all files, in the order of the benchmarks."""
    entries = tomllib.loads(files(__package__).joinpath("catalogue.toml").read_text("utf-8"))["file"]
    return tuple(
        DataFile(**{**entry, "names": tuple(entry["names"]), "contents": tuple(entry["contents"])}) for entry in entries
    )


def named(benchmarks: Sequence[str]) -> tuple[DataFile, ...]:
    """Return the files of some benchmarks, of all where none is named.

    `multipl-e` names all of MultiPL-E, and a benchmark of several files all of these.

    Raises UsageError for a name that is none.
    """
    known = [_GROUP, *(file.benchmark for file in catalogue())]
    for name in benchmarks:
        if name not in known:
            raise UsageError(f"{name!r} is no benchmark here{nearest(name, known)}; there are {', '.join(known)}.")
    return tuple(
        file
        for file in catalogue()
        if not benchmarks
        or file.benchmark in benchmarks
        or file.part_of in benchmarks
        or (file.hub == MULTIPL_E and _GROUP in benchmarks)
    )
