"""Documented: what a docstring says in its style, and which parts of it agree with the function."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pytest_codeeval.core.extra import needed
from pytest_codeeval.scoring.docstrings.task import DocstringTask

STYLES = {"google": "Google", "numpy": "NumPy", "rest": "reST"}
"""The styles by the name that a row has, and as people write them."""

_PACKAGE = "docstring_parser"
_PARSERS = {"google": "GOOGLE", "numpy": "NUMPYDOC", "rest": "REST"}
_NAMES = re.compile(r"[^\s,|;]+")


@dataclass(frozen=True, slots=True)
class Documented:
    """What a docstring says: its first line, the parameters with a description, what is returned and raised."""

    summary: str
    parameters: tuple[str, ...]
    described: frozenset[str]
    returns: bool
    raises: tuple[str, ...]


def parser() -> Any:
    """Return the package that reads docstrings.

    Raises MissingExtra where it is not installed.
    """
    return needed(_PACKAGE, "docstrings", "python_docstring_generation", "docstring-parser")


def documented(text: str, style: str) -> Documented | str:
    """Return what a docstring says in a style, or why it cannot be read in it."""
    package = parser()
    try:
        found = package.parse(text, style=package.DocstringStyle[_PARSERS[style]])
    except Exception as error:  # noqa: BLE001 - the package raises whatever a text leads it to
        said = " ".join(str(error).split())[:100]
        return f"it cannot be read in the {STYLES[style]} style ({said or type(error).__name__})"
    parameters = [(name, one) for one in found.params for name in _names(one.arg_name)]
    returned = [one for one in found.many_returns if not _says_none(one)]
    return Documented(
        (found.short_description or "").strip(),
        tuple(name for name, _ in parameters),
        frozenset(name for name, one in parameters if (one.description or "").strip()),
        bool(returned),
        tuple(name for one in found.raises for name in _names(one.type_name) if name not in ("None", "or")),
    )


def faults(said: Documented, task: DocstringTask) -> Iterator[tuple[str, str]]:
    """Yield the parts in which a docstring does not agree with its function, and how."""
    if not said.summary:
        yield "summary", "it has no summary line"
    if missing := [name for name in task.parameters if name not in said.described]:
        yield "parameters", f"it does not describe {', '.join(missing)} in the {STYLES[task.style]} style"
    elif unknown := [name for name in said.parameters if name not in task.parameters]:
        yield "parameters", f"it describes {unknown[0][:40]!r}, which is no parameter"
    if task.returns and not said.returns:
        yield "returns", f"it does not say in the {STYLES[task.style]} style what is returned"
    elif said.returns and not task.returns:
        yield "returns", "it says that something is returned, and nothing is"
    raised = {name.rpartition(".")[2] for name in said.raises}
    if untold := sorted(task.raises - raised):
        yield "raises", f"it does not say in the {STYLES[task.style]} style that {untold[0]} is raised"
    elif invented := sorted(raised - task.raises):
        yield "raises", f"it says that {invented[0][:40]} is raised, and no statement raises it"


def _names(text: object) -> list[str]:
    found = _NAMES.findall(text) if isinstance(text, str) else []
    return [name.replace("\\", "").strip("*`:~") for name in found]


def _says_none(returned: Any) -> bool:
    """Whether a section on what is returned says that nothing is."""
    told = f"{returned.type_name or ''} {returned.description or ''}".strip()
    return not told or re.match(r"`*None\b", told) is not None
