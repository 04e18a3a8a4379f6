"""The page as a file: written at once, and never over something that is no page of ours."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.results.page.page import page_of
from pytest_codeeval.results.page.template import GENERATOR
from pytest_codeeval.results.results import Results

_HEAD = 400


@dataclass(frozen=True)
class Written:
    """What came of it: where the page is, and how large."""

    path: Path
    bytes: int


def check_writable(path: Path) -> Path:
    """Return the file that a path stands for, behind links, if a page may be written there.

    Raises UsageError, naming what to do, where it may not: it is no file, or one that is no page of ours, or its folder
    does not take files.
    """
    try:
        target = path.resolve()
        if target.is_dir():
            raise UsageError(f"{str(path)!r} is a folder; name a file for the report, such as report.html.")
        if os.path.lexists(target):
            if not target.is_file():
                raise UsageError(f"{str(path)!r} is no ordinary file; name another file for the report.")
            if not _is_ours(target):
                raise UsageError(
                    f"{str(path)!r} is there and is no report of `codeeval report`, and nothing else is overwritten; "
                    "name another file."
                )
        # Root may write anywhere that os.access is asked about: try it. Folders that are missing are made later.
        folder = next(folder for folder in target.parents if folder.exists())
        descriptor, probe = tempfile.mkstemp(prefix=".codeeval.", dir=folder)
        os.close(descriptor)
        Path(probe).unlink()
    except (OSError, RuntimeError, ValueError) as error:
        raise _unwritable(path, error) from None
    return target


def write_report(results: Results, path: Path) -> Written:
    """Write the page of runs; see `write_page`."""
    return write_page(page_of(results), path)


def write_page(pieces: Iterable[str], path: Path) -> Written:
    """Write a page; an earlier page there stays whole until the new one is.

    Raises UsageError where it cannot be written.
    """
    target = check_writable(path)
    part = target.with_name(f".{target.name[:50]}.{os.getpid()}.part")
    size = 0
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", newline="\n") as page:
            for piece in pieces:
                page.write(piece)
        size = part.stat().st_size
        part.replace(target)
    except OSError as error:
        raise _unwritable(path, error) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return Written(path, size)


def _is_ours(path: Path) -> bool:
    with path.open("rb") as page:
        return f'<meta name=generator content="{GENERATOR}">'.encode() in page.read(_HEAD)


def _unwritable(path: Path, error: Exception) -> UsageError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return UsageError(f"the report {str(path)!r} cannot be written ({reason}); name another file.")
