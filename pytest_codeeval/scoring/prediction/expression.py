"""Expression: one Python expression of a model's, and whether it is made of nothing but values."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from pytest_codeeval.core.pythontree import tree_of

FUNCTION = "f"
"""The name of the function that is called."""

_PLAIN = (
    *(ast.Constant, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Starred, ast.Subscript, ast.Slice),
    *(ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.operator, ast.unaryop, ast.boolop, ast.cmpop),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.comprehension, ast.expr_context),
    *(ast.Lambda, ast.arguments, ast.arg, ast.keyword, ast.JoinedStr, ast.FormattedValue),
)
# What makes a value of values, and changes nothing.
_BUILTINS = frozenset(
    ("abs", "all", "any", "bin", "bool", "bytearray", "bytes", "chr", "complex", "dict", "divmod", "enumerate")
    + ("filter", "float", "frozenset", "hex", "int", "len", "list", "map", "max", "min", "oct", "ord", "pow", "range")
    + ("repr", "reversed", "round", "set", "slice", "sorted", "str", "sum", "tuple", "zip")
)
_READING = "_"  # stands for the other side of the assertion


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression: its text and its tree.

    `after` are the asserts that come behind it, as text; `trees` are theirs. Nothing of it has been looked at.
    """

    text: str
    tree: ast.expr
    after: str = ""
    trees: tuple[ast.expr, ...] = ()

    @property
    def is_call(self) -> bool:
        """Whether it is one call of the function, and nothing around it."""
        return isinstance(self.tree, ast.Call) and _is_function(self.tree.func)


def expression_of(text: str) -> Expression | None:
    """Read what stands behind `assert VALUE ==` to the end of a text as Python does; None if that is no such thing.

    A message behind a comma is no part of it. Never raises, whatever the text.
    """
    source = f"assert {_READING} == {text.strip()}"
    try:
        first, *others = tree_of(source).body
        if not isinstance(first, ast.Assert) or not isinstance(first.test, ast.Compare):
            return None
        test = first.test
        if not _is_reading(test.left) or len(test.ops) > 1 or not isinstance(test.ops[0], ast.Eq):
            return None
        if not all(isinstance(one, ast.Assert | ast.Expr) for one in others):
            return None
        trees = [part for one in others for part in ast.iter_child_nodes(one) if isinstance(part, ast.expr)]
        lines = [ast.get_source_segment(source, one) or "" for one in others]
        found = ast.get_source_segment(source, test.comparators[0])
    # A surrogate has no bytes, a number may have too many digits, and a tree be deeper than the reader of it.
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return Expression(found, test.comparators[0], "\n".join(lines), tuple(trees)) if found else None


def forbidden(expression: Expression, names: Iterable[str], *, call: bool) -> str:
    """Return what an expression has that may change more than itself, "" if it has nothing of the kind.

    `names` are those it may use besides its own and the harmless builtins; `call` says that it is the one call of the
    function. The asserts behind it may call the function as they like.
    """
    tree, known = expression.tree, _BUILTINS.union(names)
    parts = [*tree.args, *tree.keywords] if call and isinstance(tree, ast.Call) else [tree]
    faults = (_fault(part, known) for part in parts)
    faults_after = (_fault(part, known | {FUNCTION}) for part in expression.trees)
    return next(filter(None, (*faults, *faults_after)), "")


def _fault(tree: ast.AST, known: frozenset[str]) -> str:
    nodes = list(ast.walk(tree))
    own = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    own |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    if odd := next((name for name in sorted(own) if name.startswith("_") or name == FUNCTION), ""):
        return f"gives the name {odd} to something"
    return next(filter(None, (_fault_of(node, known | own) for node in nodes)), "")


def _fault_of(node: ast.AST, known: frozenset[str]) -> str:
    if isinstance(node, ast.Name):
        return "" if node.id in known else f"uses the name {node.id}"
    if isinstance(node, ast.Attribute):
        return f"uses the attribute {node.attr}" if node.attr.startswith("_") else ""
    if isinstance(node, ast.Call):
        plain = isinstance(node.func, ast.Name | ast.Attribute)
        return "" if plain else "calls what it has just made"
    return "" if isinstance(node, _PLAIN) else f"holds {type(node).__name__}"


def _is_function(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == FUNCTION


def _is_reading(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == _READING
