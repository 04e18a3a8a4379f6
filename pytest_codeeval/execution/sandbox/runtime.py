"""Runtime: what of this machine's files a Python solution may read."""

import glob
import os
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_codeeval.execution.sandbox.packages import installed, link

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


@dataclass(frozen=True, slots=True)
class Runtime:
    """Files and folders to read and to run, less those below them that are hidden.

    What is readable below something hidden is readable. Paths are absolute and may lead through symbolic links.
    """

    readable: tuple[str, ...]
    hidden: tuple[str, ...] = ()


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
    return Runtime(tuple(dict.fromkeys(readable)), tuple(_third_party(readable)))


def visible(runtime: Runtime) -> tuple[list[str], list[str]]:
    """Return the readable paths without the hidden ones, for rules that can only add.

    The first list holds real paths to be read as a whole. The second holds the folders on the way to something hidden:
    they have to be listed, or Python would find no module in them.
    """
    hidden = {os.path.realpath(path) for path in runtime.hidden}
    whole: list[str] = []
    listed: list[str] = []
    waiting = sorted({os.path.realpath(path) for path in runtime.readable}, reverse=True)
    while waiting:
        path = waiting.pop()
        if path in hidden or any(_is_below(path, parent) for parent in whole[-1:]):
            continue
        if any(_is_below(secret, path) for secret in hidden):
            listed.append(path)
            waiting += sorted((entry.path for entry in os.scandir(path) if not entry.is_symlink()), reverse=True)
        elif path not in whole:
            whole.append(path)
    return whole, listed


def _interpreter() -> list[str]:
    stdlib = os.path.dirname(os.__file__)
    executable = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    paths = [
        stdlib,
        os.path.realpath(stdlib),
        executable,
        f"{sys.base_prefix}/lib/python{sys.version_info.major}{sys.version_info.minor}.zip",
    ]
    paths += [path for path in (sysconfig.get_config_var("DESTSHARED"),) if path]
    if not _is_below(os.path.realpath(sys.base_prefix), "/usr") and os.path.realpath(sys.base_prefix) != "/usr":
        paths.append(sys.base_prefix + "/lib")  # conda, pyenv and uv keep their shared libraries there
    if executable.startswith("/nix/store/"):
        paths.append("/nix/store")
    multiarch = sysconfig.get_config_var("MULTIARCH")
    patterns = [*_SYSTEM, *(pattern.format(multiarch) for pattern in _MULTIARCH if multiarch)]
    if not any(os.path.isdir(pattern.format(multiarch)) for pattern in _MULTIARCH):
        patterns += ["/lib", "/usr/lib"]  # the distribution keeps libraries and Python together
    for pattern in patterns:
        paths += sorted(glob.glob(pattern))
    return paths


def _third_party(readable: Iterable[str]) -> list[str]:
    found: set[str] = set()
    for path in {os.path.realpath(path) for path in readable if os.path.isdir(path)}:
        for depth in range(_DEEPEST):
            for name in _THIRD_PARTY:
                found.update(glob.glob(glob.escape(path) + "/*" * depth + "/" + name))
    return sorted(found)


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip("/") + "/")
