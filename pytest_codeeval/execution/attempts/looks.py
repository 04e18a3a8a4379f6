"""Looks: whether a test does nothing that it could notice a proxy by."""

import ast

_PLAIN = (
    *(ast.Module, ast.Assert, ast.Expr, ast.Load, ast.Constant, ast.Name, ast.List, ast.Tuple, ast.Dict, ast.Set),
    *(ast.Call, ast.keyword, ast.Starred, ast.Compare, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.IfExp, ast.Slice),
    *(ast.arguments, ast.arg, ast.boolop, ast.operator, ast.unaryop, ast.cmpop, ast.alias),
    *(ast.JoinedStr, ast.FormattedValue),
)
_MODULES = ("math",)


def is_plain(test: str) -> bool:
    """Tell whether a test is made of asserts on calls with literal arguments, and of nothing else.

    Such a test keeps no argument to see what became of it, holds no object to another, and looks at no attribute.
    """
    try:
        tree = ast.parse(test)
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        todo: list[ast.AST] = [tree]
        while todo:
            node = todo.pop()
            if _is_remark(node, used):
                continue
            if not _is_plain(node):
                return False
            todo += ast.iter_child_nodes(node)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    return True


def _is_remark(node: ast.AST, used: set[str]) -> bool:
    """HumanEval's METADATA: a dictionary that nobody reads."""
    if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Dict):
        return False
    return all(isinstance(name, ast.Name) and name.id not in used for name in node.targets)


def _is_plain(node: ast.AST) -> bool:
    match node:
        case ast.FunctionDef():
            return node.name == "check" and not node.decorator_list
        case ast.Attribute():
            return isinstance(node.value, ast.Name) and node.value.id in _MODULES
        case ast.Compare() if any(isinstance(how, ast.Is | ast.IsNot) for how in node.ops):
            return all(isinstance(side, ast.Constant) for side in node.comparators)
        case ast.Subscript():
            return not isinstance(node.value, ast.Call)  # a mapping may make up what it lacks
        case ast.Import():
            return all(name.name in _MODULES for name in node.names)
        case ast.ImportFrom():
            return node.module in _MODULES
    return isinstance(node, _PLAIN)
