"""The public names: `from pytest_codeeval import …` is all that a suite or a plugin of somebody else's needs."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import pytest_codeeval
from pytest_codeeval.core import errors

SOURCE = Path(pytest_codeeval.__file__)


@pytest.mark.parametrize("name", pytest_codeeval.__all__)
def test_each_name_is_there_and_says_what_it_is(name: str) -> None:
    found = getattr(pytest_codeeval, name)
    assert found.__name__ == name
    said = inspect.getdoc(found) or ""
    # A dataclass or a named tuple without a docstring is given its signature instead.
    assert said and not said.startswith(f"{name}(")


def test_editors_see_the_names_that_a_run_finds() -> None:
    """Those are read from imports that are never run."""
    imports = [node for node in ast.walk(ast.parse(SOURCE.read_text())) if isinstance(node, ast.ImportFrom)]
    seen = {
        (node.module, alias.name)
        for node in imports
        for alias in node.names
        if (node.module or "").startswith("pytest_codeeval.")
    }
    assert seen == {(module, name) for name, module in pytest_codeeval._MODULES.items()}
    assert {name for _, name in seen} == set(pytest_codeeval.__all__)


def test_all_errors_are_among_them() -> None:
    own = {
        name
        for name, found in vars(errors).items()
        if isinstance(found, type) and found.__module__ == "pytest_codeeval.core.errors"
    }
    assert own and own <= set(pytest_codeeval.__all__)


def test_the_import_alone_loads_nothing_further_of_the_package() -> None:
    code = (
        "import sys, typing; before = set(sys.modules); import pytest_codeeval as p; "
        "print(sorted(set(sys.modules) - before)); p.Suite, p.Score; "
        "print('pytest_codeeval.core.suite' in sys.modules, 'pytest_codeeval.plugin' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=SOURCE.parents[1]
    )
    assert said.stdout.splitlines() == ["['pytest_codeeval']", "True False"]


def test_a_name_that_is_none_is_said_to_be_none() -> None:
    with pytest.raises(AttributeError, match="module 'pytest_codeeval' has no attribute 'Suit'"):
        pytest_codeeval.Suit  # noqa: B018
    assert set(pytest_codeeval.__all__) < set(dir(pytest_codeeval))
    assert "__version__" in dir(pytest_codeeval)
