"""A table as LaTeX, which needs no package, and has the rules of booktabs where that is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile

from pytest_codeeval.reports.table import packed
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
    "≤": r"$\le$",
    "−": "$-$",
    "τ": r"$\tau$",
    **{char: f"\\{char}" for char in "{}$&#_%"},
    **{char: f"{{{char}}}" for char in "[]*"},  # which mean something behind the end of a row
}
_UNKNOWN = re.compile(
    # What pdfLaTeX sets without a package, by trial: most letters of Latin scripts, and some signs.
    r"[^\0-~\xa1-\xaa\xac\xae-\xba\xbc-\xcf\xd1-\xdd\xdf-\xef\xf1-\xfd\xff-\u0103\u0106-\u010f\u0112-\u0117"
    r"\u011a-\u0125\u0128-\u012d\u0130-\u0137\u0139-\u013e\u0141-\u0148\u014c-\u0165\u0168-\u0171\u0174-\u017e"
    r"\u2010-\u2015\u2018\u2019\u201c\u201d\u2020-\u2022\u2190-\u2193€™"
    rf"{''.join(char for char in _SPECIAL if not char.isascii())}]+"
)
_RULES = r"\providecommand{\toprule}{\hline}\providecommand{\midrule}{\hline}\providecommand{\bottomrule}{\hline}"
_SMALL = r"\footnotesize\setlength{\tabcolsep}{4pt}"
_WIDTH = 78
"""Characters of that size in a line of an article; some of a space between two columns are among them."""
_NAMES = 2
"""Columns that are repeated at most, such as model and suite."""
_LENGTH = 50
"""Rows of that size on a page of an article."""


def table(headers: Sequence[str], rows: Sequence[Sequence[str]], title: str = "") -> str:
    """Return the table in an environment that floats, with its title; columns of figures stand to the right.

    Columns that would go beyond the line, and rows beyond the page, stand in further tables behind the same names.
    """
    right = figures(rows, len(headers))
    names = range(len(list(takewhile(lambda figure: not figure, right[: min(_NAMES, len(headers) - 1)]))))
    widths = [max(map(len, map(oneline, column))) for column in zip(headers, *rows, strict=True)]
    room = max(_WIDTH - sum(widths[n] + 2 for n in names), _WIDTH // 2)
    tables = [
        _floating(
            [[row[n] for n in (*names, *columns)] for row in (headers, *part)], [right[n] for n in (*names, *columns)]
        )
        for columns in packed(widths, range(len(names), len(headers)), room)
        for part in _pages(rows)
    ]
    caption = rf"\caption{{{escaped(title)}}}" + "\n" if title else ""
    return "".join(
        f"\\begin{{table}}\n\\centering{_SMALL}\n{_RULES}\n{caption if n == 0 else ''}{inner}\\end{{table}}\n"
        for n, inner in enumerate(tables)
    )


def escaped(cell: str) -> str:
    """Return text of which nothing is a command but what stands for a character."""
    apart = _LIGATURE.sub(lambda found: found[0] + "\0", oneline(cell))  # no text has that character any more
    pieces = [0, *(place for found in _UNKNOWN.finditer(apart) for place in found.span()), len(apart)]
    texts = [apart[start:end] for start, end in pairwise(pieces)]
    return "".join(_unknown(text) if n % 2 else _known(text) for n, text in enumerate(texts))


def _known(text: str) -> str:
    return "".join(_SPECIAL.get(char, char) for char in text)


def _unknown(text: str) -> str:
    """Return characters for XeLaTeX and LuaLaTeX, and their numbers for pdfLaTeX, which stops at them."""
    numbers = " ".join(f"U+{ord(char):04X}" for char in text)
    return rf"\ifdefined\Umathchar {text}\else {numbers}\fi{{}}" if text else ""


def _pages(rows: Sequence[Sequence[str]]) -> Iterator[Sequence[Sequence[str]]]:
    yield from (rows[start : start + _LENGTH] for start in range(0, max(len(rows), 1), _LENGTH))


def _floating(rows: Sequence[Sequence[str]], right: Sequence[bool]) -> str:
    columns = "".join("r" if figure else "l" for figure in right)
    lines = [r"\toprule", _row(rows[0]), r"\midrule", *map(_row, rows[1:]), r"\bottomrule"]
    return "\n".join([rf"\begin{{tabular}}{{{columns}}}", *lines, r"\end{tabular}", ""])


def _row(cells: Sequence[str]) -> str:
    return " & ".join(map(escaped, cells)) + r" \\"
