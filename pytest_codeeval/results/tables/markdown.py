"""A table as Markdown, as GitHub reads it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pytest_codeeval.results.tables.oneline import figures, oneline

# What begins markup, HTML, a formula or a number of an issue; a mention, and a link that needs no brackets.
_SPECIAL = re.compile(r"[\\`*_\[\]~|<>&$#]|(?<!\w)@|:(?=//)|(?<=www)\.", re.IGNORECASE)


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], title: str = "") -> str:
    """Return the table with its title; columns of figures stand to the right."""
    rule = ["---:" if found else "---" for found in figures(rows, len(headers))]
    lines = [_row(map(escaped, headers)), _row(rule), *(_row(map(escaped, row)) for row in rows)]
    return (f"## {escaped(title)}\n\n" if title else "") + "".join(lines)


def escaped(cell: str) -> str:
    """Return text of which nothing is taken for anything but text."""
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", oneline(cell))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
