"""Whether a results folder can be had at a path, before anything is to be written there."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from pytest_codeeval.core.errors import UsageError


def unwritable(path: Path, reason: object) -> UsageError:
    """Return what there is to say of a folder that cannot be written."""
    return UsageError(f"the results folder {str(path)!r} cannot be written ({reason}); give another --results.")


def try_to_make(path: Path) -> None:
    """Make the folder and take it away again.

    Raises UsageError where it cannot be made.
    """
    made: list[Path] = []
    try:
        missing = [folder for folder in (path, *path.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir()
            made.insert(0, folder)
    except FileExistsError:  # another run has come meanwhile, or what is there leads nowhere
        return
    except OSError as error:
        raise unwritable(path, error.strerror) from None
    finally:
        for folder in made:
            with suppress(OSError):
                folder.rmdir()
