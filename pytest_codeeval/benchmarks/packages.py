"""Packages beside the standard library that problems in Python need, of which a run allows some or none."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Mapping, Sequence

from pytest_codeeval.core.pythontree import tree_of
from pytest_codeeval.execution.sandbox.packages import installed


def imported(*sources: str) -> frozenset[str]:
    """Return the packages that sources import; of one that is not Python, none."""
    found: set[str] = set()
    for source in sources:
        try:
            nodes = list(ast.walk(tree_of(source)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in nodes:
            if isinstance(node, ast.Import):
                found.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add((node.module or "").partition(".")[0])
    return frozenset(found - sys.stdlib_module_names - {""})


def not_allowed(needs: Mapping[str, Iterable[str]], allowed: Sequence[str]) -> dict[str, str]:
    """Return by task id why those problems cannot be graded that need more packages than `allowed` bring."""
    known = {name.partition(".")[0] for name in installed(allowed)} if allowed else set()
    lacking = {task_id: sorted(set(names) - known) for task_id, names in needs.items()}
    return {task_id: _reason(names) for task_id, names in lacking.items() if names}


def _reason(names: Sequence[str]) -> str:
    listed = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    them = "it" if len(names) == 1 else "them"
    return (
        f"needs the package{'s' if len(names) > 1 else ''} {listed}; install {them}, and allow {them} with "
        f"--allow-packages={','.join(names)}"
    )
