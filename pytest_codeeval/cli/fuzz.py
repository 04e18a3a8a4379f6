"""`codeeval fuzz`: the inputs that have told wrong programs from canonical solutions."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.places import cache_folder
from pytest_codeeval.core.text import counted, printable


def add_command(commands: Any) -> None:
    """Add the command and its verbs to the parser's."""
    command = commands.add_parser("fuzz", help="list or export the inputs that --fuzz has found")
    verbs = command.add_subparsers(metavar="VERB", required=True)
    for name, verb, text in (
        ("ls", _list, "print them"),
        ("export", _export, "write them as a file of pytest tests"),
    ):
        parser = verbs.add_parser(name, help=text)
        parser.set_defaults(command=verb)
        if name == "export":
            parser.add_argument("file", metavar="FILE.py", help="a file that is not there yet")
        for option in ("suite", "task"):
            parser.add_argument(f"--{option}", default="", metavar="NAME")


def _chosen(given: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield what is saved of the suite and the task that were named."""
    from pytest_codeeval.scoring.fuzz.saved import SavedInputs

    cache = cache_folder()
    if not cache:
        raise UsageError(
            "this user has no cache folder, which is where --fuzz saves inputs; name one by CODEEVAL_CACHE."
        )
    for row in SavedInputs(str(Path(cache, "fuzz")), "").all():
        if all(
            not wanted or row.get(name) == wanted for name, wanted in (("suite", given.suite), ("task_id", given.task))
        ):
            yield row


def _list(given: argparse.Namespace) -> int:
    from pytest_codeeval.scoring.fuzz.exported import assertion_of

    for row in _chosen(given):
        print(printable(f"{row.get('suite')}  {row.get('task_id')}  {assertion_of(row)}", limit=1000))
    return 0


def _export(given: argparse.Namespace) -> int:
    from pytest_codeeval.scoring.fuzz.exported import module_of

    text, tests, left_out = module_of(list(_chosen(given)))
    if not tests:
        raise UsageError("nothing that --fuzz has found is saved; run it first, or name another --suite or --task.")
    path = Path(given.file)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{given.file!r} is there, and nothing is overwritten; name another file.") from None
    except OSError as error:
        raise UsageError(f"{given.file!r} cannot be written: {error.strerror}; name another file.") from None
    more = f"; {counted(left_out, 'input')} cannot be written as Python literals" if left_out else ""
    print(f"{counted(tests, 'test')} written to {printable(given.file)}{more}")
    return 0
