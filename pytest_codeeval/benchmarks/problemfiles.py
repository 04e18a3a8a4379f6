"""ProblemFiles: the files of a user's own problems, read with nothing taken on trust."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pytest_codeeval.core.errors import DatasetError

PROMPT = "prompt.md"
_MOST_BYTES, _MOST_OF_ALL = 16 << 20, 256 << 20
_DEEPEST = 4
_MADE = ("__pycache__",)  # by tools that run tests, and no part of a problem


@dataclass(frozen=True, slots=True)
class ProblemFiles:
    """A folder with its files by path below it, in order."""

    where: Path
    files: Mapping[str, bytes]

    def text(self, name: str) -> str:
        """Return a file as text. Raises DatasetError where it is not UTF-8."""
        try:
            return self.files[name].decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise DatasetError(
                f"{self.where / name} is not UTF-8 text (byte {error.start}); save it as UTF-8"
            ) from None


def read_folder(folder: Path) -> tuple[tuple[ProblemFiles, ...], str]:
    """Return the problems of a folder in the order of their names, and a digest of all their files.

    Each folder in it is one, or it is one itself. What is hidden is left out. Raises DatasetError for what cannot be
    read, is too large, or leads out of the folder.
    """
    entries = _entries(folder)
    if any(entry.name.casefold() == PROMPT for entry in entries):
        folders = [folder]
    else:
        folders = [folder / entry.name for entry in entries if entry.is_dir()]
    found = tuple(ProblemFiles(where, _files(where)) for where in folders)
    if not found:
        raise DatasetError(f"{folder} has no folder of a problem in it; write one with `codeeval new problem NAME`.")
    _demand_one_name([problem.where for problem in found])
    digest, size = hashlib.sha256(), 0
    for problem in found:
        for name, data in problem.files.items():
            size += len(data)
            digest.update(f"{problem.where.name}/{name}\0{len(data)}\0".encode("utf-8", "surrogateescape") + data)
    if size > _MOST_OF_ALL:
        raise DatasetError(f"{folder}: its files come to more than {_MOST_OF_ALL >> 20} MiB; split it into several.")
    return found, digest.hexdigest()


def _demand_one_name(paths: list[Path]) -> None:
    seen: dict[str, Path] = {}
    for path in paths:
        other = seen.setdefault(path.name.casefold(), path)
        if other != path:
            raise DatasetError(
                f"{path} and {other.name!r} differ by case alone, which not every disk can tell; rename one"
            )


def _files(folder: Path) -> dict[str, bytes]:
    found = {str(path.relative_to(folder)): _content(path) for path in _walk(folder, folder, _DEEPEST)}
    names = [Path(name) for name in found]
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(str(name).casefold(), str(name))
        if other != str(name):
            raise DatasetError(f"{folder / name} and {other!r} differ by case alone; rename one")
    return {name: found[name] for name in sorted(found)}


def _walk(folder: Path, root: Path, depth: int) -> Iterator[Path]:
    for entry in _entries(folder):
        path = folder / entry.name
        if entry.is_symlink():
            _demand_inside(path, root)
        if entry.is_dir(follow_symlinks=False):
            if depth <= 1:
                raise DatasetError(f"{path} lies more than {_DEEPEST} folders deep; a problem's files need no more.")
            yield from _walk(path, root, depth - 1)
        else:
            yield path


def _demand_inside(path: Path, root: Path) -> None:
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError):
        raise DatasetError(
            f"{path} is a link that leads nowhere, or round in a circle; put the file itself there"
        ) from None
    if not real.is_relative_to(root.resolve()) or real.is_dir():
        raise DatasetError(f"{path} is a link to a folder, or out of the problem's; put the file itself there")


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            found = [entry for entry in entries if not entry.name.startswith(".") and entry.name not in _MADE]
    except OSError as error:
        raise DatasetError(f"{folder} cannot be read: {error.strerror}") from None
    for entry in found:
        if not entry.name.isprintable():  # a lone surrogate, which stands for a byte that is no UTF-8, is not
            raise DatasetError(f"{folder / ascii(entry.name)} has a name that cannot be shown; give it another")
    return sorted(found, key=lambda entry: entry.name)


def _content(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode):
                raise DatasetError(f"{path} is no file and no folder; take it away.")
            if about.st_size > _MOST_BYTES:
                raise DatasetError(
                    f"{path} is larger than {_MOST_BYTES >> 20} MiB; a test of that size is no unit test."
                )
            return file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror}") from None
