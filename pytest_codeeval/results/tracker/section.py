"""Section: a part of the document as plain text and tables, from which Markdown and HTML are both made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; with `warning` it is something to see to."""

    text: str
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list of lines."""

    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts, as many in each row as there are headers."""

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Section:
    """What stands below a title; `level` is 2 for a part of the document, 3 for a part of one."""

    title: str
    blocks: Sequence[Text | Items | Table] = ()
    level: int = 2
