"""`codeeval arena`: models set side by side by a config file, of this project or of EvalScope."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.text import printable

if TYPE_CHECKING:
    from pytest_codeeval.cli.arena.words import Words
    from pytest_codeeval.config.document import Document
    from pytest_codeeval.config.jobfile import JobFile

_TEXT = "set models side by side: codeeval arena FILE.yaml, a config file of ours or EvalScope's cfg_arena.yaml"
_MORE = (
    "--battles=N plays N battles at most, those that tell most; --until-ci=W ends when all intervals reach W points to "
    "each side at most; --without=KEY[,KEY…] passes over keys of EvalScope's file. Further arguments go to pytest as "
    "they are, in the form --NAME=VALUE."
)
_TRANSLATED = "arena.yaml"


def add_command(commands: Any) -> None:
    """Add the command to the parser's."""
    parser = commands.add_parser(
        "arena", help=_TEXT, description=_TEXT, epilog=_MORE, prefix_chars="\0", add_help=False, allow_abbrev=False
    )
    parser.add_argument("arguments", nargs="*", metavar="FILE.yaml | --OPTION=VALUE")
    parser.set_defaults(command=lambda given: _arena(parser, given))


def _arena(parser: argparse.ArgumentParser, given: argparse.Namespace) -> int:
    if not given.arguments or {"-h", "--help"} & {*given.arguments}:
        parser.print_help()
        return 0
    from pytest_codeeval.cli.arena.plan import plan_of
    from pytest_codeeval.cli.arena.rounds import play
    from pytest_codeeval.cli.arena.words import read_words
    from pytest_codeeval.config.document import read_document
    from pytest_codeeval.config.evalscope import is_evalscope
    from pytest_codeeval.config.jobfile import read_job

    words = read_words(given.arguments)
    document = read_document(words.file)
    path, report = words.file, None
    if is_evalscope(document):
        path, report = _translated(document, words)
    elif words.without:
        raise UsageError(f"--without={words.without[0]} is for a file of EvalScope's, and {words.file} is one of ours.")
    file = read_job(path)
    _demand_arena(file)
    command = [sys.executable, "-P", "-m", "pytest", f"--codeeval-config={path}"]
    command += [*([] if file.suites else ["--codeeval-suites=arena"]), *words.others]
    plan = plan_of(file, words)
    sys.stdout.flush()
    if plan is None and report is None:
        return os.execv(command[0], command)  # noqa: S606 - its arguments are a list
    code = play(command, plan)
    if report is not None:
        _copy_report(words.results(file), report)
    return code


def _translated(document: Document, words: Words) -> tuple[Path, Path | None]:
    """Write what EvalScope's file comes to into the results folder; return where, and where its ratings are to go."""
    from pytest_codeeval.config.evalscope import translated
    from pytest_codeeval.core.jsonl import replace_file

    found = translated(document, words.without)
    results = words.results(None)
    for note in found.notes:
        print(printable(f"{document.name}: {note}"))
    try:
        results.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{str(results)!r} cannot be made ({error.strerror}); name another by --results.") from None
    path = results / _TRANSLATED
    if path.exists() and not path.read_bytes().startswith(b"{"):  # as what was made by an earlier command does
        raise UsageError(
            f"{str(path)!r} is there and is not of our making, and is not overwritten; name another --results."
        )
    replace_file(path, json.dumps({**found.values, "results": str(results)}, indent=2).encode())
    print(printable(f"{document.name}: as a config file of ours it is {path}"))
    return path, found.report


def _demand_arena(file: JobFile) -> None:
    if file.suites and not any(entry.suite == "arena" or entry.file for entry in file.suites):
        raise file.document.refusal(
            ("suites",), "suites has no arena; add it, or use `codeeval run` for what sets no models side by side."
        )


def _copy_report(results: Path, report: Path) -> None:
    """Put the ratings where EvalScope's file wants them; nothing is overwritten."""
    tables = sorted(results.glob("elo_rating_*.csv"))
    if not tables:
        return
    try:
        report.parent.mkdir(parents=True, exist_ok=True)
        with tables[0].open("rb") as table, report.open("xb") as copy:
            shutil.copyfileobj(table, copy)
        print(printable(f"ratings: {report}"))
    except FileExistsError:
        print(printable(f"{report} is there, and nothing is overwritten; the ratings are in {tables[0]}"))
    except OSError as error:
        print(printable(f"{report} cannot be written ({error.strerror}); the ratings are in {tables[0]}"))
