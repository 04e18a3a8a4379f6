"""Parser: what a piece of Python defines, binds and lacks, asked of hostile text with a limit on the work."""

from __future__ import annotations

import ast
import builtins
import symtable
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from pytest_codeeval.core.pythontree import tree_of

_BUILTINS = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__"}
# ast.parse takes 2 to 3 µs a character, so that the worst answer costs about a second.
_ALLOWANCE = 400_000
# A call costs something however short its text is.
_CALL = 40
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
# SyntaxError for most; ValueError for NUL bytes and lone surrogates; the others for deep nesting.
_UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)


class DefinitionLevel(IntEnum):
    """How well a piece of code defines a name, worst first."""

    ABSENT = 0
    STUB = 1  # defined without a body: docstring, pass, ..., NotImplementedError
    UNPARSED = 2  # a definition in code that does not parse
    ASSIGNED = 3
    DEFINED = 4


@dataclass(slots=True)
class Parser:
    """Parses pieces of one answer, remembers each, and gives up when they add up to too much."""

    allowance: int = _ALLOWANCE
    _seen: dict[str, tuple[ast.Module | None, int]] = field(default_factory=dict, init=False)

    @property
    def exhausted(self) -> bool:
        """Whether the allowance is spent, so that nothing new will parse."""
        return self.allowance <= 0

    def tree(self, code: str) -> ast.Module | None:
        """Return the syntax tree of `code`, or None where it has none."""
        return self._parsed(code)[0]

    def error_line(self, code: str) -> int:
        """Return the line, from 1, at which `code` stops being Python; 0 where that is unknown."""
        return self._parsed(code)[1]

    def _parsed(self, code: str) -> tuple[ast.Module | None, int]:
        if code not in self._seen:
            if self.exhausted:
                return None, 0
            self.allowance -= len(code) + _CALL
            self._seen[code] = _parse(code)
        return self._seen[code]


def _parse(code: str) -> tuple[ast.Module | None, int]:
    try:
        return tree_of(code), 0
    except _UNPARSABLE as error:
        return None, (isinstance(error, SyntaxError) and error.lineno) or 0


def level_of(tree: ast.Module, name: str) -> DefinitionLevel:
    """Say how well a module defines `name`; where no name is asked for, whether it does anything at all."""
    if not name:
        return DefinitionLevel.ABSENT if all(is_inert(node) for node in tree.body) else DefinitionLevel.DEFINED
    best = DefinitionLevel.ABSENT
    for node in _module_level(tree.body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name == name:
                best = DefinitionLevel.STUB if is_stub(node) else DefinitionLevel.DEFINED
        elif best is DefinitionLevel.ABSENT and name in _assigned(node):
            best = DefinitionLevel.ASSIGNED
    return best


def _module_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run in the module's own scope in order, those within `if`, `try`, `with` included."""
    # No recursion: an `elif` chain nests as deep as it is long.
    waiting: list[ast.AST] = [*reversed(body)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt):
            yield node
        if isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case) and not isinstance(node, _SCOPES):
            waiting.extend(reversed(list(ast.iter_child_nodes(node))))


def _assigned(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        targets = [node.target]
    else:
        return set()
    return {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}


def is_stub(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """Whether a definition has no body to speak of; HumanEval/115 asks for one that begins with an import."""
    return all(
        isinstance(child, ast.Pass | ast.Import | ast.ImportFrom)
        or (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant))
        or (isinstance(child, ast.Raise) and _not_implemented(child))
        for child in node.body
    )


def _not_implemented(node: ast.Raise) -> bool:
    return any(isinstance(part, ast.Name) and part.id.startswith("NotImplemented") for part in ast.walk(node))


def is_inert(node: ast.stmt) -> bool:
    """Whether a statement does nothing, which at top level is a word of prose ("Done", "Output: True")."""
    if isinstance(node, ast.AnnAssign):
        return node.value is None
    return isinstance(node, ast.Expr) and not any(
        isinstance(part, ast.Call | ast.Await | ast.Yield | ast.NamedExpr) for part in ast.walk(node)
    )


def returns(body: Iterable[ast.AST]) -> bool:
    """Whether statements return or yield in their own scope, not in one that they define."""
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Return | ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, _SCOPES):
            waiting.extend(ast.iter_child_nodes(node))
    return False


def bound_names(code: str) -> frozenset[str] | None:
    """Return the names that a module binds ("*math" for a star import), or None where it does not compile."""
    names = _names(code)
    return names and names[0]


def free_names(code: str) -> frozenset[str]:
    """Return the global names that a module uses and neither binds nor finds among the builtins."""
    names = _names(code)
    return names[1] - names[0] - _BUILTINS if names else frozenset()


def _names(code: str) -> tuple[frozenset[str], frozenset[str]] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = symtable.symtable(code, "<answer>", "exec")
            stars = {f"*{node.module}" for node in ast.parse(code).body if _is_star(node)}  # type: ignore[attr-defined]
            own = module.get_symbols()
            bound = {symbol.get_name() for symbol in own if symbol.is_assigned() or symbol.is_imported()}
            used = {symbol.get_name() for symbol in own if symbol.is_referenced()} | _used_globals(module)
            return frozenset(bound | stars), frozenset(used)
    except _UNPARSABLE:
        return None


def _is_star(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)


def _used_globals(module: symtable.SymbolTable) -> set[str]:
    used = set()
    waiting = module.get_children()
    while waiting:
        table = waiting.pop()
        used |= {symbol.get_name() for symbol in table.get_symbols() if symbol.is_global() and symbol.is_referenced()}
        waiting.extend(table.get_children())
    return used
