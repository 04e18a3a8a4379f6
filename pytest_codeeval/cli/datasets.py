"""`codeeval data`: the datasets that suites read; what there is, what is here, and bringing it here."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from pytest_codeeval.benchmarks.catalogue import DataFile, named
from pytest_codeeval.benchmarks.fetching import Unreachable, check_origin, fetch
from pytest_codeeval.core.errors import CodeEvalError, UsageError
from pytest_codeeval.core.places import data_folder
from pytest_codeeval.core.text import printable


def add_command(commands: Any) -> None:
    """Add the command and its verbs to the parser's."""
    command = commands.add_parser("data", help="list, fetch or verify the datasets that suites read")
    verbs = command.add_subparsers(metavar="VERB", required=True)
    for name, verb, text in (
        (
            "list",
            _list,
            "say of each dataset where it comes from, its licence, size and checksum, and whether it is here",
        ),
        ("fetch", _fetch, "bring datasets into the data folder; what is there is not overwritten"),
        ("verify", _verify, "check what is in the data folder against the checksums"),
    ):
        parser = verbs.add_parser(name, help=text, description=text)
        parser.add_argument("benchmarks", nargs="*", metavar="NAME", help="benchmarks, such as humaneval (default all)")
        parser.add_argument(
            "--data", metavar="DIR", help="the data folder (default CODEEVAL_DATA, else one in the user's cache)"
        )
        parser.set_defaults(command=_run, verb=verb)
        if name == "list":
            parser.add_argument("--json", action="store_true", help="print a JSON object")
        if name == "fetch":
            origin = "a mirror, or a folder with the files, downloaded by other means"
            parser.add_argument("--from", dest="origin", default="", metavar="URL|DIR", help=origin)


def _run(given: argparse.Namespace) -> int:
    folder = data_folder(given.data)
    if folder is None:
        raise UsageError("this user has no cache folder; name the data folder by --data (or CODEEVAL_DATA).")
    try:
        code: int = given.verb(given, Path(folder), named(given.benchmarks))
    except KeyboardInterrupt:
        print("\nwhat is in the data folder is whole, and the same command goes on.", file=sys.stderr)
        raise
    return code


def _list(given: argparse.Namespace, folder: Path, files: tuple[DataFile, ...]) -> int:
    if given.json:
        print(json.dumps({"folder": str(folder), "files": [_entry(file, folder) for file in files]}, indent=1))
        return 0
    print(printable(f"data folder: {folder}"))
    for file in files:
        there = file.found(folder)
        state = f"here: {there.relative_to(folder)}" if there else f"not here: codeeval data fetch {file.benchmark}"
        size = f"{'about ' if file.archive else ''}{file.size:,} bytes"
        print(f"\n{file.benchmark}  {state}\n  {size}, {file.licence}\n  {file.url}\n  {_checksum(file)}")
    return 0


def _checksum(file: DataFile) -> str:
    if file.promised:
        return f"sha256 {file.promised}"
    return f"sha256 {file.contents[0]} (of {file.path}, which is made of it)"


def _entry(file: DataFile, folder: Path) -> dict[str, Any]:
    there = file.found(folder)
    return {
        "benchmark": file.benchmark,
        "file": str(there.relative_to(folder)) if there else None,
        "wanted": file.path,
        "url": file.url,
        "size": file.size,
        "sha256": file.promised or None,
        "sha256_of_contents": file.contents[0],
        "licence": file.licence,
    }


def _fetch(given: argparse.Namespace, folder: Path, files: tuple[DataFile, ...]) -> int:
    check_origin(given.origin)
    failed = 0
    for number, file in enumerate(files):
        progress = _Progress(file.benchmark)
        try:
            brought = fetch(file, folder, given.origin, progress)
        except CodeEvalError as error:
            progress.end(f"not fetched: {error}")
            if isinstance(error, Unreachable):
                failed += len(files) - number
                break
            failed += 1
            continue
        progress.end(f"{brought} ({file.licence})" if brought else "is here already")
    if failed:
        said = f"{failed} of {len(files)} not fetched; `codeeval data list` gives the URL and checksum of each."
        print(said, file=sys.stderr)
    return 1 if failed else 0


def _verify(given: argparse.Namespace, folder: Path, files: tuple[DataFile, ...]) -> int:
    wrong = 0
    for file in files:
        there = file.found(folder)
        if there is None:
            wrong += bool(given.benchmarks)
            said = f"is not in {folder}: codeeval data fetch {file.benchmark}"
        else:
            fault = _fault(file, there)
            wrong += bool(fault)
            said = f"{there}: {fault or 'right'}"
        print(printable(f"{file.benchmark}: {said}"))
    return 1 if wrong else 0


def _fault(file: DataFile, path: Path) -> str:
    """Return what is wrong with a file, empty where nothing is."""
    try:
        if file.is_right(path):
            return ""
    except CodeEvalError as error:
        return str(error)
    return (
        f"not what it should be; a run reads it all the same. Move it away, then: codeeval data fetch {file.benchmark}"
    )


class _Progress:
    """One line for a file: on a terminal it grows as bytes come."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._live = sys.stderr.isatty()

    def __call__(self, come: int, whole: int | None) -> None:
        if self._live:
            share = f" of {whole:,}" if whole else ""
            print(f"\r{self._name}: {come:,}{share} bytes", end="", file=sys.stderr, flush=True)
        elif not come:
            print(f"{self._name}: fetching …", file=sys.stderr, flush=True)

    def end(self, text: str) -> None:
        """Say what came of it."""
        if self._live:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
        print(printable(f"{self._name}: {text}"), flush=True)
