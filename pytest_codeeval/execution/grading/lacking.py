"""Lacking: the names that a solution looks up and does not bind, so that only its tests can have them."""

import ast
import types

from pytest_codeeval.execution.grading.testfacts import bound_in


def lacking(source: str, code: types.CodeType, bound: tuple[str, ...]) -> set[str]:
    """Return which of the names that tests bind a solution looks up as such, and never binds at module level itself.

    `code` is what the source was compiled to. An attribute of that name is none of them.
    """
    # The text is looked at for few solutions only: it takes as long as to compile it.
    found = set(bound).intersection(_named_in(code)) if bound else set()
    if not found:
        return found
    tree = ast.parse(source)
    looked_up = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return found & looked_up - set(bound_in(tree))


def _named_in(code: types.CodeType) -> set[str]:
    """Return the names that code looks up outside of itself, those of attributes among them."""
    found: set[str] = set()
    todo = [code]
    while todo:
        part = todo.pop()
        found.update(part.co_names)
        todo += [constant for constant in part.co_consts if isinstance(constant, types.CodeType)]
    return found
