"""`codeeval export`: results in the forms of others."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.text import printable

_TABLES = ("csv", "markdown", "latex")
_FOLDERS = ("lm-eval", "evalplus")
_TRACKERS = ("mlflow", "wandb")
_PROJECT = "codeeval"


def add_command(commands: Any) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("export", help="write results as a table, or as another harness has them")
    command.add_argument("results", nargs="+", metavar="RESULTS", help="folders that --results wrote, or samples.jsonl")
    command.add_argument("--to", required=True, choices=(*_TABLES, *_FOLDERS, *_TRACKERS), help="the form")
    command.add_argument(
        "-o",
        "--out",
        metavar="PATH",
        help="a new file for csv, markdown and latex (default: standard output), an empty or new folder for others; "
        "without it mlflow and wandb go to their servers, as MLFLOW_TRACKING_URI and WANDB_API_KEY have it",
    )
    command.add_argument(
        "--project", metavar="NAME", help=f"the experiment of mlflow, or the project of wandb (default: {_PROJECT})"
    )
    command.set_defaults(command=_export)


def _export(given: argparse.Namespace) -> int:
    from pytest_codeeval.results import load
    from pytest_codeeval.results.exports import folders

    if given.to in _FOLDERS and not given.out:
        raise UsageError(f"--to {given.to} writes several files; name a folder for them by -o DIR.")
    if given.project is not None and given.to not in _TRACKERS:
        raise UsageError(f"--project is for {' and '.join(_TRACKERS)}, and --to {given.to} has none; leave it out.")
    results = load(*given.results)
    if given.to in _TRACKERS:
        return _track(results, given)
    if given.to in _TABLES:
        _write(_table(results, given.to), given.out)
        return 0
    write = folders.write_lm_eval if given.to == "lm-eval" else folders.write_evalplus
    for path in write(results, Path(given.out)):
        print(printable(str(path)))
    return 0


def _track(results: Any, given: argparse.Namespace) -> int:
    from pytest_codeeval.results.exports import mlflow, wandb

    tracker = mlflow if given.to == "mlflow" else wandb
    project = (_PROJECT if given.project is None else given.project).strip()
    if not project:
        raise UsageError("--project names nothing; give it a name, or leave it out.")
    for said in tracker.log(results, Path(given.out) if given.out else None, project):
        print(printable(said), flush=True)
    return 0


def _table(results: Any, form: str) -> str:
    from pytest_codeeval.results.charts.grid import Grid
    from pytest_codeeval.results.charts.summary import HEADERS, summary
    from pytest_codeeval.results.exports.leaderboard import leaderboard
    from pytest_codeeval.results.tables import csvtext, latex, markdown

    if form == "csv":
        return csvtext.table(HEADERS, summary(Grid(results)))
    table = markdown.table if form == "markdown" else latex.table
    return table(*leaderboard(results))


def _write(text: str, out: str | None) -> None:
    if not out:
        print(text, end="")
        return
    path, made = Path(out), False
    try:
        with path.open("x", encoding="utf-8") as file:
            made = True
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{out!r} is there, and nothing is overwritten; name another file.") from None
    except OSError as error:
        if made:
            path.unlink(missing_ok=True)
        raise UsageError(f"{out!r} cannot be written: {error.strerror}; name another file.") from None
    print(printable(out))
