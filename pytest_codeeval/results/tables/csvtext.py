"""A table as CSV that a spreadsheet can open: no cell of it is taken for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from pytest_codeeval.results.tables.oneline import oneline

_FORMULA = re.compile(r"[=+\-@]")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?", re.IGNORECASE)


def table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return the table; what begins like a formula and is no number gets an apostrophe before it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def _safe(cell: str) -> str:
    line = oneline(cell)
    return f"'{line}" if _FORMULA.match(line) and not _NUMBER.fullmatch(line) else line
