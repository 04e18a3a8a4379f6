"""Cells of a table as one line each, whatever they were made of, and which columns are figures."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pytest_codeeval.core.text import printable

_NO_TEXT = re.compile(r"[\ufffe\uffff]")
_FIGURE = re.compile(r"[0-9.,%–≥<$ ()-]*|unknown")


def oneline(cell: str) -> str:
    """Return a cell without line ends and control characters, in which nothing runs from right to left by command."""
    return _NO_TEXT.sub("\ufffd", " ".join(printable(cell).split()))


def figures(rows: Sequence[Sequence[str]], columns: int) -> list[bool]:
    """Return which columns hold figures alone."""
    return [all(_FIGURE.fullmatch(row[n]) for row in rows) for n in range(columns)]
