"""An environment that has the wheel and what it asks for, and nothing else; made without a network.

The packages are linked from the environment of the tests. As a script this is the `pip` of such an environment:
`cleanroom.py ENVIRONMENT install '.[EXTRA]'`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import venv
import zipfile
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_SCRIPT = "#!{python}\nimport sys\nfrom {module} import {function}\nsys.exit({function}())\n"
_PIP = '#!/bin/sh\nPYTHONPATH="{path}" exec {python} {script} {environment} "$@"\n'
_SDIST = "import sys, hatchling.build; print(hatchling.build.build_sdist(sys.argv[1]))"
_WHEEL = "import sys, hatchling.build; print(hatchling.build.build_wheel(sys.argv[1]))"


def build(checkout: Path, folder: Path) -> Path:
    """Build an sdist of a checkout and a wheel of the sdist, as `python -m build` does; return the wheel."""
    sdist = _built(_SDIST, checkout, folder)
    with tarfile.open(sdist) as archive:
        # Python before 3.11.4 knows no filters.
        archive.extractall(folder, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))  # noqa: S202
    return _built(_WHEEL, folder / sdist.name.removesuffix(".tar.gz"), folder)


def _built(code: str, source: Path, folder: Path) -> Path:
    command = [sys.executable, "-c", code, str(folder)]
    done = subprocess.run(command, cwd=source, check=True, stdout=subprocess.PIPE, text=True)
    return folder / done.stdout.split()[-1]


def make_environment(folder: Path) -> Path:
    """Make an environment without any package, whose `pip` is this file; return its folder of programs."""
    venv.create(folder, symlinks=True, with_pip=False)
    path = os.environ.get("PYTHONPATH", "")
    _program(folder / "bin/pip", _PIP.format(path=path, python=sys.executable, script=__file__, environment=folder))
    return folder / "bin"


def install(environment: Path, wheel: Path, extras: Iterable[str]) -> None:
    """Unpack a wheel into an environment, and link what it asks for."""
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(environment), "platbase": str(environment)}))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)  # noqa: S202 - just built of this checkout
    (own,) = (found for found in metadata.distributions(path=[str(site)]) if found.name == "pytest-codeeval")
    found = [own, *_closure(own, set(extras))]
    for distribution in found:
        if distribution is not own:
            _link(distribution, site)
        for entry in distribution.entry_points.select(group="console_scripts"):
            module, _, function = entry.value.partition(":")
            text = _SCRIPT.format(python=environment / "bin/python", module=module, function=function.split(" ")[0])
            _program(environment / "bin" / entry.name, text)


def _closure(own: metadata.Distribution, extras: set[str]) -> list[metadata.Distribution]:
    """Return the distributions that one needs, and those that these need."""
    found: dict[str, metadata.Distribution] = {}
    done, todo = set(), [(own, extras)]
    while todo:
        distribution, asked = todo.pop()
        for text in distribution.requires or ():
            needed = Requirement(text)
            if needed.marker and not any(needed.marker.evaluate({"extra": extra}) for extra in asked or {""}):
                continue
            name = canonicalize_name(needed.name)
            key = (name, frozenset(needed.extras))
            if key not in done:
                done.add(key)
                there = own if name == canonicalize_name(own.name) else metadata.distribution(name)
                found[name] = there
                todo.append((there, set(needed.extras)))
    return [distribution for distribution in found.values() if distribution is not own]


def _link(distribution: metadata.Distribution, site: Path) -> None:
    tops = {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}
    for top in tops:
        if not (site / top).exists():
            (site / top).symlink_to(Path(str(distribution.locate_file(top))).absolute())


def _program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def _pip(environment: Path, verb: str, what: str) -> None:
    asked = re.fullmatch(r"(.+?)(?:\[([\w,-]+)\])?", what)
    if verb != "install" or asked is None:
        sys.exit(f"pip {verb} {what} is more than this pip can do")
    source, extras = Path(asked[1]), (asked[2] or "").split(",")
    with tempfile.TemporaryDirectory() as folder:
        install(environment, build(source, Path(folder)) if source.is_dir() else source, extras)


def environment_of(programs: Path, **further: str) -> dict[str, str]:
    """Return the variables for a process in an environment: those of the tests without the way to their packages."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "VIRTUAL"))}
    return {**kept, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", **further}


if __name__ == "__main__":
    _pip(Path(sys.argv[1]), *sys.argv[2:])
