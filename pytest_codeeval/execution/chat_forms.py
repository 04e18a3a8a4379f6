"""Chat forms: a canonical solution in the forms in which chat models write one, all of them right answers."""

from __future__ import annotations

import ast
from collections.abc import Callable

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.extract import Solution, solution_of
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.execution.foreign_forms import foreign_form
from pytest_codeeval.execution.reference import reference

FORMS = ("function only", "own doc comment", "own imports", "prompt repeated", "example of use")

_IMPORTS = "import math\nimport re\nfrom typing import Any, Dict, List, Optional, Tuple, Union\n"
_DOC = '''"""Own words: it's what was "asked for".

Blank lines, {braces}, # marks and ```fences``` may stand here.
"""'''


def chat_answer(problem: Problem, form: str) -> str:
    """Return the canonical solution as an answer in one of `FORMS`."""
    program = reference(problem)
    code = (
        _python_form(problem, program, form) if problem.language == "python" else foreign_form(problem, form, program)
    )
    if form == "prompt repeated" and not problem.stub and problem.language != "python":
        text = f"{problem.prompt}\n"
    else:
        text = ""
    text += f"Here is a solution:\n\n````{problem.language}\n{code.rstrip()}\n````\n\nIt follows the description.\n"
    if form == "example of use" and problem.entry_point:
        text += f"\nFor example:\n\n```{problem.language}\nresult = {problem.entry_point}\n```\n"
    return text


def answered(problem: Problem, form: str) -> Solution:
    """Return what is taken from such an answer."""
    return solution_of(Completion(chat_answer(problem, form)), problem)


def _python_form(problem: Problem, program: str, form: str) -> str:
    try:
        tree = ast.parse(program)
    except (SyntaxError, ValueError, RecursionError):
        return program
    found = [node for node in tree.body if isinstance(node, _FUNCTION) and node.name == problem.entry_point]
    make = _MAKERS[form]
    return make(problem, program, tree, found[-1] if found else None)


_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
_Function = ast.FunctionDef | ast.AsyncFunctionDef | None


def _function_only(problem: Problem, program: str, tree: ast.Module, function: _Function) -> str:
    """Leave out what the prompt has anyway; without a prompt in code, nothing."""
    if function is None:
        return program
    lines = _without_doc(program, function)
    return "\n".join(lines[_start(function) :] if problem.stub else lines)


def _own_doc(problem: Problem, program: str, tree: ast.Module, function: _Function) -> str:
    if function is None or function.body[0].lineno == function.lineno:
        return '# Own words: it\'s what was "asked for".\n' + program
    body = program.split("\n")[function.body[0].lineno - 1]
    indent = body[: len(body) - len(body.lstrip())]
    at = function.body[0].lineno - 1
    doc = [indent + line if line else line for line in _DOC.split("\n")]
    lines = _without_doc(program, function)
    return "\n".join([*lines[:at], *doc, *lines[at:]])


def _own_imports(problem: Problem, program: str, tree: ast.Module, function: _Function) -> str:
    if "__future__" in program:
        return program
    own = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    imports = "".join(f"{ast.unparse(node)}\n" for node in own)
    return f"{_IMPORTS}{imports}\n{_function_only(problem, program, tree, function)}"


def _prompt_repeated(problem: Problem, program: str, tree: ast.Module, function: _Function) -> str:
    if problem.stub:
        return program
    return "".join(f"# {line}\n" for line in problem.prompt.splitlines()) + program


def _example_of_use(problem: Problem, program: str, tree: ast.Module, function: _Function) -> str:
    name = problem.entry_point or "print"
    return f'{program.rstrip()}\n\n# Example of use:\nif __name__ == "__main__":\n    print({name}.__name__)\n'


_MAKERS: dict[str, Callable[[Problem, str, ast.Module, _Function], str]] = dict(
    zip(FORMS, (_function_only, _own_doc, _own_imports, _prompt_repeated, _example_of_use), strict=True)
)


def _start(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)]) - 1


def _without_doc(program: str, function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    lines, doc = program.split("\n"), function.body[0]
    alone = len(function.body) > 1 and doc.lineno > function.lineno and function.body[1].lineno > (doc.end_lineno or 0)
    if alone and ast.get_docstring(function) is not None:
        del lines[doc.lineno - 1 : doc.end_lineno]
    return lines
