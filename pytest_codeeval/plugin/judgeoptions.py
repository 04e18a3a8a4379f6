"""The options of judges: declared."""

from __future__ import annotations

from collections.abc import Callable


def add_judge_options(add: Callable[..., None]) -> None:
    """Declare them."""
    add(
        "--judge",
        action="append",
        dest="codeeval_judges",
        default=[],
        metavar="MODEL",
        help="have the answers of suites that need a judge rated by this model; may be given several times",
    )
    add(
        "--judge-url",
        dest="codeeval_judge_url",
        metavar="URL",
        help="ask the judges at this URL; --base-url is for the models only",
    )
    add(
        "--judge-args",
        action="append",
        dest="codeeval_judge_args",
        default=[],
        metavar="KEY=VALUE[,KEY=VALUE…]",
        help="settings of the judges' backend, as --model-args are of the models'; may be given several times",
    )
