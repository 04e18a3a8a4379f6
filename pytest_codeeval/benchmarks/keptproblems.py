"""KeptProblems: what a large file of problems was read as, kept in the user's cache folder from run to run.

To read a million lists takes longer than all else that a worker does before its first item. A file is found by the hash
of the bytes that were read and of the code that reads them. It is text, and has a hash of itself in its first line: one
that is damaged is made again. Only those that were used last are kept.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import StorageError
from pytest_codeeval.core.jsonl import replace_file
from pytest_codeeval.core.places import cache_folder
from pytest_codeeval.core.problem import CASES, Problem

_FORM = 1
_LARGE = 1 << 18  # bytes; a smaller file is read sooner than looked for
_MOST = 20  # files of some megabytes; each change of a dataset or of the code that reads it makes others
Read = tuple[str, tuple[Problem, ...]]
"""The sha256 of the unpacked bytes, and the problems; all have inputs for tests (`CASES`)."""


def kept_problems(path: Path, form: str, readers: Collection[str], read: Callable[[], Read]) -> Read:
    """Return what `read` makes of a file, or has made of it before.

    `form` is what it takes the file for, and `readers` are the files of the code that it is.

    What cannot be kept is no error. Raises what `read` raises.
    """
    kept = _place(path, form, readers)
    found = _found(kept) if kept else None
    if found is None:
        found = read()
        if kept and kept == _place(path, form, readers):  # nobody has put another in its place meanwhile
            _keep(kept, *found)
    return found


def _place(path: Path, form: str, readers: Collection[str]) -> Path | None:
    """Return where it is kept, None where nothing is."""
    folder, digest = cache_folder(), hashlib.sha256(f"{_FORM} {form}".encode())
    try:
        if path.stat().st_size < _LARGE:
            return None
        for file in (Path(__file__), *map(Path, readers), path):
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    except OSError:  # code from an archive, or a file whose reader says better what is wrong with it
        return None
    return Path(folder, "problems", f"{digest.hexdigest()}.txt") if folder else None


def _found(path: Path) -> Read | None:
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        if head.decode("ascii") != hashlib.sha256(body).hexdigest():
            return None
        first, _, inputs = body.partition(b"\n")
        sha256, rows = json.loads(first)
        problems = tuple(_problems(rows, inputs))
    except (OSError, ValueError, TypeError, LookupError):  # of another version, if not damaged
        return None
    with suppress(OSError):  # a cache that may only be read
        os.utime(path)
    return sha256, problems


def _problems(rows: list[Any], inputs: bytes) -> Iterator[Problem]:
    begin = 0
    for fields, lengths in rows:
        parts = {}
        for part, length in lengths.items():
            # Each for itself: a character that takes four bytes makes a text of which all do.
            parts[part] = inputs[begin : begin + length].decode("utf-8", "surrogatepass")
            begin += length
        fields["extra"][CASES]["parts"] = parts
        yield Problem(**fields)


def _keep(path: Path, sha256: str, problems: Iterable[Problem]) -> None:
    rows: list[tuple[dict[str, Any], dict[str, int]]] = []
    inputs: list[bytes] = []
    for problem in problems:
        texts = problem.extra[CASES]["parts"].items()
        parts = {part: text.encode("utf-8", "surrogatepass") for part, text in texts}
        bare = {**problem.extra, CASES: {**problem.extra[CASES], "parts": {}}}
        rows.append(({**asdict(problem), "extra": bare}, {part: len(text) for part, text in parts.items()}))
        inputs += parts.values()
    body = json.dumps((sha256, rows)).encode("ascii") + b"\n" + b"".join(inputs)
    with suppress(OSError, StorageError):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, hashlib.sha256(body).hexdigest().encode("ascii") + b"\n" + body)
        _tidy(path.parent)


def _tidy(folder: Path) -> None:
    """Remove all but the files that were used last; whoever reads one of the others at this moment has it open."""
    files = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[_MOST:]:
        file.unlink(missing_ok=True)
