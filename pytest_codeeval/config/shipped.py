"""The suites that come with this package, by name, and the test that runs each; none of their modules is loaded."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

from pytest_codeeval.core.errors import UsageError, nearest
from pytest_codeeval.core.suite import Suite

_SUITES = "pytest_codeeval.suites"
_PYTHON = "python_"  # the Python tasks are named with underscores


@cache
def tests() -> dict[str, str]:
    """Return the test of each suite by its name, as pytest takes it on a command line: FILE::FUNCTION."""
    found: dict[str, str] = {}
    for path in sorted(Path(str(files(_SUITES))).glob("test_*.py")):
        found |= {name_of(constant): f"{path}::{function}" for constant, function in _marked(path)}
    return found


def tests_of_files() -> dict[str, list[str]]:
    """Return the tests of each suite file by what stands behind `test_` in its name, such as `arc`."""
    found: dict[str, list[str]] = {}
    for test in tests().values():
        found.setdefault(Path(test.partition("::")[0]).stem.removeprefix("test_"), []).append(test)
    return found


def tests_named(names: Iterable[str]) -> list[str]:
    """Return the tests of suites, given their names or those of the files that hold several.

    Raises UsageError for a name that none has.
    """
    found: list[str] = []
    for name in names:
        named = [tests()[name]] if name in tests() else tests_of_files().get(name, [])
        if not named:
            raise UsageError(f"--suites={name}: no suite of that name comes with this package{hint(name)}.")
        found += named
    return list(dict.fromkeys(found))


def hint(name: str, *, of_files: bool = True) -> str:
    """Return what may have been meant by the name of no suite, or which there are, for the end of a message.

    It may be a name `of_files` that hold several, where these are taken.
    """
    known = [*tests(), *(tests_of_files() if of_files else ())]
    return nearest(name, known) or f"; there are {', '.join(sorted(tests()))}"


def suite(name: str) -> Suite:
    """Return a suite that comes with this package."""
    from pytest_codeeval import benchmarks

    found: Suite = getattr(benchmarks, name.upper().replace("-", "_"))
    return found


def name_of(constant: str) -> str:
    """Return the name of the suite that `benchmarks` has under this name."""
    name = constant.lower()
    return name if name.startswith(_PYTHON) else name.replace("_", "-")


def _marked(path: Path) -> Iterator[tuple[str, str]]:
    """Yield for each test of a suite file the constant that it is marked with, and its function."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        for mark in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
            if isinstance(mark, ast.Call) and mark.args and isinstance(mark.func, ast.Attribute):
                marked = mark.args[0]
                constant = marked.id if isinstance(marked, ast.Name) else getattr(marked, "attr", "")
                if mark.func.attr == "suite" and constant and isinstance(node, ast.FunctionDef):
                    yield constant, node.name
