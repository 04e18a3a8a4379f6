"""`codeeval report`: one page of finished runs, to look through, compare and print."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pytest_codeeval.core.text import counted, printable

_TEXT = "write one self-contained HTML page of one run or several"


def add_command(commands: Any) -> None:
    """Add the command to the parser's."""
    parser = commands.add_parser("report", help=_TEXT, description=_TEXT)
    parser.add_argument(
        "results", nargs="+", metavar="RESULTS", help="a folder of --results, of one model in it, or a samples.jsonl"
    )
    parser.add_argument(
        "-o",
        "--out",
        default="report.html",
        metavar="FILE",
        help="the page (default report.html); an earlier page of this command is replaced, any other file is not",
    )
    parser.set_defaults(command=_report)


def _report(given: argparse.Namespace) -> int:
    from pytest_codeeval.results import load
    from pytest_codeeval.results.page import check_writable, write_report

    path = Path(given.out)
    check_writable(path)  # before minutes of reading, not after
    results = load(*given.results)
    written = write_report(results, path)
    runs = counted(len(results.runs), "run")
    print(printable(f"{given.out}: {runs}, {counted(len(results.suites), 'suite')}, {written.bytes:,} bytes"))
    return 0
