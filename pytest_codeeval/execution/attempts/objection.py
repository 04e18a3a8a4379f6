"""Objection: why no solution can be judged by a problem's tests in Python, seen from the problem alone."""

from __future__ import annotations

import ast
import builtins
import re
import sys
import warnings
from collections.abc import Callable, Collection, Iterator

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.execution.attempts.outline import Function, Outline, calls_check, outline_of

_BUILTIN = frozenset(vars(builtins)) | {"__file__", "__name__", "__doc__", "__annotations__", "__builtins__"}
_METHODS = (ast.FunctionDef, ast.AsyncFunctionDef)

Allowed = Callable[[], Collection[str]]
"""Returns the modules beside the standard library that solutions and tests may import."""


def objection(problem: Problem, allowed: Allowed = tuple) -> str:
    """Return why a problem's tests cannot be judged by, in words that follow "field 'test' ", or nothing.

    That is so where they are not Python, never mention the solution, or want what nobody gives them.
    """
    try:
        found = outline_of(_compiled(problem.test))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"is not Python ({error or type(error).__name__})"
    reasons = _reasons(problem, found, allowed)
    return next(reasons, "")


def _compiled(test: str) -> ast.Module:
    """Parse a test, and compile it too: that refuses more. Its warnings are nobody's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(test, "<test>")
        compile(tree, "<test>", "exec", dont_inherit=True)
    return tree


def _reasons(problem: Problem, found: Outline, allowed: Allowed) -> Iterator[str]:
    check = found.functions.get("check")
    awaits = calls_check(found)
    if awaits and not problem.entry_point:
        yield "has a check() to be called with the entry point, and field 'entry_point' is missing"
    if awaits and check is not None and not _takes_one(check):
        yield "has a check() that cannot be called with the entry point alone"
    yield from _unprovided(found)
    yield from _missing(found, allowed)
    free = found.used - found.bound - _BUILTIN
    if not _mentions(problem, found, free, check if awaits else None):
        yield f"never mentions the solution ({problem.entry_point or 'it uses no name that it does not define'})"
    if unknown := _unknown(problem, found, free):
        yield f"uses {unknown!r}, which neither it nor the prompt nor the solution defines"


def _takes_one(function: Function) -> bool:
    """Whether a function can be called with one argument."""
    if getattr(function, "decorator_list", None):
        return True  # who knows
    arguments = function.args
    positional = len(arguments.posonlyargs) + len(arguments.args)
    named = any(default is None for default in arguments.kw_defaults)
    return positional - len(arguments.defaults) <= 1 and (positional > 0 or arguments.vararg is not None) and not named


def _unprovided(found: Outline) -> Iterator[str]:
    """Yield what is said of tests that want arguments which nobody gives, as pytest's fixtures."""
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
        for argument in wanted:
            if argument not in given:
                yield f"wants {argument!r} in {name}() (line {node.lineno}), and fixtures are not provided here"


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


def _missing(found: Outline, allowed: Allowed) -> Iterator[str]:
    """Yield what is said of imports that cannot be had."""
    foreign = {name: line for name, line in found.imports.items() if name not in sys.stdlib_module_names}
    if foreign:
        known = allowed()
        absent = [name for name in foreign if name not in known]
        if absent:
            named = ",".join(absent)
            yield (
                f"imports {absent[0]!r} (line {foreign[absent[0]]}), which is not in the standard library: "
                f"allow it by --allow-packages={named}, or leave the row out"
            )


def _mentions(problem: Problem, found: Outline, free: set[str], check: Function | None) -> bool:
    """Whether a test could have to do with the solution at all."""
    entry = problem.entry_point
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
