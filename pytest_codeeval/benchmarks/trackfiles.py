"""The tests of an exercise in Python, whose modules import the solution's, made into one that stands behind it."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Mapping

from pytest_codeeval.core.pythontree import tree_of

_SOLUTION = "solution"  # what the module of a solution is called where it is run


def one_module(files: Mapping[str, str], module: str) -> str:
    """Return test files as one text that has the names of `module`, the solution's, as its own.

    Files that others import stand before them. Raises ValueError for what is no Python.
    """
    own = {module, *(path.removesuffix(".py") for path in files)}
    helpers_first = sorted(files, key=lambda path: path.endswith("_test.py"))
    return "\n\n".join(_alone(files[path], module, own) for path in helpers_first)


def entry_point(files: Mapping[str, str], module: str) -> str:
    """Return the first name that tests import from the solution's module and call; else the first of all."""
    names: list[str] = []
    called: set[str] = set()
    for text in files.values():
        for node in ast.walk(tree_of(text)):
            if isinstance(node, ast.ImportFrom) and node.module == module:
                names += [alias.name for alias in node.names if not hasattr(builtins, alias.name)]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                called.add(node.func.id)
    return next((name for name in names if name in called), names[0] if names else "")


def _alone(text: str, module: str, own: set[str]) -> str:
    try:
        body = tree_of(text).body
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(str(error)) from None
    lines: list[str] = text.split("\n")
    for node in reversed(body):
        if isinstance(node, ast.ImportFrom) and node.module in own:
            said = [line for alias in node.names if (line := _renamed(alias.name, alias.asname or alias.name))]
        elif isinstance(node, ast.Import) and any(alias.name in own for alias in node.names):
            said = [f"import {alias.name}" for alias in node.names if alias.name not in own]
            text_of_names = re.compile(rf"\b{module}\.(?=\w)")
            lines = [text_of_names.sub("", line) for line in lines]
        else:
            continue
        lines[node.lineno - 1 : node.end_lineno] = said
    whole = re.sub(rf"(\bpatch\(\s*[\"']){module}\.", rf"\g<1>{_SOLUTION}.", "\n".join(lines))
    if "import inspect" in text:  # such tests look for the file that called them
        whole = whole.replace(f'"{module}" in', f'"{_SOLUTION}" in')
    return whole


def _renamed(name: str, other: str) -> str:
    """Return what stands for the import of a name, which the tests have anyway."""
    if hasattr(builtins, name):  # of these they have Python's, but in one process with the solution
        return f"{other} = __import__('sys').modules[{_SOLUTION!r}].{name}"
    return f"{other} = {name}" if other != name else ""
