"""`codeeval run`: an evaluation without a word of pytest, by a config file or by the names of suites."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pytest_codeeval.config.shipped import hint, tests, tests_of_files
from pytest_codeeval.core.errors import UsageError

_TEXT = "run an evaluation: codeeval run FILE.yaml, or codeeval run --model=MODEL SUITE…"
_MORE = (
    "Further arguments go to pytest as they are, best in the form --NAME=VALUE: options of pytest-codeeval, such as "
    "--limit=5 (see `pytest --help`), of pytest itself, such as -x, and suite files. With --on=local|slurm|k8s "
    "--shards=N it is run in shards, as processes here or as jobs of a cluster, whose files are printed, or submitted "
    "with --submit; with --on=ray --shards=N [--address=ADDRESS] [--working-dir=DIR] answers are graded on a Ray "
    "cluster."
)
_FILES = (".yaml", ".yml")
_SUITE = ".py"
_CHOSEN = "--models"
_ON = "--on"
_TO_RUN = ("--config=", "--suites=", "--codeeval-config=", "--codeeval-suites=")


def add_command(commands: Any) -> None:
    """Add the command to the parser's."""
    parser = commands.add_parser(
        "run", help=_TEXT, description=_TEXT, epilog=_MORE, prefix_chars="\0", add_help=False, allow_abbrev=False
    )
    parser.add_argument("arguments", nargs="*", metavar="FILE.yaml | SUITE | --OPTION")
    parser.set_defaults(command=lambda given: _run(parser, given))


def _run(parser: argparse.ArgumentParser, given: argparse.Namespace) -> int:
    """Become pytest, so that signals, terminal and exit code are its own."""
    if not given.arguments or {"-h", "--help"} & {*given.arguments}:
        parser.print_help()
        return 0
    engine = _engine(given.arguments)
    if engine == "ray":
        from pytest_codeeval.cli.oncluster import run_on_cluster

        return run_on_cluster(given.arguments, arguments)
    if engine is not None:
        from pytest_codeeval.cli.jobs import run_in_shards

        return run_in_shards(given.arguments)
    command = [sys.executable, "-P", "-m", "pytest", *arguments(given.arguments)]
    sys.stdout.flush()
    return os.execv(command[0], command)  # noqa: S606 - its arguments are a list


def _engine(words: Sequence[str]) -> str | None:
    """Return what --on names, None without it."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        name, given, value = word.partition("=")
        if name == _ON:
            return value if given else following
    return None


def arguments(words: Sequence[str]) -> list[str]:
    """Return the arguments of pytest for those of this command.

    Raises UsageError for a word that is neither a config file nor a suite, and where there is nothing to run.
    """
    found: list[str] = []
    files: list[str] = []
    option = ""  # whose value the next word may be
    for word in words:
        if word.startswith("-"):
            option = "" if "=" in word else word
            found += [] if word == _CHOSEN else [word]
        elif word.endswith(_FILES) or (not option and _is_config(Path(word))):
            files.append(word)
        elif word in tests() or word in tests_of_files():
            found.append(f"--codeeval-suites={word}")
        elif option == _CHOSEN:
            found.append(f"--codeeval-models={word}")
        elif option or Path(word.partition("::")[0]).exists():
            found.append(word)
            option = ""
        else:
            raise UsageError(f"{word}: no suite comes with this package by that name, and no file is here{hint(word)}.")
    if len(files) > 1:
        raise UsageError(f"{files[0]} and {files[1]} are two config files; run them one after the other.")
    if not files and not any(word.startswith(_TO_RUN) or not word.startswith("-") for word in found):
        raise UsageError(
            "nothing to run is named; name a config file, or suites, as in codeeval run --model=demo starter."
        )
    return [*(f"--codeeval-config={file}" for file in files), *found]


def _is_config(path: Path) -> bool:
    """Whether a file of another name can only be meant as a config file."""
    return path.is_file() and path.suffix != _SUITE
