"""The suite files of the package: their items are named alike wherever it is installed, and in a clone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

_FOLDER = Path(__file__).parents[1] / "suites"
_MODULE = "pytest_codeeval.suites"


def suite_module(path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Return the collector of a suite file of the package, None for any other file.

    pytest makes node ids from paths below its root. That of an installed package is none, or one that has the
    environment's folder in it; a clone's `suites/` gives the ids that reports are compared by.
    """
    if path.parent != _FOLDER:
        return None
    return pytest.Module.from_parent(parent, path=path, nodeid=f"suites/{path.name}")


def demand_here(arguments: Iterable[str], folder: Path) -> None:
    """Raise UsageError if arguments of pytest name suite files as in a clone, which `folder` is none of."""
    from pytest_codeeval.core.errors import UsageError  # this module is imported in every pytest run

    for argument in arguments:
        named, colons, item = argument.partition("::")
        path = Path(named)
        if path.parts[:1] != (_FOLDER.name,) or (folder / path).exists():
            continue
        if len(path.parts) > 2 or not (_FOLDER.parent / path).exists():
            continue  # whatever that is, it is none of the package
        module = ".".join([_MODULE, *path.with_suffix("").parts[1:]])
        raise UsageError(
            f"{argument}: there is no folder {_FOLDER.name!r} here, as in a clone; the package has it: give "
            f"--pyargs {module}{colons}{item}, or run a suite by its name with `codeeval run`."
        )
