"""Sections as Markdown in which nothing is taken for anything but text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pytest_codeeval.results.tables.markdown import escaped, table
from pytest_codeeval.results.tracker.section import Items, Section, Table, Text

_BEGINS = re.compile(r"[-+0-9]")  # a list


def markdown(sections: Sequence[Section]) -> str:
    """Return sections with an empty line between all parts, and one at the end."""
    parts = []
    for section in sections:
        parts.append(f"{'#' * section.level} {escaped(section.title)}\n\n")
        parts += [f"{_block(block)}\n" for block in section.blocks]
    return "".join(parts)


def _block(block: Text | Items | Table) -> str:
    if isinstance(block, Table):
        return table(block.headers, block.rows)
    if isinstance(block, Items):
        return "".join(f"- {_line(line)}\n" for line in block.lines)
    said = _line(block.text)
    return f"**{said}**\n" if block.warning else f"{said}\n"


def _line(text: str) -> str:
    said = escaped(text)
    return f"&#{ord(said[0])};{said[1:]}" if _BEGINS.match(said) else said
