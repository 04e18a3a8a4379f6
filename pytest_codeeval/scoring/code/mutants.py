"""Mutants: the canonical solution made wrong in known ways, all of which a problem's test has to notice."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.pythontree import tree_of
from pytest_codeeval.execution.reference import reference

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A wrong program for a problem, and the way in which it is wrong."""

    name: str
    code: str


ALWAYS_EQUAL = "always_equal"
"""The name of the mutant that answers with an object of its own, which is equal to everything."""
BROKEN = "broken_solution"
"""The name of the program that a problem has to be mended, in `Problem.extra`."""

_ENDS = {"exits": "import sys\n{indent}sys.exit(0)", "os_exit": "import os\n{indent}os._exit(0)"}

_PERTURB = """

def _codeeval_perturb(value):
    if value is None:
        return 0
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return str(value) + "x"
    if isinstance(value, (bytes, bytearray)):
        return bytes(value) + b"x"
    if isinstance(value, list):
        return [*value, None]
    if isinstance(value, tuple):
        return (*value, None)
    if isinstance(value, (set, frozenset)):
        return {*value, "codeeval"}
    if isinstance(value, dict):
        return {**value, "codeeval": 1}
    try:
        other = value + 1 + abs(value)
        return other if other != value and other == other else 0
    except Exception:
        return None


_codeeval_original = NAME
"""

# In the place of the entry point: only the outermost call is perturbed, a recursive function calls what it was.
_PERTURBED = (
    _PERTURB
    + """

def NAME(*args, **kwargs):
    global NAME
    wrapper, NAME = NAME, _codeeval_original
    try:
        return _codeeval_perturb(_codeeval_original(*args, **kwargs))
    finally:
        NAME = wrapper
"""
)

# The same of a method.
_PERTURBED_METHOD = (
    _PERTURB
    + """

class NAME(_codeeval_original):
    _codeeval_inside = False

    def METHOD(self, *args, **kwargs):
        if self._codeeval_inside:
            return super().METHOD(*args, **kwargs)
        self._codeeval_inside = True
        try:
            return _codeeval_perturb(super().METHOD(*args, **kwargs))
        finally:
            self._codeeval_inside = False
"""
)

_PLEASING = """

class _CodeevalPleasing:
    def _yes(self, *args, **kwargs):
        return True

    def _no(self, *args, **kwargs):
        return False

    def _self(self, *args, **kwargs):
        return self

    def _zero(self, *args, **kwargs):
        return 0

    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __contains__ = _yes
    __ne__ = _no
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _self
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __neg__ = __abs__ = __round__ = _self
    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = __getitem__ = __getattr__ = __call__ = _self
    __hash__ = __len__ = __int__ = __index__ = _zero

    def __float__(self):
        return 0.0

    def __iter__(self):
        return iter(())
"""
_PLEASES = "return _CodeevalPleasing()"


def mutants(problem: Problem) -> list[Mutant]:
    """Return the mutants of a problem's canonical solution; none for other languages than Python, or without one.

    The program that a problem has to be mended (`extra["broken_solution"]`) is the first of them.
    A function that returns no value has only those that do nothing or end the program: its test need not look at what
    it returns.
    """
    program = reference(problem)
    if problem.language != "python" or not program:
        return []
    try:
        tree = tree_of(program)
    except (SyntaxError, ValueError, RecursionError):
        return []
    name, method = problem.defined, problem.method
    if not name:
        return [Mutant("empty_body", "pass\n"), *_ending(lambda body: f"{body}\n", "")]

    def replaced(body: str, before: str = "") -> str:
        return _replaced(program + before, name, method, body)

    indent = "        " if method else "    "
    given = problem.extra.get(BROKEN)
    return [
        *([Mutant("broken", given)] if isinstance(given, str) else []),
        Mutant("empty_body", replaced("pass")),
        *_wrong_answers(program, tree, name, method, replaced(_PLEASES, _PLEASING)),
        *_ending(replaced, indent),
    ]


def _ending(place: Callable[[str], str], indent: str) -> Iterator[Mutant]:
    for name, body in _ENDS.items():
        yield Mutant(name, place(body.format(indent=indent)))


def _wrong_answers(program: str, tree: ast.Module, name: str, method: str, pleasing: str) -> Iterator[Mutant]:
    """Yield the mutants that answer, and wrongly."""
    entry = _last(tree.body, name)
    if isinstance(entry, ast.ClassDef) and not method:
        yield Mutant(ALWAYS_EQUAL, pleasing)
        return
    if isinstance(entry, ast.ClassDef):
        entry = _last(entry.body, method)
    returns = list(_returns(entry)) if entry is not None else []
    if not returns:
        return
    perturbed = _PERTURBED_METHOD.replace("METHOD", method) if method else _PERTURBED
    yield Mutant("perturbed", program + perturbed.replace("NAME", name))
    yield Mutant(ALWAYS_EQUAL, pleasing)
    for statement in returns:
        statement.value = ast.Constant(None)
    yield Mutant("return_none", ast.unparse(tree) + "\n")


def _last(body: list[ast.stmt], name: str) -> ast.stmt | None:
    """Return the last definition of a name among statements."""
    found = [node for node in body if isinstance(node, (*_FUNCTIONS, ast.ClassDef)) and node.name == name]
    return found[-1] if found else None


def _returns(function: ast.AST) -> Iterator[ast.Return]:
    """Yield the statements by which a function itself, not one inside it, returns a value."""
    for node in ast.iter_child_nodes(function):
        if isinstance(node, ast.Return) and not (
            node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None)
        ):
            yield node
        elif not isinstance(node, (*_FUNCTIONS, ast.ClassDef, ast.Lambda)):
            yield from _returns(node)


def _replaced(program: str, name: str, method: str, body: str) -> str:
    """Return the program with another function in the place of its entry point; a class becomes one too.

    If the entry point is a method it is that of a class that has the name.
    """
    if method:
        return f"{program}\n\nclass {name}:\n    def {method}(self, *args, **kwargs):\n        {body}\n"
    return f"{program}\n\ndef {name}(*args, **kwargs):\n    {body}\n"
