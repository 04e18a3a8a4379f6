"""Objection: why no solution can be judged by a problem's tests in Python, seen from the problem alone."""

from __future__ import annotations

import ast
import builtins
import re
import sys
import warnings
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.execution.attempts.outline import Function, Outline, calls_check, outline_of

_BUILTIN = frozenset(vars(builtins)) | {"__file__", "__name__", "__doc__", "__annotations__", "__builtins__"}
_METHODS = (ast.FunctionDef, ast.AsyncFunctionDef)

Allowed = Callable[[], Collection[str]]
"""Returns the modules beside the standard library that solutions and tests may import."""


@dataclass(frozen=True, slots=True)
class Objection:
    """A reason in words that begin with a field of the row; `packages` are to be allowed, where that is the reason."""

    reason: str
    packages: tuple[str, ...] = ()


def objection(problem: Problem, allowed: Allowed = tuple) -> Objection | None:
    """Return why a problem's tests cannot be judged by, or nothing.

    That is so where they are not Python, never mention the solution, or want what nobody gives them.
    """
    try:
        found = outline_of(_compiled(problem.test))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Objection(f"field 'test' is not Python ({str(error) or type(error).__name__})")
    return next(_objections(problem, found, allowed), None)


def _compiled(test: str) -> ast.Module:
    """Parse a test, and compile it too: that refuses more. Its warnings are nobody's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(test, "<test>")
        compile(tree, "<test>", "exec", dont_inherit=True)
    return tree


def _objections(problem: Problem, found: Outline, allowed: Allowed) -> Iterator[Objection]:
    check = found.functions.get("check") if calls_check(found) else None
    if calls_check(found) and not problem.entry_point:
        yield Objection("field 'entry_point' is missing, and the test's check() is to be called with it")
    if check is not None and not _takes_one(check):
        yield Objection("field 'test' has a check() that cannot be called with the entry point alone")
    for name, node, argument in _unprovided(found):
        where = f"{name}() (line {node.lineno})"
        yield Objection(f"field 'test' wants a fixture {argument!r} for {where}, and there are no fixtures here")
    if absent := _absent(found, allowed):
        name, *_ = absent
        said = f"imports {name!r} (line {found.imports[name]}), which is not in the standard library"
        yield Objection(f"field 'test' {said}", tuple(absent))
    free = found.used - found.bound - _BUILTIN
    if not _mentions(problem, found, free, check):
        yield Objection("field 'test' never uses the solution, so that any would pass")
    if unknown := _unknown(problem, found, free):
        yield Objection(f"field 'test' uses {unknown!r}, which neither it nor the prompt nor the solution defines")


def _takes_one(function: Function) -> bool:
    """Whether a function can be called with one argument."""
    if getattr(function, "decorator_list", None):
        return True  # who knows
    arguments = function.args
    positional = len(arguments.posonlyargs) + len(arguments.args)
    named = any(default is None for default in arguments.kw_defaults)
    return positional - len(arguments.defaults) <= 1 and (positional > 0 or arguments.vararg is not None) and not named


def _unprovided(found: Outline) -> Iterator[tuple[str, ast.stmt, str]]:
    """Yield tests that want an argument which nobody gives, as pytest's fixtures, with that."""
    functions = [(name, node, 0) for name, node in found.functions.items() if name not in found.used]
    for kind in found.classes.values():
        if kind.name.startswith("Test") and not kind.bases:
            functions += [(node.name, node, 1) for node in kind.body if isinstance(node, _METHODS)]
    for name, node, bound in functions:
        if not name.startswith("test") or isinstance(node, ast.Lambda):
            continue
        given = _given(node.decorator_list)
        if given is None:
            continue
        arguments = [*node.args.posonlyargs, *node.args.args]
        wanted = [argument.arg for argument in arguments[: len(arguments) - len(node.args.defaults)]][bound:]
        yield from ((name, node, argument) for argument in wanted if argument not in given)


def _given(decorators: list[ast.expr]) -> set[str] | None:
    """Return the arguments that decorators parametrize; nothing can be told of other decorators than pytest's."""
    given: set[str] = set()
    for decorator in decorators:
        text = ast.unparse(decorator)
        if isinstance(decorator, ast.Call) and text.startswith("pytest.mark.parametrize("):
            try:
                names = ast.literal_eval(decorator.args[0])
            except (ValueError, IndexError):
                return None
            given.update(re.findall(r"\w+", names) if isinstance(names, str) else map(str, names))
        elif not text.startswith(("pytest.mark.", "staticmethod")):
            return None
    return given


def _absent(found: Outline, allowed: Allowed) -> list[str]:
    """Return the modules that the tests import and cannot have."""
    foreign = [name for name in found.imports if name not in sys.stdlib_module_names]
    known = allowed() if foreign else ()
    return [name for name in foreign if name not in known]


def _mentions(problem: Problem, found: Outline, free: set[str], check: Function | None) -> bool:
    """Whether a test could have to do with the solution at all."""
    entry = problem.defined
    if found.dynamic or free or (entry and entry in found.used):
        return True
    if check is not None:
        names = {part.id for part in ast.walk(check) if isinstance(part, ast.Name)}
        arguments = [*check.args.posonlyargs, *check.args.args, *filter(None, (check.args.vararg,))]
        if check.args.vararg is not None or (arguments and arguments[0].arg in names):
            return True
    elif calls_check(found):
        return True  # made by something else than a definition
    return bool(entry) and any(re.search(rf"\b{re.escape(entry)}\b", word) for word in found.words)


def _unknown(problem: Problem, found: Outline, free: set[str]) -> str:
    """Return a name that a test uses and nobody defines, if there is one; what is right has to be known for that."""
    canonical = problem.canonical_solution
    if found.dynamic or not canonical or "import *" in canonical:
        return ""
    told = f"{problem.entry_point} {problem.prompt} {canonical}"
    names = (name for name in sorted(free) if name not in sys.stdlib_module_names or name not in found.bases)
    return next((name for name in names if not re.search(rf"\b{re.escape(name)}\b", told)), "")
