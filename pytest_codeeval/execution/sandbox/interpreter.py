"""What a Python solution may read: the running interpreter, and the packages that were allowed."""

import glob
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pytest_codeeval.execution.sandbox.packages import installed, link
from pytest_codeeval.execution.sandbox.runtime import Runtime, is_below

# Shared libraries, programs for `subprocess`, time zones. Where a path is missing the machine keeps it elsewhere.
_SYSTEM = (
    "/bin", "/usr/bin", "/lib64", "/usr/lib64", "/lib32", "/usr/lib32", "/lib/ld-musl-*", "/usr/lib/*.so*",
    "/usr/lib/locale", "/usr/local/lib/*.so*", "/usr/local/lib64", "/usr/share/zoneinfo", "/etc/ld.so.cache",
    "/etc/localtime",
)  # fmt: skip
_MULTIARCH = ("/lib/{}", "/usr/lib/{}", "/usr/local/lib/{}")
# They may hold the very datasets that are asked, and this package.
_THIRD_PARTY = ("site-packages", "dist-packages")
_DEEPEST = 3

# Only such as a solution cannot tell from a first import of its own: none brings another package's submodule along.
PRELOADED = (
    *("abc", "array", "bisect", "cmath", "collections", "copy", "dataclasses", "datetime", "decimal", "enum"),
    *("fractions", "functools", "heapq", "itertools", "json", "math", "numbers", "operator", "queue"),
    *("random", "re", "string", "struct", "textwrap", "threading", "time", "types", "typing"),
)


def python_runtime(packages: Sequence[str] = (), farm: Path | None = None) -> Runtime:
    """Return what the running interpreter needs, and the packages named with all that they require.

    The packages' top-level folders and modules are linked into the folder `farm`, which is to be put on `sys.path`
    in place of the `site-packages` that hold others as well.
    """
    readable = [path for path in _interpreter() if os.path.exists(path)]
    if packages:
        if farm is None:
            raise ValueError("packages need a folder to be linked into")
        entries = installed(packages)
        link(entries, farm)
        readable += [str(farm), *map(str, entries.values())]
    return Runtime(tuple(dict.fromkeys(readable)), tuple(third_party(readable)))


def _interpreter() -> list[str]:
    stdlib = os.path.dirname(os.__file__)
    executable = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    paths = [
        stdlib,
        os.path.realpath(stdlib),
        executable,
        f"{sys.base_prefix}/lib/python{sys.version_info.major}{sys.version_info.minor}.zip",
    ]
    # As Python itself looks for it; to ask `sysconfig` would read a table of thousands of names.
    folder = f"python{sys.version_info.major}.{sys.version_info.minor}/lib-dynload"
    paths.append(os.path.join(sys.base_exec_prefix, sys.platlibdir, folder))
    if not is_below(os.path.realpath(sys.base_prefix), "/usr") and os.path.realpath(sys.base_prefix) != "/usr":
        paths.append(sys.base_prefix + "/lib")  # conda, pyenv and uv keep their shared libraries there
    if executable.startswith("/nix/store/"):
        paths.append("/nix/store")
    multiarch = getattr(sys.implementation, "_multiarch", "")
    patterns = [*_SYSTEM, *(pattern.format(multiarch) for pattern in _MULTIARCH if multiarch)]
    if not any(os.path.isdir(pattern.format(multiarch)) for pattern in _MULTIARCH):
        patterns += ["/lib", "/usr/lib"]  # the distribution keeps libraries and Python together
    for pattern in patterns:
        paths += sorted(glob.glob(pattern))
    return paths


def third_party(readable: Iterable[str]) -> list[str]:
    """Return the folders below readable ones that packages are installed to."""
    found: set[str] = set()
    for path in {os.path.realpath(path) for path in readable if os.path.isdir(path)}:
        found.update(_third_party(path, _DEEPEST))
    return sorted(found)


def _third_party(folder: str, depth: int) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:  # one by one, as there are thousands of files among them
            below = [entry.path for entry in entries if entry.name in _THIRD_PARTY or (depth > 1 and _is_folder(entry))]
    except OSError:  # not for us to read, so for no solution either
        return
    for path in below:
        if os.path.basename(path) in _THIRD_PARTY:
            yield path
        else:
            yield from _third_party(path, depth - 1)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder, or a link to one: most links are of libraries, and one may lead nowhere."""
    if entry.is_symlink():
        return ".so" not in entry.name and os.path.isdir(entry.path)
    return entry.is_dir(follow_symlinks=False)
