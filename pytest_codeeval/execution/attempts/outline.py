"""Outline: what a test module in Python defines, calls, imports and uses, read from its text without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from pytest_codeeval.core.pythontree import tree_of

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_CALMING = frozenset(("ImportError", "ModuleNotFoundError", "Exception", "BaseException"))
_DYNAMIC = frozenset(("eval", "exec", "globals", "locals", "vars", "compile", "__import__", "importlib", "NameError"))


@dataclass(slots=True)
class Outline:
    """What stands in a test module.

    `functions` and `classes` are those of the module itself, with those in its branches; of one name the last.
    `called` are the names that are called while the module is executed, `used` all that are looked up anywhere,
    `bound` all that are given a value anywhere, `bases` those of which attributes are used, `words` attributes and
    texts. `imports` are modules with their line, without those that a test can do without. `dynamic` says that names
    may come from where no reader sees them, `checks` that something beside `check` itself looks up `check`.
    """

    functions: dict[str, Function] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    called: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    bound: set[str] = field(default_factory=set)
    bases: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    imports: dict[str, int] = field(default_factory=dict)
    dynamic: bool = False
    checks: bool = False


@lru_cache(maxsize=1)
def outline(test: str) -> Outline:
    """Return the outline of a test; an empty one where that is no Python."""
    try:
        return outline_of(tree_of(test))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Outline()


def outline_of(tree: ast.Module) -> Outline:
    """Return the outline of a test that was parsed."""
    found = Outline()
    for statement in _statements(tree.body):
        _note_definition(found, statement)
    _note(found, tree)
    found.checks = "check" in found.used and _looks_up(tree, "check")
    found.dynamic = found.dynamic or bool(_DYNAMIC & found.used)
    return found


def calls_check(found: Outline) -> bool:
    """Whether a test has a `check` that it leaves to others to call, as HumanEval's do."""
    return ("check" in found.functions or "check" in found.bound) and not found.checks


def returning_conditions(found: Outline) -> Iterator[str]:
    """Yield the functions and methods, as `__qualname__` has them, that are over with the return of a condition."""
    methods = {
        f"{kind.name}.{node.name}": node
        for kind in found.classes.values()
        for node in kind.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    for name, function in (found.functions | methods).items():
        if isinstance(function, ast.Lambda):
            yield from ["<lambda>"] if _is_condition(function.body) or _calls_own(function) else []
        else:
            returns = [part for part in _statements(function.body) if isinstance(part, ast.Return)]
            if returns == function.body[-1:] and _is_condition(returns[0].value):
                yield name


def _is_condition(value: ast.expr | None) -> bool:
    match value:
        case ast.Compare() | ast.BoolOp(op=ast.And()) | ast.UnaryOp(op=ast.Not()):
            return True
        case ast.BoolOp(values=values):  # one thing after the other is done by `or`, too
            return any(map(_is_condition, values))
    return False


def _calls_own(function: ast.Lambda) -> bool:
    """Whether a lambda returns what it was given returns."""
    called = function.body.func if isinstance(function.body, ast.Call) else None
    return isinstance(called, ast.Name) and called.id in {argument.arg for argument in function.args.args}


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a module and of its branches, loops and such, not those of functions and classes."""
    for statement in body:
        yield statement
        if not isinstance(statement, (*_FUNCTIONS, ast.ClassDef)):
            for name in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(statement, name, []))
            for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
                yield from _statements(part.body)


def _note_definition(found: Outline, statement: ast.stmt) -> None:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        found.functions[statement.name] = statement
    elif isinstance(statement, ast.ClassDef):
        found.classes[statement.name] = statement
    elif isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda):
        names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
        found.functions.update(dict.fromkeys(names, statement.value))


def _note(found: Outline, tree: ast.Module) -> None:
    """Note all that a module is made of."""
    todo: list[tuple[ast.AST, bool, bool]] = [(tree, True, False)]  # with it: executed with the module; it may fail
    while todo:
        node, here, calm = todo.pop()
        _note_name(found, node)
        if here and isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found.called.add(node.func.id)
        if isinstance(node, ast.Import | ast.ImportFrom):
            _note_import(found, node, calm)
        here = here and not isinstance(node, _FUNCTIONS)
        tried = node.body if isinstance(node, ast.Try) and _is_calm(node) else []
        todo += [(child, here, calm or child in tried) for child in ast.iter_child_nodes(node)]


def _looks_up(tree: ast.Module, name: str) -> bool:
    """Whether a name is looked up outside of the function of that name."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            return True
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name != name:
            todo += ast.iter_child_nodes(node)
    return False


def _note_name(found: Outline, node: ast.AST) -> None:
    match node:
        case ast.Name(id=name, ctx=ast.Load()):
            found.used.add(name)
        case ast.Attribute(value=value, attr=name):
            found.words.add(name)
            if isinstance(value, ast.Name):
                found.bases.add(value.id)
        case ast.Constant(value=str(text)):
            found.words.add(text)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            found.bound.add(name)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            found.bound.add(name)
        case ast.Name(id=name) | ast.arg(arg=name) | ast.MatchMapping(rest=str(name)):
            found.bound.add(name)


def _note_import(found: Outline, node: ast.Import | ast.ImportFrom, calm: bool) -> None:
    for alias in node.names:
        found.bound.add(alias.asname or alias.name.partition(".")[0])
        found.dynamic = found.dynamic or alias.name in ("*", "importlib")
        module = alias.name if isinstance(node, ast.Import) else node.module or ""
        if not calm and not getattr(node, "level", 0):
            found.imports.setdefault(module.partition(".")[0], node.lineno)


def _is_calm(node: ast.Try) -> bool:
    """Whether an import in the statement may fail."""
    kinds = [handler.type for handler in node.handlers]
    names = {part.id for kind in kinds if kind is not None for part in ast.walk(kind) if isinstance(part, ast.Name)}
    return None in kinds or bool(names & _CALMING)
