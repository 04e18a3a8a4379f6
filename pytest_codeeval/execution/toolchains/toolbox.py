"""Toolbox: where a language's tools are on this machine, and which folders they need to be seen."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.execution.toolchains.language import Argv, Language

_SECONDS = 20.0
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/alternatives", "/etc/ld.so.cache")
"""What programs installed by a package manager need; configuration of one language is in its `readable`."""
_FORBIDDEN = frozenset(
    map(Path, ("/", "/etc", "/home", "/root", "/opt", "/mnt", "/media", "/srv", "/tmp", "/var", "/Users", "/private"))  # noqa: S108  # never to be seen whole
)
_VERSION_FLAGS = {"go": ("version",), "lua": ("-v",), "awk": ("-W", "version")}


class Toolbox:
    """The tools of one language, as found on a search path (the process's own, where None)."""

    def __init__(self, language: Language, path: str | None = None) -> None:
        self.language = language
        self._path = path
        self._found = {tool: shutil.which(tool, path=path) for tool in language.tools}

    @property
    def tools(self) -> Mapping[str, str]:
        """Each tool that is there, with its absolute path as found, before links are followed."""
        return {tool: place for tool, place in self._found.items() if place}

    @property
    def path(self) -> str:
        """The folders of the tools and the system's, as a value for PATH."""
        folders = [str(Path(place).parent) for place in self.tools.values()]
        return ":".join(dict.fromkeys([*folders, "/usr/local/bin", "/usr/bin", "/bin"]))

    def missing(self) -> list[tuple[str, str]]:
        """Return what is not there, as (program or library, Debian package); libraries are tried out, once."""
        absent = [(tool, self.language.tools[tool]) for tool, place in self._found.items() if not place]
        if absent:
            return absent
        return [
            (library.name, library.package)
            for library in self.language.libraries
            if _output(self.command(library.probe), self.path)[0] != 0
        ]

    def demand(self) -> None:
        """Raise `UsageError`, with what to install, where something is missing."""
        absent = self.missing()
        if absent:
            names = ", ".join(name for name, _ in absent)
            packages = " ".join(dict.fromkeys(package for _, package in absent))
            raise UsageError(
                f"solutions in {self.language.name} cannot be run here: {names} not found "
                f"(on Debian and Ubuntu: apt-get install {packages})"
            )

    def command(self, argv: Argv, prepared: str = "") -> Argv:
        """Return a command with the tool's absolute path and the folder for {prepared}; {here} is left as it is."""
        program = self._found.get(argv[0]) or shutil.which(argv[0], path=self._path) or argv[0]
        return (program, *(argument.replace("{prepared}", prepared) for argument in argv[1:]))

    def environment(self, prepared: str = "") -> dict[str, str]:
        """Return the variables that a command needs; {here} is left as it is."""
        own = {name: value.replace("{prepared}", prepared) for name, value in self.language.environment.items()}
        return {"PATH": self.path, "HOME": "{here}", "TMPDIR": "{here}", "LANG": "C.UTF-8", **own}

    def versions(self) -> dict[str, str]:
        """Return the version of each tool that is there, in one line."""
        return {tool: _version(tool, place, self.path) for tool, place in self.tools.items()}

    def readable(self) -> tuple[str, ...]:
        """Return the absolute paths that have to be visible where commands run, no path within another one of them."""
        paths = [Path(path) for path in _SYSTEM if Path(path).exists()]
        for pattern in self.language.readable:
            paths += Path("/").glob(pattern.removeprefix("/"))
        for place in self.tools.values():
            for stop in _links(Path(place)):
                paths += _installation(stop)
        kept: list[Path] = []
        for path in sorted(set(paths), key=lambda path: len(path.parts)):
            if not any(path.is_relative_to(other) for other in kept):
                kept.append(path)
        return tuple(map(str, kept))


def _links(place: Path) -> list[Path]:
    """Return a path and all that its links lead to, one after another; each of them has to be there."""
    stops = [place]
    while stops[-1].is_symlink() and len(stops) < 20:
        stops.append(Path(os.path.normpath(stops[-1].parent / stops[-1].readlink())))
    real = place.resolve()
    return stops if stops[-1] == real else [*stops, real]


def _installation(place: Path) -> list[Path]:
    """Return the folder that a program was installed to, or only the program where that is nobody's to show."""
    if any(place.is_relative_to(path) for path in _SYSTEM):
        return []
    prefix = place.parent.parent if place.parent.name in ("bin", "sbin") else place.parent
    return [place] if _private(prefix) else [prefix]


def _private(folder: Path) -> bool:
    """Say whether a folder is a home, or one that holds more than one installation."""
    homes = {Path("~").expanduser(), Path("~").expanduser().resolve()}
    hidden = folder.name in (".local", ".config", ".cache")
    return folder in _FORBIDDEN or folder.parent in (Path("/home"), Path("/Users")) or folder in homes or hidden


@cache
def _version(tool: str, place: str, path: str) -> str:
    _, said = _output((place, *_VERSION_FLAGS.get(tool, ("--version",))), path)
    return next((line.strip()[:100] for line in said.splitlines() if line.strip()), "")


@cache
def _output(argv: Argv, path: str) -> tuple[int, str]:
    """Run a tool in a clean environment; return its exit status and what it said. A status of -1: it did not run."""
    try:
        done = subprocess.run(
            argv,
            env={"PATH": path, "LANG": "C.UTF-8", "HOME": "/nonexistent"},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return -1, ""
    return done.returncode, done.stdout[:10_000].decode("utf-8", "replace")
