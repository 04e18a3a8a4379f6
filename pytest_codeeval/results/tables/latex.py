"""A table as LaTeX, which needs no package."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pytest_codeeval.results.tables.oneline import figures, oneline

_LIGATURE = re.compile(r"[-`'?!,](?=[-`'?!,])")  # two that would be set as another sign
_SPECIAL = {
    "\0": "{}",
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "{''}",
    "–": "--",
    "—": "---",
    "…": r"\ldots{}",
    "·": r"\textperiodcentered{}",
    "≥": r"$\ge$",
    "τ": r"$\tau$",
    **{char: f"\\{char}" for char in "{}$&#_%"},
    **{char: f"{{{char}}}" for char in "[]*"},  # which mean something behind the end of a row
}


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], title: str = "") -> str:
    """Return the table in an environment that floats, with its title; columns of figures stand to the right."""
    columns = "".join("r" if found else "l" for found in figures(rows, len(headers)))
    lines = [r"\hline", _row(headers), r"\hline", *map(_row, rows), r"\hline"]
    caption = [rf"\caption{{{escaped(title)}}}"] if title else []
    inner = [rf"\begin{{tabular}}{{{columns}}}", *lines, r"\end{tabular}"]
    return "\n".join([r"\begin{table}", r"\centering", *caption, *inner, r"\end{table}", ""])


def escaped(cell: str) -> str:
    """Return text of which nothing is a command."""
    apart = _LIGATURE.sub(lambda found: found[0] + "\0", oneline(cell))  # no text has that character any more
    return "".join(_SPECIAL.get(char, char) for char in apart)


def _row(cells: Sequence[str]) -> str:
    return " & ".join(map(escaped, cells)) + r" \\"
