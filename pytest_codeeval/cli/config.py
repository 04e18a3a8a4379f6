"""`codeeval config`: config files looked at before a run."""

from __future__ import annotations

import argparse
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

from pytest_codeeval.core.text import counted, printable

_USAGE = 4


def add_command(commands: Any) -> None:
    """Add the command and its verbs to the parser's."""
    command = commands.add_parser(
        "config", help="check a config file of `codeeval run`, show what it comes to, or get one"
    )
    verbs = command.add_subparsers(metavar="VERB", required=True)
    for name, verb, text in (
        ("check", _check, "say what is wrong with it, a line for each mistake; exit code 4 if there is one"),
        ("show", _show, "print its settings, and what holds for those that it leaves out"),
    ):
        parser = verbs.add_parser(name, help=text, description=text)
        parser.add_argument("file", metavar="FILE.yaml")
        parser.set_defaults(command=verb)
    text = "print a file with comments that runs as it stands"
    verbs.add_parser("example", help=text, description=text).set_defaults(command=_example)


def _check(given: argparse.Namespace) -> int:
    from pytest_codeeval.config.checked import check
    from pytest_codeeval.config.jobfile import InvalidFile, read_job

    try:
        file = read_job(Path(given.file))
        check(file)
    except InvalidFile as error:
        print(*map(printable, error.all), sep="\n", file=sys.stderr)
        return _USAGE
    models, suites = counted(len(file.models), "model"), counted(len(file.suites), "suite")
    print(printable(f"{given.file}: {models}, {suites}, nothing wrong"))
    return 0


def _show(given: argparse.Namespace) -> int:
    from pytest_codeeval.config.jobfile import read_job
    from pytest_codeeval.config.shown import shown

    for line in shown(read_job(Path(given.file))):
        print(printable(line))
    return 0


def _example(_: argparse.Namespace) -> int:
    print(files("pytest_codeeval.config").joinpath("example.yaml").read_text(encoding="utf-8"), end="")
    return 0
