"""`codeeval new`: skeletons of a problem, a suite or a backend, which run as they are."""

from __future__ import annotations

import argparse
import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pytest_codeeval.core.errors import UsageError, nearest
from pytest_codeeval.core.language import canonical, title
from pytest_codeeval.core.text import printable
from pytest_codeeval.generation.registry import BUILT

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_DATASET = "pytest --pyargs pytest_codeeval.suites.test_dataset"


def add_command(commands: Any) -> None:
    """Add the command and its verbs to the parser's."""
    command = commands.add_parser("new", help="write the skeleton of a problem, a suite or a backend")
    verbs = command.add_subparsers(metavar="KIND", required=True)
    for kind, make, text in (
        ("problem", _problem, "a folder with a prompt, a solution and tests, for --dataset"),
        ("suite", _suite, "a test file with a suite of two problems"),
        ("backend", _backend, "a folder with a backend, and the starter problems to try it on"),
    ):
        parser = verbs.add_parser(kind, help=text, description=f"Write {text}; what is there is not overwritten.")
        parser.add_argument("name", metavar="NAME", help="its name; folders may stand before it")
        parser.set_defaults(command=make)
        if kind == "problem":
            parser.add_argument("--lang", metavar="LANGUAGE", default="python", help="its language (default python)")
            parser.add_argument(
                "--io",
                action="store_true",
                help="tests of inputs and outputs, as all languages but Python have them anyway",
            )


def _problem(given: argparse.Namespace) -> int:
    skeletons, place, language = _skeletons(), _place(given.name), canonical(given.lang)
    solutions: dict[str, list[str]] = skeletons["solutions"]
    if language not in solutions:
        known = ", ".join(sorted(solutions))
        raise UsageError(f"--lang={given.lang!r} is not known{nearest(language, solutions)}; there are {known}.")
    files = skeletons["problem"]["program" if given.io or language != "python" else "function"]
    if "solution.py" not in files:
        name, text = solutions[language]
        files = {**files, name: text}
    _write(place, files, {})
    where = shlex.quote(str(place))
    print(
        printable(
            f"{place} is a problem in {title(language)}; run it with: {_DATASET} --dataset {where} --model=reference"
        )
    )
    return 0


def _suite(given: argparse.Namespace) -> int:
    place = _place(given.name)
    words = _words(place.name)
    (name, text), *_ = _skeletons()["suite"].items()
    file = place.with_name(_filled(name, words))
    _demand_absent(file)
    _write_file(file, _filled(text, words))
    print(printable(f"{file} is a suite; run it with: pytest {shlex.quote(str(file))} --model=reference"))
    return 0


def _backend(given: argparse.Namespace) -> int:
    place = _place(given.name)
    words = _words(place.name)
    if words["NAME"] in BUILT:
        raise UsageError(f"{words['NAME']!r} is a backend already; take another name than {', '.join(BUILT)}.")
    _write(place, _skeletons()["backend"], words)
    said = (
        f"{place} has the backend {words['NAME']!r}; write into its conftest.py what asks your model, and run: pytest"
    )
    print(printable(f"{said} {shlex.quote(str(place))} --model={words['NAME']}:first"))
    return 0


def _skeletons() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("skeletons.toml").read_text("utf-8"))


def _place(name: str) -> Path:
    path = Path(name)
    if not _NAME.fullmatch(path.name):
        raise UsageError(
            f"{path.name!r} is no name for it: letters, digits, - and _ make one, a letter first, 64 at most."
        )
    if not path.parent.is_dir():
        raise UsageError(f"the folder {str(path.parent)!r} is not there; make it first.")
    return path


def _words(name: str) -> Mapping[str, str]:
    """Return what stands in a skeleton for the name; models are named in small letters."""
    return {"NAME": name.lower(), "WORD": name.lower().replace("-", "_")}


def _filled(text: str, words: Mapping[str, str]) -> str:
    return re.sub(r"NAME|WORD", lambda found: words[found[0]], text) if words else text


def _demand_absent(path: Path) -> None:
    if path.exists() or path.is_symlink():
        raise UsageError(f"{str(path)!r} is there, and nothing is overwritten; take another name.")


def _write(folder: Path, files: Mapping[str, str], words: Mapping[str, str]) -> None:
    """Write all files into a new folder, or none."""
    _demand_absent(folder)
    with _told(folder), TemporaryDirectory(prefix=".codeeval-", dir=folder.parent) as part:
        for name, text in files.items():
            file = Path(part, folder.name, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            _write_file(file, _filled(text, words))
        Path(part, folder.name).rename(folder)


def _write_file(path: Path, text: str) -> None:
    with _told(path), path.open("x", encoding="utf-8") as file:
        file.write(text.lstrip("\n"))


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say in words what a disk does not take."""
    try:
        yield
    except OSError as error:
        raise UsageError(f"{str(path)!r} cannot be written: {error.strerror}; take another place.") from None
