"""Mutants: the canonical solution made wrong in known ways, all of which a problem's test has to notice."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.execution.reference import reference

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A wrong program for a problem, and the way in which it is wrong."""

    name: str
    code: str


ALWAYS_EQUAL = "always_equal"
"""The name of the mutant that answers with an object of its own, which is equal to everything."""

_ENDS = {"exits": "import sys\n{indent}sys.exit(0)", "os_exit": "import os\n{indent}os._exit(0)"}

# In the place of the entry point: only the outermost call is perturbed, a recursive function calls what it was.
_PERTURBED = """

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


def NAME(*args, **kwargs):
    global NAME
    wrapper, NAME = NAME, _codeeval_original
    try:
        return _codeeval_perturb(_codeeval_original(*args, **kwargs))
    finally:
        NAME = wrapper
"""

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


def NAME(*args, **kwargs):
    return _CodeevalPleasing()
"""


def mutants(problem: Problem) -> list[Mutant]:
    """Return the mutants of a problem's canonical solution; none for other languages than Python, or without one.

    A function that returns no value has only those that do nothing or end the program: its test need not look at what
    it returns.
    """
    program = reference(problem)
    if problem.language != "python" or not program:
        return []
    try:
        tree = ast.parse(program)
    except (SyntaxError, ValueError, RecursionError):
        return []
    name = problem.entry_point
    if not name:
        return [Mutant("empty_body", "pass\n"), *_ending(lambda body: f"{body}\n", "")]
    return [
        Mutant("empty_body", _replaced(program, name, "pass")),
        *_wrong_answers(program, tree, name),
        *_ending(lambda body: _replaced(program, name, body), "    "),
    ]


def _ending(place: Callable[[str], str], indent: str) -> Iterator[Mutant]:
    for name, body in _ENDS.items():
        yield Mutant(name, place(body.format(indent=indent)))


def _wrong_answers(program: str, tree: ast.Module, name: str) -> Iterator[Mutant]:
    """Yield the mutants that answer, and wrongly."""
    defined = [node for node in tree.body if isinstance(node, (*_FUNCTIONS, ast.ClassDef)) and node.name == name]
    entry = defined[-1] if defined else None
    if isinstance(entry, ast.ClassDef):
        yield Mutant(ALWAYS_EQUAL, program + _PLEASING.replace("NAME", name))
        return
    returns = list(_returns(entry)) if entry is not None else []
    if not returns:
        return
    yield Mutant("perturbed", program + _PERTURBED.replace("NAME", name))
    yield Mutant(ALWAYS_EQUAL, program + _PLEASING.replace("NAME", name))
    for statement in returns:
        statement.value = ast.Constant(None)
    yield Mutant("return_none", ast.unparse(tree) + "\n")


def _returns(function: ast.AST) -> Iterator[ast.Return]:
    """Yield the statements by which a function itself, not one inside it, returns a value."""
    for node in ast.iter_child_nodes(function):
        if isinstance(node, ast.Return) and not (
            node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None)
        ):
            yield node
        elif not isinstance(node, (*_FUNCTIONS, ast.ClassDef, ast.Lambda)):
            yield from _returns(node)


def _replaced(program: str, name: str, body: str) -> str:
    """Return the program with another function in the place of its entry point; a class becomes one too."""
    return f"{program}\n\ndef {name}(*args, **kwargs):\n    {body}\n"
