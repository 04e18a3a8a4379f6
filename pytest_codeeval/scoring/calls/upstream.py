"""The published decoder: what the leaderboard's own reads from an answer's text, found without running any of it."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pytest_codeeval.scoring.calls.call import Call, UnreadableCallError, call_of
from pytest_codeeval.scoring.calls.folding import folded
from pytest_codeeval.scoring.calls.foreignforms import foreign_calls
from pytest_codeeval.scoring.calls.pythonforms import expression


class Published(NamedTuple):
    """The calls that the published decoder finds; `sent` says that dots in their names may have become underscores."""

    calls: Sequence[Call]
    sent: bool = False


def published_calls(text: str, language: str = "python") -> Published | None:
    """Return what the published decoders make of a text, None where they fail.

    That is calls as JSON if the text is JSON and nothing else, as models give them that were sent tools. All other
    texts are a list in the language of the question; positional arguments vanish, and any sign negates.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    try:
        if isinstance(value, list | Mapping) and value:
            return _of_json(value)
        listed = text.strip("`\n ")
        listed = listed if listed.startswith("[") else f"[{listed}"
        listed = listed if listed.endswith("]") else f"{listed}]"
        if language != "python":
            return Published([call for call in foreign_calls(listed) if not call.fault])
        return Published(_of_python(listed.strip().strip("'")))
    except (UnreadableCallError, ArithmeticError, AttributeError, TypeError, ValueError, RecursionError, MemoryError):
        return None


def _of_json(value: Any) -> Published:
    if isinstance(value, Mapping):
        value = value.get("tool_calls", [])
    calls, sent = [], False
    for one in value:
        if "name" in one:
            calls.append(_checked(str(one["name"]), one.get("arguments", {})))
        else:
            ((name, arguments),) = one.items()
            sent = True
            calls.append(_checked(name, json.loads(arguments)))
    return Published(calls, sent)


def _checked(name: str, arguments: Any) -> Call:
    if not isinstance(arguments, Mapping):
        raise UnreadableCallError("the arguments are no object")
    call = call_of(name, arguments)
    if call.fault:
        raise UnreadableCallError(call.fault)
    return call


def _of_python(text: str) -> list[Call]:
    tree = expression(text)
    if isinstance(tree, ast.Call):
        return [_call(tree)]
    if not isinstance(tree, ast.List | ast.Tuple | ast.Set) or not all(isinstance(e, ast.Call) for e in tree.elts):
        raise UnreadableCallError("no list of calls")
    return [_call(node) for node in tree.elts if isinstance(node, ast.Call)]


def _call(node: ast.Call) -> Call:
    ((name, arguments),) = _named(node).items()
    return _checked(name, arguments)


def _named(node: ast.Call) -> dict[str, Any]:
    parts, function = [], node.func
    while isinstance(function, ast.Attribute):
        parts.append(function.attr)
        function = function.value
    if isinstance(function, ast.Name):
        parts.append(function.id)
    return {".".join(reversed(parts)): {keyword.arg: _value(keyword.value) for keyword in node.keywords}}


def _value(node: ast.expr | None) -> Any:
    match node:
        case ast.Constant():
            return "..." if node.value is Ellipsis else node.value
        case ast.UnaryOp(operand=ast.Constant() as operand):
            return -operand.value  # type: ignore[operator]  # what cannot be negated ends the decoder
        case ast.List():
            return [_value(inner) for inner in node.elts]
        case ast.Tuple():
            return tuple(_value(inner) for inner in node.elts)
        case ast.Dict():
            return {_value(key): _value(value) for key, value in zip(node.keys, node.values, strict=True)}
        case ast.BinOp():
            return folded(node)
        case ast.Name():
            return node.id
        case ast.Call():
            return _named(node) if node.keywords else ast.unparse(node)
        case ast.Subscript():
            return f"{ast.unparse(node.value)}[{ast.unparse(node.slice)}]"
    raise UnreadableCallError(f"an argument is a {type(node).__name__}")
