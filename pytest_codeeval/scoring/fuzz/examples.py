"""Examples: the arguments with which the tests and the prompt of a problem call what is to be written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pytest_codeeval.core.problem import CASES, Problem
from pytest_codeeval.core.pythontree import tree_of
from pytest_codeeval.execution.reference import reference
from pytest_codeeval.scoring.fuzz.literals import NoLiteral, value_of
from pytest_codeeval.scoring.fuzz.values import Arguments, value_in

_LONGEST_CALL, _MOST_ENDS = 2000, 40
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Signature:
    """The parameters of a function: their names, how many have to be given, and their annotations as text."""

    names: tuple[str, ...]
    needed: int
    hints: tuple[str, ...]


def signature_of(problem: Problem) -> Signature | None:
    """Return the parameters of the entry point; None if it is no function that takes plain positional ones.

    Hints are the prompt's where it has any, else those of the canonical solution.
    """
    found: Signature | None = None
    for text in (reference(problem), problem.stub):
        function = _function(text, problem.defined, problem.method)
        if function is None:
            continue
        given = function.args
        if given.vararg or given.kwarg or any(default is None for default in given.kw_defaults):
            return None
        parameters = [*given.posonlyargs, *given.args][bool(problem.method) :]
        hints = tuple(ast.unparse(one.annotation) if one.annotation else "" for one in parameters)
        if found is None or any(hints):
            found = Signature(tuple(one.arg for one in parameters), len(parameters) - len(given.defaults), hints)
    return found


def _function(text: str, name: str, method: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    try:
        body = tree_of(text if text.strip() else "").body
    except (SyntaxError, ValueError, RecursionError):
        try:
            body = tree_of(f"{text}\n    pass").body
        except (SyntaxError, ValueError, RecursionError):
            return None
    if method:
        classes = [node for node in body if isinstance(node, ast.ClassDef) and node.name == name]
        body, name = (classes[-1].body, method) if classes else ([], method)
    found = [node for node in body if isinstance(node, _FUNCTIONS) and node.name == name]
    return found[-1] if found else None


def examples(problem: Problem, signature: Signature) -> list[Arguments]:
    """Return the arguments of all calls by literals, each once, those of the tests first."""
    given = [*_given(problem), *_in_tests(problem, signature), *_in_prompt(problem, signature)]
    fitting = [one for one in given if signature.needed <= len(one) <= len(signature.names)]
    return list({repr(one): one for one in fitting}.values())


def _given(problem: Problem) -> Iterator[Arguments]:
    """Yield the inputs that a dataset keeps apart from its tests."""
    found = problem.extra.get(CASES) or {}
    for line in str((found.get("parts") or {}).get("base", "")).split("\n"):
        try:
            given = value_in(line)
        except (ValueError, TypeError, LookupError, RecursionError):
            continue
        if isinstance(given, list):
            yield tuple(given)


def _in_tests(problem: Problem, signature: Signature) -> Iterator[Arguments]:
    try:
        tree = tree_of(problem.test)
    except (SyntaxError, ValueError, RecursionError):
        return
    called = {problem.method or problem.defined, *parameters_of_check(tree)}
    names: dict[str, Any] = {}
    for node in _in_order(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                try:
                    names[name] = value_of(value, names)
                except NoLiteral:
                    names.pop(name, None)
            case ast.AugAssign(target=ast.Name(id=name)) | ast.For(target=ast.Name(id=name)):
                names.pop(name, None)
            case ast.Call():
                yield from _arguments(node, called, signature, names)


def _in_order(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield all nodes, those that stand first before the others."""
    yield tree
    for child in ast.iter_child_nodes(tree):
        yield from _in_order(child)


def parameters_of_check(tree: ast.Module) -> Iterator[str]:
    """Yield the name by which a `check()` calls the solution."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "check" and node.args.args:
            yield node.args.args[0].arg


def _arguments(call: ast.Call, called: set[str], signature: Signature, names: dict[str, Any]) -> Iterator[Arguments]:
    """Yield the arguments of a call of the entry point, in the order of its parameters."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name not in called:
        return
    try:
        values = [value_of(argument, names) for argument in call.args]
        named = {one.arg: value_of(one.value, names) for one in call.keywords}
    except NoLiteral:
        return
    for parameter in signature.names[len(values) :]:
        if parameter not in named:
            break
        values.append(named.pop(parameter))
    if not named:
        yield tuple(values)


def _in_prompt(problem: Problem, signature: Signature) -> Iterator[Arguments]:
    name = problem.method or problem.defined
    for match in re.finditer(rf"(?<![\w.]){re.escape(name)}\s?\(", problem.prompt):
        text = problem.prompt[match.start() : match.start() + _LONGEST_CALL]
        for end in islice(re.finditer(r"\)", text.partition("\n")[0]), _MOST_ENDS):
            try:
                tree = ast.parse(text[: end.end()], mode="eval")
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
            if isinstance(tree.body, ast.Call):
                yield from _arguments(tree.body, {name}, signature, {})
            break
