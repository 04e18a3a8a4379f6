"""Python forms: calls written as in Python, `[f(a=1), g(b="x")]`, read as a tree and never run."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from pytest_codeeval.core.pythontree import expression_of
from pytest_codeeval.scoring.calls.call import MOST_CALLS, Call, UnreadableCallError, call_of
from pytest_codeeval.scoring.calls.folding import folded

_WORDS = {"true": True, "false": False, "null": None}
"""What other languages, and JSON, have for Python's constants."""


def expression(text: str) -> ast.expr:
    """Return the tree of a text.

    Raises UnreadableCallError where it is no expression in Python.
    """
    try:
        return expression_of(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise UnreadableCallError(f"no expression in Python ({type(error).__name__})") from None


def python_calls(text: str) -> list[Call]:
    """Return the calls of a text that is one call, or a list of calls; of an empty list none.

    Raises UnreadableCallError for a text that is anything else.
    """
    tree = expression(text.strip())
    nodes: Sequence[ast.expr] = tree.elts if isinstance(tree, ast.List | ast.Tuple) else [tree]
    printed = map(_printed, nodes[:MOST_CALLS])
    calls = [node for node in printed if isinstance(node, ast.Call) and name_of(node.func)]
    if len(calls) < min(len(nodes), MOST_CALLS) or any(map(_is_signature, calls)):
        raise UnreadableCallError("no list of calls")
    return [_call(node) for node in calls]


def python_objects(text: str) -> Any:
    """Return the value of a text that is a dictionary as Python writes it, or a list of some.

    Raises UnreadableCallError for any other.
    """
    tree = expression(text.strip())
    if not all(isinstance(node, ast.Dict) for node in (tree.elts if isinstance(tree, ast.List) else [tree])):
        raise UnreadableCallError("no objects")
    try:
        return value_of(tree)
    except (RecursionError, ValueError, TypeError) as error:
        raise UnreadableCallError(f"no objects ({type(error).__name__})") from None


def literal(text: str) -> Any:
    """Return the value of a text that is a literal of Python, in which nothing is named or called.

    Raises UnreadableCallError for any other.
    """
    tree = expression(text)
    if any(isinstance(node, ast.Name | ast.Call | ast.Attribute | ast.Subscript) for node in ast.walk(tree)):
        raise UnreadableCallError("no literal")
    try:
        return value_of(tree)
    except (RecursionError, ValueError, TypeError) as error:
        raise UnreadableCallError(f"no literal ({type(error).__name__})") from None


def name_of(node: ast.expr) -> str:
    """Return the dotted name that a tree is, nothing if it is none."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed([*parts, node.id])) if isinstance(node, ast.Name) else ""


def _is_signature(node: ast.Call) -> bool:
    """Whether a function is only named, with its parameters, as in `weather(city, days=3)`."""
    return bool(node.args) and all(isinstance(argument, ast.Name) for argument in node.args)


def _printed(node: ast.expr) -> ast.expr:
    """Return what is printed where a call is, as those write it who think of calls as code that runs."""
    match node:
        case ast.Call(func=ast.Name(id="print"), args=[ast.Call() as inner], keywords=[]):
            return inner
    return node


def _call(node: ast.Call) -> Call:
    name = name_of(node.func)
    if node.args:
        return Call(name, fault="an argument stands without its name")
    try:
        return call_of(name, {_keyword(keyword): value_of(keyword.value) for keyword in node.keywords})
    except UnreadableCallError as error:
        return Call(name, fault=str(error))
    except (RecursionError, ValueError, TypeError) as error:  # a key that cannot be one, a tree that cannot be written
        return Call(name, fault=f"an argument cannot be read ({type(error).__name__})")


def _keyword(keyword: ast.keyword) -> str:
    if keyword.arg is None:
        raise UnreadableCallError("the arguments are unpacked from something else")
    return keyword.arg


def value_of(node: ast.expr) -> Any:
    """Return the value that an argument's tree stands for; a name, or a call within, is its text."""
    if isinstance(node, ast.List | ast.Tuple):
        values = [value_of(inner) for inner in node.elts]
        return tuple(values) if isinstance(node, ast.Tuple) else values
    if isinstance(node, ast.Dict):
        if None in node.keys:
            raise UnreadableCallError("a dictionary is unpacked into another")
        return {value_of(key): value_of(value) for key, value in zip(node.keys, node.values, strict=True) if key}
    if isinstance(node, ast.Name):
        return _WORDS.get(node.id, node.id)
    if isinstance(node, ast.Call) and node.keywords and not node.args:
        return {name_of(node.func): {_keyword(keyword): value_of(keyword.value) for keyword in node.keywords}}
    if isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        return ast.unparse(node)
    if isinstance(node, ast.Constant) and node.value is None:
        return None
    if isinstance(node, ast.Constant) and node.value is Ellipsis:
        return "..."
    return folded(node)
