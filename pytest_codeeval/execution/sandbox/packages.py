"""Packages that a solution may import: found with what they require, and linked into one folder."""

import re
from collections.abc import Sequence
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from pytest_codeeval.core.errors import UsageError, nearest

_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_EXTRA = re.compile(r"\bextra\s*==")
_NO_MODULE = (".pth", ".dist-info", ".egg-info", ".egg-link")


def installed(names: Sequence[str]) -> dict[str, Path]:
    """Return the top-level files and folders of the named packages and of all that they require, by name.

    A name is that of a distribution (`scikit-learn`) or of a module (`sklearn`).
    """
    entries: dict[str, Path] = {}
    waiting = [(name, True) for name in names]
    seen: set[str] = set()
    while waiting:
        name, asked = waiting.pop()
        if _normal(name) in seen:
            continue
        seen.add(_normal(name))
        for distribution in _distributions(name, asked=asked):
            found = _entries(distribution)
            if asked and all(entry.endswith(_NO_MODULE) for entry in found):
                raise UsageError(f"package {name!r} has no files of its own to show to solutions: is it editable?")
            entries |= found
            waiting += [(required, False) for required in _requirements(distribution)]
    return dict(sorted(entries.items()))


def link(entries: dict[str, Path], folder: Path) -> None:
    """Make a link to each entry in `folder`, which is made too; those that are there stay: a server may start again."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in entries.items():
        with suppress(FileExistsError):
            (folder / name).symlink_to(path)


def _distributions(name: str, *, asked: bool) -> list[metadata.Distribution]:
    try:
        return [metadata.distribution(name)]
    except metadata.PackageNotFoundError:
        if not asked:
            return []  # for another platform, or optional
    modules = metadata.packages_distributions()
    if name in modules:
        return [metadata.distribution(owner) for owner in sorted(set(modules[name]))]
    known = {distribution.name for distribution in metadata.distributions() if distribution.name}
    hint = nearest(name, sorted(known | set(modules)))
    raise UsageError(f"package {name!r} for solutions is not installed{hint}: install it or leave it out")


def _entries(distribution: metadata.Distribution) -> dict[str, Path]:
    tops = {file.parts[0] for file in distribution.files or ()}
    if not tops:  # packaged by a distribution that keeps no list of files
        listed = (distribution.read_text("top_level.txt") or distribution.name.replace("-", "_")).split()
        tops = {top + suffix for top in listed for suffix in ("", ".py")}
    paths = {top: Path(str(distribution.locate_file(top))) for top in tops if _is_module_or_data(top)}
    return {top: path.resolve() for top, path in paths.items() if path.exists()}


def _is_module_or_data(top: str) -> bool:
    return top not in ("..", "__pycache__", "/") and not top.startswith("__editable__") and not top.endswith(".pth")


def _requirements(distribution: metadata.Distribution) -> list[str]:
    lines = [line for line in distribution.requires or () if not _EXTRA.search(line)]
    return [found[1] for line in lines if (found := _REQUIREMENT.match(line))]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
