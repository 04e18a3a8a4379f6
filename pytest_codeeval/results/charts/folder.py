"""The folder that charts and tables are written to, where nothing of anybody else's is overwritten."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path

from pytest_codeeval.core.errors import StorageError, UsageError
from pytest_codeeval.core.jsonl import replace_file

LIST = "charts.json"


def check(folder: Path, names: Collection[str]) -> None:
    """Raise UsageError if one of the names is there and not ours, as the folder's `charts.json` lists them."""
    ours = _listed(folder / LIST)
    for name in names:
        path = folder / name
        if name not in ours and (path.is_symlink() or path.exists()):
            raise UsageError(
                f"{str(path)!r} is there and not from `codeeval charts`; name another folder, or remove it."
            )


def replace_files(folder: Path, files: Mapping[str, bytes], could: Collection[str]) -> None:
    """Write the files in the place of those from before; of these, what is no longer among them goes.

    `could` are all names that are ever written. Raises UsageError, before anything is written, if one that is to be
    written is there and not ours, and if the folder cannot be written.
    """
    check(folder, files)
    ours = _listed(folder / LIST) & set(could)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # First the list: what it has and is not there after a kill is no harm.
        _list(folder, {*files, *ours})
        for name in ours - files.keys():
            (folder / name).unlink(missing_ok=True)
        for name, content in files.items():
            replace_file(folder / name, content)
        _list(folder, files)
    except (OSError, StorageError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"{str(folder)!r} cannot be written ({reason}); name another folder.") from None


def _list(folder: Path, names: Collection[str]) -> None:
    replace_file(folder / LIST, json.dumps({"charts": sorted(names)}, indent=1).encode("ascii") + b"\n")


def _listed(path: Path) -> set[str]:
    try:
        found = json.loads(path.read_bytes())
        return {str(name) for name in found["charts"]}
    except (FileNotFoundError, NotADirectoryError):
        return set()
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        raise UsageError(f"{str(path)!r} is not from `codeeval charts`; name another folder, or remove it.") from None
