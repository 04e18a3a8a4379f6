"""`codeeval charts`: pictures and tables of finished runs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pytest_codeeval.core.text import printable


def add_command(commands: Any) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser(
        "charts", help="draw charts of results (SVG and PNG), with the tables of them (CSV, Markdown, LaTeX)"
    )
    command.add_argument("results", nargs="+", metavar="RESULTS", help="folders that --results wrote, or samples.jsonl")
    command.add_argument(
        "--out", required=True, metavar="DIR", help="where to write; only files of an earlier `charts` are replaced"
    )
    command.set_defaults(command=_draw)


def _draw(given: argparse.Namespace) -> int:
    from pytest_codeeval.results import load
    from pytest_codeeval.results.charts.written import write_charts

    found = write_charts(load(*given.results), Path(given.out))
    for name in found.names:
        print(printable(str(Path(given.out, name))))
    for one in found.absent:
        print(f"not drawn: {one.name}: {one.reason}")
    for suite in found.differing:
        print(f"not to be compared: the runs had different datasets of {printable(suite)}")
    return 0
