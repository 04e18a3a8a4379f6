"""Test modules of a track: they have the solution's names as their own, and each other's."""

from __future__ import annotations

import pytest

from pytest_codeeval.benchmarks.trackfiles import entry_point, one_module

IMPORTS = {
    "from sums import add\nadd()": "\nadd()",
    "from sums import (\n    add,\n    sub as minus,\n)\nminus()": "minus = sub\nminus()",
    "from sums import add as add": "",
    "import sums\nsums.add(sums.ONE)": "\nadd(ONE)",
    "import os, sums\nos.add(sums.ONE)": "import os\nos.add(ONE)",
    "from sums import filter as keep": "keep = __import__('sys').modules['solution'].filter",
    "from sums import filter": "filter = __import__('sys').modules['solution'].filter",
    "from other import add": "from other import add",
    "@mock.patch('sums.open')\ndef f(): 'sums.open'": "@mock.patch('solution.open')\ndef f(): 'sums.open'",
    'import inspect\n"sums" in f': 'import inspect\n"solution" in f',
    'words = "sums" in f': 'words = "sums" in f',
}


@pytest.mark.parametrize("text", IMPORTS)
def test_imports_of_the_solution_give_way_to_its_names(text: str) -> None:
    assert one_module({"sums_test.py": text}, "sums").strip() == IMPORTS[text].strip()


def test_a_file_that_others_import_stands_before_them() -> None:
    files = {"sums_test.py": "from helpers import X\nX", "helpers.py": "X = 1"}
    found = one_module(files, "sums")
    exec(compile(found, "tests", "exec"), {})
    assert found.startswith("X = 1")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("from sums import ONE, add\nadd(ONE)", "add"),
        ("from sums import filter, ONE\nfilter(ONE)", "ONE"),
        ("import sums\nsums.add()", ""),
    ],
)
def test_the_entry_point_is_what_the_tests_call(text: str, name: str) -> None:
    assert entry_point({"sums_test.py": text}, "sums") == name


@pytest.mark.parametrize("text", ["import (", "(" * 5000])
def test_what_is_no_python_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        one_module({"sums_test.py": text}, "sums")
