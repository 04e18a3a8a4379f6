"""The options of what a run writes: declared."""

from __future__ import annotations

from collections.abc import Callable


def add_report_options(add: Callable[..., None]) -> None:
    """Declare them."""
    add("--results", dest="codeeval_results", default="results", metavar="DIR", help="results folder (default results)")
    add(
        "--report",
        dest="codeeval_report",
        metavar="FILE",
        help="write a page of the results there, as `codeeval report`",
    )
    add(
        "--charts",
        dest="codeeval_charts",
        metavar="DIR",
        help="draw charts of the results there, as `codeeval charts`",
    )
