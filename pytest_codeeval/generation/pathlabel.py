"""Labels of models that are files, told apart by the folders that these lie in."""

from __future__ import annotations

import os
from pathlib import PurePath


def behind_folders(path: str, name: str, count: int) -> str:
    """Return a name with as many of the folders above a path in front of it, as far as the path has them."""
    folders = PurePath(os.path.normpath(path)).parent
    if ".." in folders.parts:
        folders = PurePath(os.path.abspath(path)).parent  # noqa: PTH100 - a link leads where its user sees it
    named = [part for part in folders.parts if part != folders.anchor]
    return "/".join([*named[len(named) - min(count, len(named)) :], name])
