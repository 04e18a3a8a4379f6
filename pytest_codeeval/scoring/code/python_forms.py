"""Python forms: canonical solutions in Python as chat models write them."""

from __future__ import annotations

import ast

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.scoring.code.extraction.parsing import Parser

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_IMPORTS = "import math\nimport re\nfrom typing import Any, Dict, List, Optional, Tuple, Union\n"
_DOC = '''"""Own words: it's what was "asked for".

Blank lines, {braces}, # marks and ```fences``` may stand here.
"""'''


def python_form(problem: Problem, form: str, program: str) -> str:
    """Return `program`, which is whole, in one of the forms; as it is if it has no function of the right name."""
    tree = Parser().tree(program)
    if tree is None:
        return program
    found = [node for node in tree.body if isinstance(node, _Function) and node.name == problem.entry_point]
    if form == "example of use":
        shown = problem.entry_point or "__name__"
        return f'{program.rstrip()}\n\n# Example of use:\nif __name__ == "__main__":\n    print({shown})\n'
    if not found or form == "prompt repeated":
        return program
    if form == "own doc comment":
        return _with_own_doc(program, found[-1])
    alone = _without_doc(program, found[-1])
    text = "\n".join(alone[_start(found[-1]) :] if problem.stub else alone)
    if form == "function only" or "__future__" in program or _assigns(tree):
        return text
    own = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    return _IMPORTS + "".join(f"{ast.unparse(node)}\n" for node in own) + "\n" + text


def _assigns(tree: ast.Module) -> bool:
    """Whether a program has other things by the names that the imports would bind."""
    named = {alias.name for node in ast.parse(_IMPORTS).body for alias in getattr(node, "names", ())}
    nodes = [part for node in tree.body if isinstance(node, ast.Assign) for part in ast.walk(node)]
    return any(isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store) and part.id in named for part in nodes)


def _with_own_doc(program: str, function: _Function) -> str:
    at = function.body[0].lineno - 1
    if at < function.lineno:
        return '# Own words: it\'s what was "asked for".\n' + program
    body = program.split("\n")[at]
    indent = body[: len(body) - len(body.lstrip())]
    doc = [indent + line if line else line for line in _DOC.split("\n")]
    lines = _without_doc(program, function)
    return "\n".join([*lines[:at], *doc, *lines[at:]])


def _without_doc(program: str, function: _Function) -> list[str]:
    lines, doc = program.split("\n"), function.body[0]
    alone = len(function.body) > 1 and doc.lineno > function.lineno and function.body[1].lineno > (doc.end_lineno or 0)
    if alone and ast.get_docstring(function) is not None:
        del lines[doc.lineno - 1 : doc.end_lineno]
    return lines


def _start(function: _Function) -> int:
    return min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)]) - 1
