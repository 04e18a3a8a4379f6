"""Python's syntax trees of other people's code, whatever the run makes of warnings."""

from __future__ import annotations

import ast
import warnings


def tree_of(code: str, name: str = "<unknown>") -> ast.Module:
    """Return what `ast.parse` returns, or raise what it raises; invalid escapes are the author's affair.

    In a run where warnings are errors they would be errors of syntax.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code, name)


def expression_of(text: str) -> ast.expr:
    """Return the tree of a text that is one expression, or raise what `ast.parse` raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text, mode="eval").body
