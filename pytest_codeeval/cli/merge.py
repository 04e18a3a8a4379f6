"""`codeeval merge`: one results folder made of several, such as those of shards."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_codeeval.results.merging import Merged


def add_command(commands: Any) -> None:
    """Add the command to the parser's."""
    parser = commands.add_parser(
        "merge",
        help="put results folders together into one, such as those of --shard",
        description="Put results folders together into one. Exit code 1 if something is missing or a threshold is not "
        "reached, 4 if the folders cannot be merged.",
    )
    parser.add_argument("out", metavar="OUT", help="the folder to make; it is not there yet, or empty")
    parser.add_argument(
        "folders", nargs="+", metavar="DIR", help="results folders; of a sample in several the last counts"
    )
    parser.add_argument("--force", action="store_true", help="also if the results were not made alike")
    parser.add_argument(
        "--fail-under",
        action="append",
        default=[],
        metavar="SUITE:METRIC=VALUE",
        help="let the exit code follow this threshold (default: those that the runs were given)",
    )
    parser.set_defaults(command=merge_folders)


def merge_folders(given: argparse.Namespace) -> int:
    """Merge as the options say, and tell what came of it; return the exit code."""
    from pytest_codeeval.core.text import printable
    from pytest_codeeval.reports.threshold import Threshold
    from pytest_codeeval.results.merging import merge

    out = Path(given.out)
    merged = merge(
        out,
        list(map(Path, given.folders)),
        force=given.force,
        fail_under=list(map(Threshold.read, given.fail_under)),
        keep=_keep_completions,
    )
    for line in _lines(merged):
        print(line)
    print(printable("results: " + ", ".join(map(str, merged.folders))))
    return 0 if merged.succeeded else 1


def _keep_completions(target: Path, folders: Sequence[Path]) -> None:
    from contextlib import closing

    from pytest_codeeval.generation.store import CompletionStore

    with closing(CompletionStore(target, at_once=False)) as store:
        for folder in folders:
            store.take_in(folder)


def _lines(merged: Merged) -> list[str]:
    from pytest_codeeval.core.text import printable
    from pytest_codeeval.reports.table import as_text, score_table

    table = as_text(*score_table(merged.scores, merged.pass_at)) if merged.scores else ["no problem was evaluated"]
    said = [*table, "", *merged.notes, *map(str, merged.missing), *map(str, merged.judgements)]
    return [printable(line) for line in said]
