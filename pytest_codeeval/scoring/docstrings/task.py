"""DocstringTask: a function without a docstring, and what its text says that one has to say."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.pythontree import tree_of

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTION_NAME, REFERENCE = "function", "reference_solution"
"""What `Problem.extra` has beside `code` and `style`: the function's name, and it with a right docstring or ""."""

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class DocstringTask:
    """What a docstring is compared with.

    `parameters` are the function's in their order, `raises` the exceptions that it raises by statements of its own and
    does not catch. `untold` are `raise` statements whose exception is not seen from the text.
    """

    code: str
    name: str
    style: str
    parameters: tuple[str, ...]
    returns: bool
    raises: frozenset[str]
    untold: int = 0

    @classmethod
    def of(cls, problem: Problem) -> DocstringTask:
        """Return the task of a problem, which says in `extra` what it is; with `raises` that is what is raised.

        Raises ValueError for code that does not define the function or is not Python.
        """
        code, name = str(problem.extra["code"]), str(problem.extra[FUNCTION_NAME])
        function = function_in(code, name)
        if function is None:
            raise ValueError(f"defines no function {name!r}")
        found = [one for statement in function.body for one in _raised(statement)]
        given = problem.extra.get("raises")
        return cls(
            code,
            name,
            str(problem.extra["style"]),
            _parameters(function.args),
            any(map(_gives_value, _within(function))),
            frozenset(map(str, given)) if given is not None else frozenset(filter(None, found)),
            0 if given is not None else found.count(""),
        )

    @property
    def function(self) -> Function:
        """The function as a syntax tree."""
        found = function_in(self.code, self.name)
        if found is None:
            raise ValueError(f"{self.name} is not defined")
        return found


def function_in(code: str, name: str) -> Function | None:
    """Return the last function of a name at top level.

    Raises ValueError for what is not Python.
    """
    try:
        body = tree_of(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"is not Python ({error or type(error).__name__})") from None
    found = [node for node in body if isinstance(node, Function) and node.name == name]
    return found[-1] if found else None


def reference_docstring(problem: Problem) -> str:
    """Return the right docstring of a problem, "" if there is none.

    Raises ValueError for a reference that is not the function in Python, with a docstring.
    """
    code, name = str(problem.extra[REFERENCE]), str(problem.extra[FUNCTION_NAME])
    if not code:
        return ""
    function = function_in(code, name)
    if function is None:
        raise ValueError(f"defines no function {name!r}")
    text = ast.get_docstring(function)
    if not text:
        raise ValueError(f"has no docstring of {name!r}")
    return text


def _parameters(arguments: ast.arguments) -> tuple[str, ...]:
    plain = [*arguments.posonlyargs, *arguments.args]
    rest = [arguments.vararg, *arguments.kwonlyargs, arguments.kwarg]
    return tuple(one.arg for one in [*plain, *rest] if one is not None)


def _within(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is in a function, and in no scope within it."""
    for inner in ast.iter_child_nodes(node):
        if not isinstance(inner, _SCOPES):
            yield inner
            yield from _within(inner)


def _gives_value(node: ast.AST) -> bool:
    if isinstance(node, ast.Return):
        return node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None)
    return isinstance(node, ast.Yield | ast.YieldFrom)


def _raised(node: ast.AST, handled: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the names of what a statement raises, "" for one that is not told; `handled` is what a bare `raise` means.

    What is raised within a `try` and caught there goes nowhere.
    """
    if isinstance(node, _SCOPES):
        return
    if isinstance(node, ast.Raise):
        yield from handled or ("",) if node.exc is None else (_name(node.exc),)
    elif isinstance(node, ast.Try):
        caught = [name for handler in node.handlers for name in _caught(handler)]
        inside = (name for statement in node.body for name in _raised(statement, handled))
        yield from (name for name in inside if not any(_catches(one, name) for one in caught))
        for handler in node.handlers:
            yield from (name for one in handler.body for name in _raised(one, _caught(handler)))
        yield from (name for one in [*node.orelse, *node.finalbody] for name in _raised(one, handled))
    else:
        for inner in ast.iter_child_nodes(node):
            yield from _raised(inner, handled)


def _name(node: ast.expr) -> str:
    """Return what an exception is called, "" for a variable: classes begin with a capital letter."""
    node = node.func if isinstance(node, ast.Call) else node
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name if name[:1].isupper() else ""


def _caught(handler: ast.ExceptHandler) -> tuple[str, ...]:
    if handler.type is None:
        return ("BaseException",)
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return tuple(map(_name, kinds))


def _catches(kind: str, name: str) -> bool:
    if kind == name or kind in ("Exception", "BaseException"):
        return True
    raised, caught = getattr(builtins, name, None), getattr(builtins, kind, None)
    return isinstance(raised, type) and isinstance(caught, type) and issubclass(raised, caught)
