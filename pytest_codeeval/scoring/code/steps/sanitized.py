"""The step of EvalPlus: of the longest part that is Python, what the entry point needs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.scoring.code.steps.longest import longest_python

_COLOURS = re.compile(r"\x1B(?:[@-Z\\-_]|\[[0-?]*[ -/]*[@-~])")  # escape sequences of terminals
_Named = tuple[str | None, ast.stmt]


def sanitized(text: str, problem: Problem) -> str:
    """Return imports, and those of the classes, functions and assignments of the outermost level that are reached.

    A function without `return` is left out, as are decorated ones and all other statements; of two of one name the
    first stays. If nothing is left, that is the whole of the longest part.
    """
    found = longest_python(_COLOURS.sub("", text))
    code = found if "\n" in found else found.strip()  # a first line that is nothing but too far in
    tree = _tree(code)
    if tree is None:
        return found
    source = _Source(code)
    imports = [node for node in tree.body if isinstance(node, ast.Import) or _is_plain_import(node)]
    named = list(_definitions(tree))
    reached = _reached(problem.entry_point, {name: _names(node) for name, node in named if name})
    kept = [*imports, *(node for name, node in named if name in reached)]
    return "\n".join(map(source.of, kept)).strip() or found


def _tree(code: str) -> ast.Module | None:
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _is_plain_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and (node.module != "__future__" or node.level > 0)


def _definitions(tree: ast.Module) -> Iterator[_Named]:
    """Yield what is defined, the first of each name."""
    seen: set[str | None] = set()
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            name = _assigned(node)
        elif isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.decorator_list:
            name = node.name
            if not isinstance(node, ast.ClassDef) and not any(isinstance(one, ast.Return) for one in ast.walk(node)):
                continue
        else:
            continue
        if name not in seen:
            seen.add(name)
            yield name, node


def _assigned(node: ast.Assign | ast.AnnAssign) -> str | None:
    """Return the name that an assignment goes by: its target, or else its value, whichever is a plain name."""
    first = node.targets[0] if isinstance(node, ast.Assign) else node.target
    several = isinstance(node, ast.Assign) and len(node.targets) > 1
    value = None if several else node.value
    return next((side.id for side in (first, value) if isinstance(side, ast.Name)), None)


def _reached(entry_point: str, needed: dict[str, set[str]]) -> set[str | None]:
    reached, left = {entry_point}, [entry_point]
    while left:
        for name in needed.get(left.pop(), set()) - reached:
            reached.add(name)
            left.append(name)
    return set(reached)


def _names(tree: ast.AST) -> set[str]:
    """Return all names in a statement, those of attributes, arguments and imports among them."""
    found: set[str] = set()
    for node in ast.walk(tree):
        for field in ("id", "arg", "attr", "name", "asname", "module", "rest"):
            said = getattr(node, field, None)
            if isinstance(said, str):
                found.update(said.split("."))
        if isinstance(node, ast.Global | ast.Nonlocal):
            found.update(node.names)
        if isinstance(node, ast.MatchClass):
            found.update(node.kwd_attrs)
    return found


class _Source:
    """A source text by the places of its nodes, whose columns count bytes."""

    def __init__(self, code: str) -> None:
        self._lines = code.encode().splitlines(keepends=True)

    def of(self, node: ast.stmt) -> str:
        """Return the text of a node."""
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        lines = self._lines[first : last + 1]
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][node.col_offset :]
        return b"".join(lines).decode()
