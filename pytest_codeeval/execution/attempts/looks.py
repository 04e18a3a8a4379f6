"""Looks: whether a test could tell that the solution is in another process."""

import ast
from collections.abc import Iterator

from pytest_codeeval.core.pythontree import tree_of

_PURE = frozenset(("abs", "all", "any", "bool", "float", "int", "len", "list", "max", "min", "round", "set", "sorted"))
_PURE |= {"sum", "tuple", "range"}
_MODULES = ("math",)
_LITERALS = (
    *(ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.Starred, ast.keyword, ast.Slice, ast.Load),
    *(ast.operator, ast.unaryop, ast.cmpop, ast.boolop, ast.UnaryOp, ast.BinOp, ast.Compare, ast.BoolOp, ast.IfExp),
)


def sees_values_only(test: str, entry_point: str) -> bool:
    """Tell whether a test is made of asserts on single calls with literal arguments, and of nothing else.

    Such a test keeps no argument or answer to see what becomes of it, never holds two answers at once, and asks for no
    type, attribute or text of one. In one process it would find what it finds here.
    """
    try:
        tree = tree_of(test)
        solution = {entry_point, *_parameters(tree)}
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        named_like_class = entry_point[:1].isupper()  # its calls make objects, which say themselves what they equal
        return not named_like_class and all(_is_plain(statement, solution, used) for statement in _statements(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _checks(tree: ast.Module) -> list[ast.FunctionDef]:
    return [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name == "check" and not node.decorator_list
    ]


def _parameters(tree: ast.Module) -> Iterator[str]:
    for check in _checks(tree):
        yield from (argument.arg for argument in check.args.args[:1])


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    checks = _checks(tree)
    yield from (node for node in tree.body if node not in checks)
    for check in checks:
        yield from check.body


def _is_plain(statement: ast.stmt, solution: set[str], used: set[str]) -> bool:
    match statement:
        case ast.Assert():  # its message counts for a failure only
            return all(_is_transparent(unit, solution) for unit in _units(statement.test))
        case ast.Expr(ast.Call(ast.Name("check"), [ast.Name()], [])):
            return True
        case ast.Expr():
            return _is_transparent(statement.value, solution)
        case ast.Assign(value=ast.Dict()):  # HumanEval's METADATA: a dictionary that nobody reads
            return all(isinstance(name, ast.Name) and name.id not in used for name in statement.targets)
        case ast.Import():
            return all(name.name in _MODULES and name.asname is None for name in statement.names)
    return isinstance(statement, ast.Pass)


def _units(test: ast.expr) -> Iterator[ast.expr]:
    """Yield the parts of a condition of which no two are looked at together."""
    if isinstance(test, ast.BoolOp):
        for value in test.values:
            yield from _units(value)
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _units(test.operand)
    else:
        yield test


def _is_transparent(unit: ast.expr, solution: set[str]) -> bool:
    calls = 0
    todo: list[ast.AST] = [unit]
    while todo:
        node = todo.pop()
        match node:
            case ast.Call(ast.Name(name)) if name in solution:
                calls += 1
                todo += [*node.args, *node.keywords]
            case ast.Call(function) if _computes(function):
                todo += [*node.args, *node.keywords]
            case ast.Attribute(ast.Name(module), name) if module in _MODULES and name != "nan":  # nothing but itself
                pass
            case ast.Compare() if not _compares_values(node):
                return False
            case ast.BinOp(op=ast.Mult()) if any(map(_nests, (node.left, node.right))):
                return False  # the same list many times over
            case _ if isinstance(node, _LITERALS):
                todo += ast.iter_child_nodes(node)
            case _:
                return False
    return calls <= 1


def _computes(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return isinstance(function.value, ast.Name) and function.value.id in _MODULES
    return isinstance(function, ast.Name) and function.id in _PURE


def _compares_values(compared: ast.Compare) -> bool:
    """Tell whether nothing is asked for its identity, nor an answer for what it holds, which an object may make up."""
    for op, side in zip(compared.ops, compared.comparators, strict=True):
        if isinstance(op, ast.Is | ast.IsNot) and not _is_single(side):
            return False
        if isinstance(op, ast.In | ast.NotIn) and any(isinstance(part, ast.Call) for part in ast.walk(side)):
            return False
    return True


def _is_single(side: ast.expr) -> bool:
    """Whether there is one object only that a literal stands for, in whatever process."""
    return isinstance(side, ast.Constant) and any(side.value is single for single in (None, True, False, ...))


def _nests(side: ast.expr) -> bool:
    items = side.elts if isinstance(side, ast.List | ast.Tuple) else []
    return any(not isinstance(item, ast.Constant) for item in items)
