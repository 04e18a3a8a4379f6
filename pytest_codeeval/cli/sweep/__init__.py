"""`codeeval sweep`: each model of a config file with each preset on all suites, and the tracker of what came of it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

_TEXT = "run all models of a config file with all presets, one after the other, and write the tracker of them"


def add_command(commands: Any) -> None:
    """Add the command to the parser's."""
    parser = commands.add_parser(
        "sweep",
        help=_TEXT,
        description=f"{_TEXT}. What is complete is passed over, so that the same command goes on after a stop. Exit "
        "code 1 if something did not become complete, or fail_under was missed.",
    )
    parser.add_argument("file", metavar="FILE.yaml")
    parser.add_argument("--plan", action="store_true", help="say what there is to run, and run nothing")
    parser.add_argument("--doc", metavar="FILE.md", help="the tracker (default: TRACKER.md beside the file)")
    parser.add_argument("--html", metavar="FILE.html", help="the tracker as a page as well")
    parser.set_defaults(command=_sweep)


def _sweep(given: argparse.Namespace) -> int:
    from pytest_codeeval.cli.sweep.job import Sweep  # what other commands do without

    file = Path(given.file)
    doc = Path(given.doc) if given.doc else file.parent / "TRACKER.md"
    sweep = Sweep.read(file)
    return sweep.tell() if given.plan else sweep.run(doc, Path(given.html) if given.html else None)
