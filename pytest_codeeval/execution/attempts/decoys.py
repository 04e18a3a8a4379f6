"""Decoys: a problem's tests with one expectation made wrong, which no right solution passes."""

import ast
import random

MOST = 3


def decoys(test: str, seed: int) -> list[str]:
    """Return up to three variants of a test, each with one constant of a plain `assert … == constant` changed.

    A solution that passes one of them does not pass by its answers. Assertions in loops and branches are left alone, as
    they may never be reached.
    """
    try:
        tree = ast.parse(test)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found = [constant for block in _blocks(tree) for statement in block if (constant := _expected(statement))]
    chosen = random.Random(seed).sample(found, min(MOST, len(found)))
    variants = []
    for constant in chosen:
        before = constant.value
        constant.value = _other(before)
        variants.append(ast.unparse(tree))
        constant.value = before
    return variants


def _blocks(tree: ast.Module) -> list[list[ast.stmt]]:
    functions = [node.body for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "check"]
    return [tree.body, *functions]


def _expected(statement: ast.stmt) -> ast.Constant | None:
    if not isinstance(statement, ast.Assert) or not isinstance(statement.test, ast.Compare):
        return None
    compared = statement.test
    if len(compared.ops) != 1 or not isinstance(compared.ops[0], ast.Eq):
        return None
    for side in (compared.comparators[0], compared.left):
        if isinstance(side, ast.Constant) and isinstance(side.value, bool | int | float | str | None):
            return side
    return None


def _other(value: object) -> bool | int | float | str:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1 if abs(value) < 1e15 else 0
    return f"{value}x"
