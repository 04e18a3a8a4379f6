"""Folding: what a sum written in an argument comes to, computed from numbers and texts alone; nothing is evaluated."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from pytest_codeeval.scoring.calls.call import UnreadableCallError, check_bounds

_HIGHEST_POWER = 4096  # bits of what a power comes to
_OPERATIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def folded(node: ast.expr) -> Any:
    """Return what a constant, or a sum of some, comes to.

    Raises UnreadableCallError for anything else.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd | ast.USub):
        value = _number(folded(node.operand))
        return -value if isinstance(node.op, ast.USub) else +value
    if isinstance(node, ast.BinOp):
        value = _joined(folded(node.left), node.op, folded(node.right))
        check_bounds(value)
        return value
    raise UnreadableCallError(f"an argument has to be computed ({type(node).__name__})")


def _joined(left: Any, sign: ast.operator, right: Any) -> Any:
    if isinstance(left, str) and isinstance(right, str) and isinstance(sign, ast.Add):
        return left + right
    left, right = _number(left), _number(right)
    try:
        if isinstance(sign, ast.Pow):
            bits = abs(right) * max(1, int(abs(left)).bit_length())
            if bits > _HIGHEST_POWER:
                raise UnreadableCallError("a power is beyond all bounds")
            return left**right
        operation = _OPERATIONS.get(type(sign))
        if operation is None:
            raise UnreadableCallError(f"an argument has to be computed ({type(sign).__name__})")
        return operation(left, right)
    except ArithmeticError as error:
        raise UnreadableCallError(f"an argument cannot be computed ({error})") from None


def _number(value: Any) -> Any:
    if not isinstance(value, int | float):
        raise UnreadableCallError("an argument has to be computed from other things than numbers")
    return value
