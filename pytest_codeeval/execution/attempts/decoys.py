"""Decoys: a problem's tests with one expectation made wrong, which no right solution passes."""

import ast
import random
from collections.abc import Iterator
from itertools import takewhile

from pytest_codeeval.core.pythontree import tree_of

MOST = 3

_DISPLAYS = (ast.List, ast.Tuple, ast.Dict, ast.Set, ast.Constant, ast.UnaryOp, ast.USub, ast.Load)
_EQUALITIES = frozenset(("assertEqual", "assertListEqual", "assertDictEqual", "assertTupleEqual", "assertSetEqual"))
_PATCHES = frozenset(("patch", "patch.object", "patch.dict", "patch.multiple"))
"""Decorators of `unittest.mock`, under which a test is run, and fails, as without them."""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def decoys(test: str, seed: int) -> list[str]:
    """Return up to three variants of a test, each with one constant changed that something has to be equal to.

    A solution that passes one of them does not pass by its answers. Assertions in loops and branches are left alone, as
    they may never be reached.
    """
    try:
        tree = tree_of(test)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found = [constant for statement in _statements(tree) for constant in _expected(statement)]
    chosen = random.Random(seed).sample(found, min(MOST, len(found)))
    variants = []
    for constant in chosen:
        before = constant.value
        constant.value = _other(before)
        variants.append(ast.unparse(tree))
        constant.value = before
    return variants


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield what is reached without a condition, in the functions that are run as tests too.

    Those that are decorated, but for patches, may be skipped, or be expected to fail, and of one name the last is run.
    """
    yield from _reached(tree.body)
    for node in _last_of_name(tree.body):
        if isinstance(node, _FUNCTIONS) and (node.name == "check" or node.name.startswith("test")):
            yield from _reached(node.body)
        elif isinstance(node, ast.ClassDef):
            for method in _last_of_name(node.body):
                if isinstance(method, _FUNCTIONS) and method.name.startswith("test"):
                    yield from _reached(method.body)


def _last_of_name(body: list[ast.stmt]) -> list[ast.stmt]:
    named = {node.name: node for node in body if isinstance(node, (*_FUNCTIONS, ast.ClassDef))}
    return [node for node in named.values() if all(map(_is_patch, node.decorator_list))]


def _is_patch(decorator: ast.expr) -> bool:
    name = ast.unparse(decorator.func) if isinstance(decorator, ast.Call) else ""
    return name.removeprefix("unittest.").removeprefix("mock.") in _PATCHES


def _reached(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    return takewhile(lambda statement: not isinstance(statement, ast.Return | ast.Raise), body)


def _expected(statement: ast.stmt) -> Iterator[ast.Constant]:
    """Yield one constant of each literal that a statement asserts something to be equal to."""
    for left, right in _equalities(statement):
        for side in (right, left):
            if all(isinstance(part, _DISPLAYS) for part in ast.walk(side)):
                parts = [part for part in ast.walk(side) if isinstance(part, ast.Constant)]
                yield from [part for part in parts if isinstance(part.value, bool | int | float | str | None)][-1:]
                break


def _equalities(statement: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr]]:
    match statement:
        case ast.Assert(test):
            for unit in test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]:
                match unit:
                    case ast.Compare(left, [ast.Eq()], [right]):
                        yield left, right
        case ast.Expr(ast.Call(ast.Attribute(ast.Name("self"), name), [left, right, *_])) if name in _EQUALITIES:
            yield left, right


def _other(value: object) -> bool | int | float | str:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1009 if abs(value) < 1e15 else 0  # no neighbour, which may be in the same set
    return f"{value}x"
