"""`codeeval config`: config files looked at before a run."""

from __future__ import annotations

import argparse
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

from pytest_codeeval.core.text import counted, printable

_USAGE = 4
_NOTE = "codeeval: "
"""What a line of a run begins with that says what is odd, and no mistake."""


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
    if file.suites and (code := _rehearsed(given.file)):
        return code
    models, suites = counted(len(file.models), "model"), counted(len(file.suites), "suite")
    print(printable(f"{given.file}: {models}, {suites}, nothing wrong"))
    return 0


def _rehearsed(file: str) -> int:
    """Have the run itself say what it would refuse or leave out, for which nothing is asked; return the exit code."""
    # Nothing is run, so that no assertion has to be rewritten, which takes half a second where nothing is kept of it.
    quietly = ["--assert=plain", "-qq", "--no-header", "--tb=no", "-rN", "--disable-warnings", "--color=no"]
    quietly += ["-p", "no:cacheprovider"]
    command = [sys.executable, "-P", "-m", "pytest", f"--codeeval-config={file}", "--codeeval-plan-faults", *quietly]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    said = [line for line in f"{ran.stdout}\n{ran.stderr}".splitlines() if line.strip()]
    notes = [line for line in said if line.startswith(_NOTE)]
    if ran.returncode:
        # A suite that cannot be collected has been told of; pytest says that it has no tests then.
        faults = [
            line for line in said if line not in notes and not line.startswith("ERROR: found no collectors")
        ] or said
        for fault in (line.removeprefix("ERROR: ") for line in faults):
            print(printable(fault if fault.startswith(file) else f"{file}: {fault}"), file=sys.stderr)
    else:
        for note in notes:
            print(printable(f"{file}: {note.removeprefix(_NOTE)}"))
    return ran.returncode


def _show(given: argparse.Namespace) -> int:
    from pytest_codeeval.config.jobfile import read_job
    from pytest_codeeval.config.shown import shown

    for line in shown(read_job(Path(given.file))):
        print(printable(line))
    return 0


def _example(_: argparse.Namespace) -> int:
    print(files("pytest_codeeval.config").joinpath("example.yaml").read_text(encoding="utf-8"), end="")
    return 0
