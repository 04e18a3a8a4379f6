"""Where this user's files are kept, apart from any project: the cache, and datasets that were fetched."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> str:
    """Return the user's cache folder, empty where there is none."""
    if folder := os.environ.get("CODEEVAL_CACHE"):
        return str(Path(folder).absolute())
    home = os.environ.get("XDG_CACHE_HOME", "")
    try:
        folders = Path(home) if Path(home).is_absolute() else Path.home() / ".cache"
    except RuntimeError:  # nobody knows this user's home
        return ""
    return str(folders / "pytest-codeeval")


def data_folder(given: str | None = None) -> str | None:
    """Return the folder of the datasets: that which is `given`, that of CODEEVAL_DATA, else one in the user's cache.

    None where there is no cache either. The folder need not be there.
    """
    cache = cache_folder()
    return given or os.environ.get("CODEEVAL_DATA") or (str(Path(cache, "data")) if cache else None)
