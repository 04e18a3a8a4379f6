"""The folder that results are written to, merged or otherwise: it is there when it is whole, and not before."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_codeeval.core.errors import UsageError

CALLS = "api_calls.jsonl"
JUDGES = "judges"
_AT_ONCE = 1 << 20


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """Yield a folder beside `out` that takes its place in the end; of one that fails nothing is left.

    Raises UsageError where `out` holds something, or cannot be made.
    """
    out = out.absolute()
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        if os.path.lexists(out) and (out.is_symlink() or not out.is_dir() or any(out.iterdir())):
            raise UsageError(
                f"{str(out)!r} is there already, and nothing is overwritten; name a folder that is not, or is empty."
            )
        part.mkdir(parents=True)
    except OSError as error:
        raise _unwritable(out, error) from None
    try:
        yield part
        part.replace(out)
    except OSError as error:
        raise _unwritable(out, error) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def put_together(sources: Iterable[Path], target: Path) -> None:
    """Write files of lines one behind the other, as far as they are there; if none is, none is written."""
    for source in sources:
        if not source.is_file():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as lines, target.open("ab") as whole:
            last = b"\n"
            while block := lines.read(_AT_ONCE):
                whole.write(block)
                last = block[-1:]
            whole.write(b"" if last == b"\n" else b"\n")  # a kill tore the last line apart


def _unwritable(out: Path, error: OSError) -> UsageError:
    place = str(error.filename or out)
    return UsageError(f"{place!r} cannot be read or written ({error.strerror}), so that {str(out)!r} was not made.")
