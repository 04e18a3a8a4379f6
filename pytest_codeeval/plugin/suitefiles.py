"""The suite files of the package: their items are named alike wherever it is installed, and in a clone."""

from __future__ import annotations

from pathlib import Path

import pytest

_FOLDER = Path(__file__).parents[1] / "suites"


def suite_module(path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Return the collector of a suite file of the package, None for any other file.

    pytest makes node ids from paths below its root. That of an installed package is none, or one that has the
    environment's folder in it; a clone's `suites/` gives the ids that reports are compared by.
    """
    if path.parent != _FOLDER:
        return None
    return pytest.Module.from_parent(parent, path=path, nodeid=f"suites/{path.name}")
