"""Reading: the expression that an answer in a chat gives, be it bare, in an assertion or behind words."""

from __future__ import annotations

import ast
from typing import NamedTuple

from pytest_codeeval.core.pythontree import tree_of
from pytest_codeeval.scoring.prediction.expression import FUNCTION, LONGEST, Expression, expression_of, forbidden
from pytest_codeeval.scoring.prediction.pieces import ANSWER_LINE, BOXED, FENCE, GUESSED, TAGS, Piece, pieces
from pytest_codeeval.scoring.prediction.task import PredictionTask

WHOLE = "whole answer"
_OF_ARGUMENTS = frozenset({WHOLE, TAGS, BOXED, ANSWER_LINE, FENCE})
"""Places in which the arguments of a call may stand alone."""

_WORDY = (ast.BoolOp, ast.Compare)


class Found(NamedTuple):
    """An expression, where it stood, and what it has that is forbidden ("" if nothing)."""

    expression: Expression
    rank: str
    fault: str = ""


def read_answer(task: PredictionTask, text: str) -> Found | None:
    """Return what a chat answer gives; what is forbidden only if nothing else is there."""
    refused = None
    for piece in (Piece(text.strip(), WHOLE, sure=True), *pieces(text, wants_call=task.wants_call)):
        expression = _expression(task, piece.text, bare=piece.rank in _OF_ARGUMENTS)
        if expression is None or _is_word(task, expression):
            continue
        found = judged(task, expression, piece.rank)
        if piece.sure or not found.fault:
            return found
        if piece.rank not in GUESSED:
            refused = refused or found
    return refused


def judged(task: PredictionTask, expression: Expression, rank: str) -> Found:
    """Return an expression with what is forbidden in it."""
    if task.wants_call and not expression.is_call:
        return Found(expression, rank, f"is no call of {FUNCTION} alone")
    return Found(expression, rank, forbidden(expression, task.names, call=task.wants_call))


def _is_word(task: PredictionTask, expression: Expression) -> bool:
    """Whether an expression is a word of the model's own language, or arguments that are one."""
    tree = expression.tree
    if task.wants_call and isinstance(tree, ast.Call) and len(tree.args) == 1 and not tree.keywords:
        tree = tree.args[0]
    return isinstance(tree, ast.Name) and tree.id not in task.names


def _expression(task: PredictionTask, text: str, *, bare: bool) -> Expression | None:
    """Return the expression that one text gives: a side of an assertion, or all that it is.

    `bare` says that it may be the arguments of a call alone.
    """
    if len(text) > LONGEST:
        return None
    try:
        tree = tree_of(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        tree = None
    side = _side(task, text, tree) if tree else None
    if side is not None:
        return expression_of(side)
    if tree and len(tree.body) == 1 and isinstance(tree.body[0], ast.Assign) and not task.wants_call:
        return expression_of(ast.get_source_segment(text, tree.body[0].value) or "")
    # A tuple may stand without its brackets, which `assert … == 1, 2` takes for a message.
    expression = expression_of(f"({text}\n)" if not task.wants_call and _is_tuple(tree) else text)
    if not task.wants_call or (expression and expression.is_call):
        return expression
    alone = expression_of(f"{FUNCTION}({text}\n)") if bare else None
    return alone if alone and text.strip() and _is_call_of_values(alone.tree) else expression


def _side(task: PredictionTask, text: str, tree: ast.Module) -> str | None:
    """Return the side that is asked for of the comparison with a call; of several the last of the call asked about."""
    found: list[tuple[bool, ast.expr]] = []
    for statement in tree.body:
        said = statement.test if isinstance(statement, ast.Assert) else getattr(statement, "value", None)
        if not isinstance(said, ast.Compare) or len(said.ops) != 1 or not isinstance(said.ops[0], ast.Eq | ast.Is):
            continue
        left, right = said.left, said.comparators[0]
        call, value = (left, right) if _is_call(left) else (right, left)
        if _is_call(call):
            known, asked = (value, call) if task.wants_call else (call, value)
            found.append((_same(known, task.output if task.wants_call else task.call), asked))
    if not found:
        return None
    best = [asked for fits, asked in found if fits] or [asked for _, asked in found]
    return ast.get_source_segment(text, best[-1])


def _is_call(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == FUNCTION


def _is_call_of_values(tree: ast.expr) -> bool:
    """Whether a call was made of what may be arguments: `0 or 1` and `it is 3` are words that Python could read."""
    return isinstance(tree, ast.Call) and _is_call(tree) and not any(isinstance(one, _WORDY) for one in tree.args)


def _is_tuple(tree: ast.Module | None) -> bool:
    only = tree.body[0] if tree and len(tree.body) == 1 else None
    return isinstance(only, ast.Expr) and isinstance(only.value, ast.Tuple)


def _same(node: ast.expr, text: str) -> bool:
    try:
        return ast.dump(node) == ast.dump(tree_of(text).body[0].value)  # type: ignore[attr-defined]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
