"""The suites of files that a config file names: each entry has to be of a suite that its file has."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from pytest_codeeval.core.errors import UsageError, nearest
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.plugin.suitemark import suite_of


def demand_named(settings: Settings, items: Iterable[pytest.Item]) -> None:
    """Raise UsageError for an entry whose name is that of no suite in its file: its settings would be nobody's."""
    wanted = {Path(path).resolve(): name for name, path in settings.suite_files.items()}
    found: dict[Path, set[str]] = {}
    for item in items if wanted else ():
        if (path := item.path.resolve()) in wanted and (suite := suite_of(item)) is not None:
            found.setdefault(path, _marked(getattr(item, "module", None))).add(suite.name)
    for path, names in found.items():
        if (name := wanted[path]) not in names:
            known = ", ".join(sorted(names))
            raise UsageError(
                f"suites: {settings.suite_files[name]} has no suite {name!r}{nearest(name, names)}; it has {known}: "
                "write that as suite:, or what stands beside it holds for nothing."
            )


def _marked(module: Any) -> set[str]:
    """Return the names of the suites that functions of a module are marked with, whether they are run or not."""
    functions = [one for one in vars(module).values() if isinstance(one, FunctionType)] if module else []
    marks = [mark for one in functions for mark in getattr(one, "pytestmark", ()) if mark.name == "suite"]
    return {argument.name for mark in marks for argument in mark.args[:1] if isinstance(argument, Suite)}
