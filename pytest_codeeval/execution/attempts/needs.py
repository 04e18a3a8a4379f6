"""Needs: what tests do that may not be served from another process, so that a right solution's run has to show it."""

import ast
import builtins
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterator

_SHARED_MODULES = frozenset(
    (
        *(
            "builtins",
            "contextlib",
            "copy",
            "dataclasses",
            "gc",
            "importlib",
            "inspect",
            "io",
            "logging",
            "numpy",
            "os",
        ),
        *("pathlib", "pickle", "pytest", "shutil", "signal", "subprocess", "sys", "tempfile", "threading", "types"),
        *("unittest", "warnings", "weakref", "zoneinfo"),
    )
)
AWAITS = "awaits"
"""The reason of tests in which several things go on at a time."""
_LOOKS_INSIDE = frozenset(("dir", "getattr", "hasattr", "id", "isinstance", "open", "setattr", "super", "type", "vars"))

_VALUES = (str, bytes, bytearray, int, float, complex, list, tuple, dict, set, frozenset, range)
_OF_VALUES = frozenset(name for kind in (*_VALUES, Counter, OrderedDict, defaultdict, deque) for name in dir(kind))


def reaches(test: str, entry_point: str, prompt: str) -> list[str]:
    """Return what a test does beyond passing values to functions and comparing what comes back, in words.

    It is told by the looks of the test, before any solution is seen. Without a canonical solution such a test is judged
    in one process if it has to be.
    """
    try:
        tree, before = ast.parse(test), ast.parse(prompt)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return list(dict.fromkeys(_found(tree, before, entry_point)))


def _found(tree: ast.Module, before: ast.Module, entry_point: str) -> Iterator[str]:
    if entry_point[:1].isupper():
        yield f"makes objects of {entry_point}"
    bound = {*_bound(tree), *_bound(before), *dir(builtins), entry_point, "__file__"}
    answers = set(_answers(tree, entry_point))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            if node.id not in bound:
                yield f"uses {node.id}, which only a solution can define"
            elif node.id in _LOOKS_INSIDE:
                yield f"calls {node.id}()"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [name.name for name in node.names]
            shared = sorted(_SHARED_MODULES.intersection(module.partition(".")[0] for module in modules))
            yield from (f"imports {module}" for module in shared)
        else:
            yield from _of_statement(node, entry_point)
            yield from _of_answers(node, answers, entry_point)


def _of_statement(node: ast.AST, entry_point: str) -> Iterator[str]:
    match node:
        case ast.With() | ast.AsyncWith():
            yield "has a with statement"
        case ast.Await() | ast.AsyncFor() | ast.AsyncFunctionDef():
            yield AWAITS
        case ast.ClassDef():
            yield "defines a class"
        case ast.Attribute(value) if _asks(value, entry_point):
            yield f"looks at .{node.attr} of an answer"


def _answers(tree: ast.Module, entry_point: str) -> Iterator[str]:
    """Yield the names that answers of the solution are kept under."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _asks(node.value, entry_point):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _of_answers(node: ast.AST, answers: set[str], entry_point: str) -> Iterator[str]:
    """Yield what is done with answers that objects are made for.

    That two of them are compared is not enough: an object says itself what it equals.
    """

    def is_answer(side: ast.expr) -> bool:
        return _asks(side, entry_point) or (isinstance(side, ast.Name) and side.id in answers)

    match node:
        case ast.Attribute(ast.Name(name), attribute) if name in answers and attribute not in _OF_VALUES:
            yield f"looks at .{attribute} of an answer"
        case ast.BinOp(left, _, right) if is_answer(left) and is_answer(right):
            yield "computes with two answers"


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
