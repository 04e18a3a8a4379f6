"""`codeeval complete`: the completions of a model for the rows of a dataset, and nothing else."""

from __future__ import annotations

import argparse
from typing import Any


def add_command(commands: Any) -> None:
    """Add the command to the parser's."""
    parser = commands.add_parser(
        "complete",
        help="have a model answer the rows of a dataset, and write each row with its answer",
        description="Have a model answer each row of a dataset, and write the rows with what it said (`response`) and "
        "the program in it (`program`). Exit code 1 if a row got no answer, 130 if it was stopped: the same command "
        "goes on.",
    )
    add = parser.add_argument
    add("--model", required=True, metavar="MODEL", help="the model to ask, named as in a run of pytest")
    add("--benchmark", required=True, metavar="FILE|HUB/NAME", help="JSONL, parquet, or a dataset on the hub")
    add("--output", required=True, metavar="FILE.jsonl", help="the file to write; it is not there yet")
    add("--lang", default="python", metavar="LANG", help="language of rows that do not say theirs (default python)")
    add(
        "--prompt-field", default="", metavar="NAME", help="the field that has the prompt (default: prompt, question …)"
    )
    add("--split", default="", metavar="NAME", help="part of a dataset on the hub (default test)")
    add("--config", default="", metavar="NAME", help="configuration of a dataset on the hub")
    add("--temperature", default="0.2", metavar="T", help="how much chance is in an answer (default 0.2)")
    add("--top-p", default="0.95", metavar="P", help="nucleus sampling (default 0.95)")
    add("--max-tokens", default="5000", metavar="N", help="tokens an answer (default 5000)")
    add("--batch-size", "--concurrency", default="10", metavar="N", help="requests at once, at most (default 10)")
    add("--base-url", action="append", metavar="URL", help="a server to ask; may be given several times")
    add("--model-args", action="append", default=[], metavar="KEY=VALUE[,…]", help="settings of the backend")
    add("--rpm", metavar="N", help="requests a minute, at most")
    add("--max-cost", metavar="DOLLARS", help="ask no more where this would be passed")
    add("--retries", default="5", metavar="N", help="of a request that may yet succeed (default 5)")
    add("--request-timeout", default="600", metavar="SECONDS", help="default 600")
    parser.set_defaults(command=_complete)


def _complete(given: argparse.Namespace) -> int:
    from pytest_codeeval.cli.complete.asked import Asked  # what other commands do without
    from pytest_codeeval.cli.complete.job import complete

    return complete(Asked.read(given))
