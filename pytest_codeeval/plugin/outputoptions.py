"""The options of what a run leaves behind: declared."""

from __future__ import annotations

from collections.abc import Callable


def add_output_options(add: Callable[..., None]) -> None:
    """Declare where results, reports and files in other forms go."""
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
    add(
        "--output",
        dest="codeeval_output",
        metavar="FILE",
        help="write the scores to a new file there, as lm-eval has them",
    )
    add(
        "--log-samples",
        action="store_true",
        dest="codeeval_log_samples",
        help="write the samples of each suite beside the file of --output, as lm-eval has them",
    )
