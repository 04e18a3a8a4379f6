"""The packages that solutions may import beside the standard library: each has to be installed here."""

import sys
from collections.abc import Sequence
from importlib import metadata
from importlib.util import find_spec

from pytest_codeeval.core.errors import UsageError, nearest


def packages_from(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the packages of `--allow-packages`, sorted, each once.

    Raises UsageError for one that cannot be imported here.
    """
    names = sorted({name.strip() for text in texts for name in text.split(",")})
    for name in names:
        if not name.isidentifier():
            wanted = "give the names that are imported, as in numpy,scipy"
            raise UsageError(f"--allow-packages={name!r} is no name of a package{_hint(name)}; {wanted}.")
        if name in sys.stdlib_module_names:
            raise UsageError(
                f"--allow-packages={name!r} is in the standard library, which solutions have; leave it out."
            )
        if name not in sys.modules and find_spec(name) is None:
            raise UsageError(f"--allow-packages={name!r} is not installed here{_hint(name)}.")
    return tuple(names)


def _hint(name: str) -> str:
    """Name the package that a distribution of this name brings, or the nearest one."""
    installed = metadata.packages_distributions()
    for package, distributions in installed.items():
        if name.lower() in map(str.lower, distributions):
            return f" (did you mean {package!r}?)"
    return nearest(name, (package for package in installed if package.isidentifier()))
