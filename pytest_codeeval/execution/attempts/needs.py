"""Needs: what tests do that may not be served from another process, so that a right solution's run has to show it."""

import ast
import builtins
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterator
from functools import lru_cache

from pytest_codeeval.core.pythontree import tree_of

_VALUES_MODULES = frozenset(
    (
        *("__future__", "ast", "base64", "binascii", "bisect", "calendar", "cmath", "collections", "datetime"),
        *("decimal", "fractions", "functools", "hashlib", "heapq", "itertools", "json", "math", "numbers", "operator"),
        *("random", "re", "statistics", "string", "struct", "textwrap", "time", "typing", "unicodedata", "uuid"),
    )
)
"""Modules from which tests have values and functions. What others make may have to be shared with the solution."""
AWAITS = "awaits"
"""The reason of tests in which several things go on at a time."""
_LOOKS_INSIDE = frozenset(
    (
        *("__import__", "dir", "eval", "exec", "getattr", "globals", "hasattr", "id", "isinstance", "locals", "open"),
        *("setattr", "super", "type", "vars"),
    )
)
_SHARES = frozenset(("Random", "SystemRandom", "getcontext", "get_type_hints", "localcontext", "setcontext"))
"""What there is in those modules beside values."""


_VALUES = (str, bytes, bytearray, int, float, complex, list, tuple, dict, set, frozenset, range)
_OF_VALUES = frozenset(name for kind in (*_VALUES, Counter, OrderedDict, defaultdict, deque) for name in dir(kind))


@lru_cache(maxsize=1)
def reaches(test: str, entry_point: str, prompt: str) -> list[str]:
    """Return what a test does beyond passing values to functions and comparing what comes back, in words.

    It is told by the looks of the test, before any solution is seen. Without a canonical solution such a test is judged
    in one process if it has to be.
    """
    try:
        tree, before = tree_of(test), tree_of(prompt)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return list(dict.fromkeys(_found(tree, before, entry_point)))


def _found(tree: ast.Module, before: ast.Module, entry_point: str) -> Iterator[str]:
    if entry_point[:1].isupper():
        yield f"makes objects of {entry_point}"
    bound = {*_bound(tree), *_bound(before), *dir(builtins), entry_point, "__file__"}
    if any(isinstance(node, ast.ClassDef) for node in before.body):
        yield "has a class that the prompt defines"
    yield from _of_answers(tree, entry_point)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            if node.id not in bound:
                yield f"uses {node.id}, which only a solution can define"
            elif node.id in _LOOKS_INSIDE:
                yield f"calls {node.id}()"
        elif isinstance(node, ast.Attribute | ast.Constant) and "nan" in (
            vars(node).get("attr"),
            vars(node).get("value"),
        ):
            yield "has a NaN, which equals nothing but itself"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [name.name for name in node.names]
            shared = sorted({module.partition(".")[0] for module in modules} - _VALUES_MODULES)
            yield from (f"imports {module}" for module in shared)
            yield from (f"uses {name.name}" for name in node.names if name.name in _SHARES)
        else:
            yield from _of_statement(node, entry_point)


def _of_statement(node: ast.AST, entry_point: str) -> Iterator[str]:
    match node:
        case ast.With() | ast.AsyncWith():
            yield "has a with statement"
        case ast.Await() | ast.AsyncFor() | ast.AsyncFunctionDef():
            yield AWAITS
        case ast.ClassDef():
            yield "defines a class"
        case ast.Assign(value=ast.Yield()) | ast.NamedExpr(value=ast.Yield()):
            yield "has a generator that is sent values"
        case ast.Attribute(attr=name) if name in _SHARES:
            yield f"uses {name}"
        case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ast.Attribute(), ctx=ast.Store() | ast.Del()):
            yield "changes what an object holds"
        case ast.Expr(ast.Call(ast.Attribute(ast.Attribute()))):
            yield "changes what an object holds"
        case ast.Attribute(attr=name) if name.startswith("__"):
            yield f"looks at .{name}"
        case ast.Attribute(value) if _asks(value, entry_point):
            yield f"looks at .{node.attr} of an answer"


def _of_answers(tree: ast.Module, entry_point: str) -> Iterator[str]:
    """Yield what is done with what the solution returned, as far as names tell."""
    answers: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets, value) if _holds_call(value, entry_point):
                answers.update(part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))
    known = {*answers, entry_point, "candidate"}
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left, [ast.Is() | ast.IsNot()], [other]) if _meet([left, other], known):
                yield "asks whether answers are the same object"
            case ast.BinOp(left, _, right) if _meet([left, right], known):
                yield "computes with answers"
            case ast.Attribute(ast.Name(name), attribute) if name in answers and attribute not in _OF_VALUES:
                yield f"looks at .{attribute} of an answer"
            case ast.Subscript(ast.Name(name), ctx=ast.Store() | ast.Del()) if name in answers:
                yield "changes an answer"


def _meet(sides: list[ast.expr], answers: set[str]) -> bool:
    found = (any(isinstance(part, ast.Name) and part.id in answers for part in ast.walk(side)) for side in sides)
    return sum(found) > 1


def _holds_call(value: ast.expr, entry_point: str) -> bool:
    return any(isinstance(part, ast.Call) and _asks(part, entry_point) for part in ast.walk(value))


def _asks(value: ast.expr, entry_point: str) -> bool:
    """Whether an expression is a call of the solution, as far as its name tells, or an entry of what it returned."""
    while isinstance(value, ast.Subscript):
        value = value.value
    return (
        isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in (entry_point, "candidate")
    )


def _bound(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.Name(name, ast.Store() | ast.Del()) | ast.arg(name):
                yield name
            case ast.alias():
                yield (node.asname or node.name).partition(".")[0]
            case ast.ExceptHandler(name=str(name)):
                yield name
