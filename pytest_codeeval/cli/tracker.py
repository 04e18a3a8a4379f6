"""`codeeval tracker`: a document about models, presets and suites that is kept up to date with results."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from pytest_codeeval.core.text import printable


def add_command(commands: Any) -> None:
    """Add the command and its verbs to the parser's."""
    command = commands.add_parser("tracker", help="keep a document about models, presets and suites up to date")
    verbs = command.add_subparsers(metavar="VERB", required=True)
    for name, verb, text in (
        ("update", _update, "write the document anew from results; notes in it stay"),
        ("check", _check, "say whether the document is what these results come to; exit code 1 if it is not"),
    ):
        parser = verbs.add_parser(name, help=text, description=text)
        parser.add_argument("results", nargs="+", metavar="RESULTS", help="results folders, also of `codeeval sweep`")
        parser.add_argument("--doc", required=True, metavar="FILE.md", help="the document")
        parser.add_argument("--html", metavar="FILE.html", help="the same as a page")
        parser.set_defaults(command=verb)
        if verb is _update:
            parser.add_argument(
                "--check", action="store_true", help="write nothing; exit code 1 if something would be written"
            )
            parser.add_argument(
                "--force", action="store_true", help="replace what was changed by hand outside of the notes"
            )


def _update(given: argparse.Namespace) -> int:
    if given.check:
        return _check(given)
    from pytest_codeeval.results.tracker.writing import update

    doc, html = Path(given.doc), _path(given.html)
    changed = update(given.results, doc, html, force=given.force)
    for path in filter(None, (doc, html)):
        print(printable(f"{path}: {'written' if path in changed else 'nothing to change'}"))
    return 0


def _check(given: argparse.Namespace) -> int:
    from pytest_codeeval.results.tracker.writing import outdated

    why = outdated(given.results, Path(given.doc), _path(given.html))
    if why:
        print(printable(f"{why}; run `codeeval tracker update`."), file=sys.stderr)
        return 1
    print(printable(f"{given.doc}: up to date"))
    return 0


def _path(name: str | None) -> Path | None:
    return Path(name) if name else None
