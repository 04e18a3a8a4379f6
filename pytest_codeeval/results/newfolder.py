"""new_folder: a folder that is there when it is whole, and not before."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pytest_codeeval.core.errors import UsageError

_NAMED = 50  # characters of a name of which another is made, as names have an end


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """Yield a folder beside `out` that takes its place in the end; of one that fails nothing is left.

    An empty folder that is there stays the one that it is, as it may be mounted, or somebody's working directory: what
    is yielded then lies within it, and is moved up.

    Raises UsageError where `out` holds something, or cannot be made.
    """
    out = out.absolute()
    there = os.path.lexists(out)
    part = (out / "merged" if there else out).with_name(f".{out.name[:_NAMED]}.{os.getpid()}.part")
    made = [folder for folder in out.parents if not os.path.lexists(folder)]
    try:
        if there and (out.is_symlink() or not out.is_dir() or any(out.iterdir())):
            raise UsageError(
                f"{str(out)!r} is there already, and nothing is overwritten; name a folder that is not, or is empty."
            )
        part.mkdir(parents=True)
        yield part
        if there:
            _move_all(part, out)
        else:
            part.replace(out)
    except OSError as error:
        raise _unwritable(out, error) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
        with suppress(OSError):  # which holds something, as it does if all went well
            for folder in made:
                folder.rmdir()


def _move_all(source: Path, target: Path) -> None:
    moved: list[Path] = []
    try:
        for entry in sorted(source.iterdir()):
            moved.append(target / entry.name)
            entry.replace(moved[-1])
    except BaseException:
        for entry in moved:
            entry.unlink(missing_ok=True) if entry.is_file() else shutil.rmtree(entry, ignore_errors=True)
        raise


def _unwritable(out: Path, error: OSError) -> UsageError:
    place = str(error.filename or out)
    return UsageError(f"{place!r} cannot be read or written ({error.strerror}), so that {str(out)!r} was not made.")
