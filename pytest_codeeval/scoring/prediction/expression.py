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
    *(ast.Assert, ast.Expr, ast.Lambda, ast.arguments, ast.arg, ast.keyword, ast.JoinedStr, ast.FormattedValue),
)
# What makes a value of values, and changes nothing.
_MAKE = (
    "bool",
    "bytearray",
    "bytes",
    "complex",
    "dict",
    "float",
    "frozenset",
    "int",
    "list",
    "set",
    "slice",
    "str",
    "tuple",
)
_COUNT = ("abs", "all", "any", "divmod", "len", "max", "min", "pow", "range", "round", "sum")
_ORDER = ("enumerate", "filter", "map", "reversed", "sorted", "zip")
_WRITE = ("bin", "chr", "hex", "oct", "ord", "repr")
_BUILTINS = frozenset((*_MAKE, *_COUNT, *_ORDER, *_WRITE))
# Not any attribute without an underscore: a generator's `gi_frame` leads to all that there is.
_METHODS = frozenset(
    name
    for kind in (str, bytes, bytearray, list, tuple, dict, set, frozenset, int, float, complex, range)
    for name in dir(kind)
    if not name.startswith("_")
)
_MOST_AFTER = 50
LONGEST = 8192
"""Characters of a text that may be an expression: the longest of the dataset has 128, and to parse more takes long."""
_READING = "_"  # stands for the other side of the assertion


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression: its text and its tree.

    `after` is what has to hold besides, as statements, and `trees` are theirs. Nothing of it has been looked at.
    """

    text: str
    tree: ast.expr
    after: str = ""
    trees: tuple[ast.stmt, ...] = ()

    @property
    def is_call(self) -> bool:
        """Whether it is one call of the function, and nothing around it."""
        return isinstance(self.tree, ast.Call) and _is_name(self.tree.func, FUNCTION)


def expression_of(text: str) -> Expression | None:
    """Read what stands behind `assert VALUE ==` to the end of a text as Python does; None if that is no such thing.

    A message behind a comma is no part of it. Never raises, whatever the text.
    """
    source = f"assert {_READING} == {text.strip()}"
    if len(source) > LONGEST:
        return None
    try:
        first, *others = tree_of(source).body
        equal, further = _equal(first)
        if (
            equal is None
            or len(others) > _MOST_AFTER
            or not all(isinstance(one, ast.Assert | ast.Expr) for one in others)
        ):
            return None
        after = (*further, *others)
        found = ast.get_source_segment(source, equal.comparators[0]) or ""
        return Expression(found, equal.comparators[0], "\n".join(map(ast.unparse, after)), after)
    # A surrogate has no bytes, a number may have too many digits, and a tree be deeper than the reader of it.
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _equal(statement: ast.stmt) -> tuple[ast.Compare | None, list[ast.stmt]]:
    """Return the comparison that an assertion begins with, and what else has to hold: `… == f(1) is True and f(2)`."""
    if not isinstance(statement, ast.Assert):
        return None, []
    test, further = statement.test, list[ast.expr]()
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        test, *further = test.values
    if not isinstance(test, ast.Compare) or not _is_name(test.left, _READING) or not isinstance(test.ops[0], ast.Eq):
        return None, []
    if len(test.ops) > 1:
        if isinstance(test.ops[1], ast.Eq):
            return None, []  # a comparison of its own, of which one side may be the answer
        further.insert(0, ast.Compare(test.comparators[0], test.ops[1:], test.comparators[1:]))
    return test, [ast.Assert(test=one, msg=None) for one in further]


def forbidden(expression: Expression, names: Iterable[str], *, call: bool) -> str:
    """Return what an expression has that may change more than itself, "" if it has nothing of the kind.

    `names` are those it may use besides its own and the harmless builtins; `call` says that it is the one call of the
    function. What has to hold besides may call the function as it likes, and print, but none of those names: it runs
    first, and might change their values.
    """
    tree, known = expression.tree, _BUILTINS.union(names)
    parts = [*tree.args, *tree.keywords] if call and isinstance(tree, ast.Call) else [tree]
    faults = (_fault(part, known) for part in parts)
    faults_after = (_fault(part, _BUILTINS | {FUNCTION, "print"}) for part in expression.trees)
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
        return "" if node.attr in _METHODS else f"uses the attribute {node.attr}"
    if isinstance(node, ast.Call):
        plain = isinstance(node.func, ast.Name | ast.Attribute)
        return "" if plain else "calls what it has just made"
    return "" if isinstance(node, _PLAIN) else f"holds {type(node).__name__}"


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
