"""Literals: the plain value that an expression of a test stands for, found without running anything."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

LARGEST = 10_000
"""Items, characters or digits of a value; what is larger is no example to learn from."""

NAMES: Mapping[str, Any] = {}


class NoLiteral(Exception):  # noqa: N818 - a state of affairs, not an error
    """An expression whose value takes more than reading."""


_MADE: Mapping[str, Callable[..., Any]] = {
    "list": list,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "str": str,
    "int": int,
    "float": float,
}


def value_of(node: ast.expr, names: Mapping[str, Any] = NAMES) -> Any:
    """Return the value of an expression of literals; `names` are those that stand for known values.

    Raises NoLiteral for any other.
    """
    try:
        return _read(node, names)
    except (ValueError, TypeError, ArithmeticError, RecursionError, KeyError):
        raise NoLiteral from None


def _read(node: ast.expr, names: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=value) if value is not ...:
            return value
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.List() | ast.Tuple() | ast.Set():
            kind = {ast.List: list, ast.Tuple: tuple, ast.Set: set}[type(node)]
            return kind([_read(item, names) for item in node.elts])
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return {_read(key, names): _read(value, names) for key, value in pairs if key is not None}
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
            value = _number(_read(operand, names))
            return -value if isinstance(sign, ast.USub) else value
        case ast.BinOp(left=left, op=operator, right=right):
            return _combined(operator, _read(left, names), _read(right, names))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _made(name, [_read(argument, names) for argument in arguments])
    return _refuse()


def _made(name: str, arguments: list[Any]) -> Any:
    """Return what a call of a type makes."""
    if name == "range" and arguments:
        found = range(*arguments)
        return list(found) if len(found) <= LARGEST else _refuse()
    return _MADE[name](*arguments) if len(arguments) <= 1 else _refuse()


def _combined(operator: ast.operator, left: Any, right: Any) -> Any:
    match operator:
        case ast.Add() if type(left) is type(right) or isinstance(left, int | float):
            return left + right
        case ast.Sub():
            return _number(left) - _number(right)
        case ast.Mult() if isinstance(left, str | list | tuple) or isinstance(right, str | list | tuple):
            if len(left if isinstance(right, int) else right) * (right if isinstance(right, int) else left) > LARGEST:
                return _refuse()
            return left * right
        case ast.Mult():
            return _number(left) * _number(right)
        case ast.Div():
            return _number(left) / _number(right)
        case ast.FloorDiv():
            return _number(left) // _number(right)
        case ast.Pow() if abs(_number(left)) <= LARGEST and 0 <= _number(right) <= 100:
            return left**right
    return _refuse()


def _number(value: Any) -> Any:
    return value if isinstance(value, int | float) else _refuse()


def _refuse() -> Any:
    raise NoLiteral
