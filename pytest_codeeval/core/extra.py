"""Packages that an extra of ours brings, imported when they are needed and not before."""

from __future__ import annotations

import importlib
from typing import Any

from pytest_codeeval.core.errors import MissingExtra


def needed(module: str, extra: str, what: str, package: str = "") -> Any:
    """Return a module that `what` needs; `package` is what it is installed by, if that has another name.

    Raises MissingExtra naming the extra, also if the package is there and does not load.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        absent = isinstance(error, ModuleNotFoundError) and error.name == module
        state = "is not installed" if absent else f"cannot be loaded ({error})"
        raise MissingExtra(
            f"{what} needs {package or module}, which {state}: pip install 'pytest-codeeval[{extra}]'."
        ) from None
