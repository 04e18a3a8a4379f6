"""The console command `codeeval`: what is to be said without a run."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from pytest_codeeval import __version__
from pytest_codeeval.cli import completions, datasets, doctor, fuzz


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; return the exit code."""
    parser = argparse.ArgumentParser(prog="codeeval", description="Beside the pytest runs of pytest-codeeval.")
    parser.add_argument("--version", action="version", version=f"pytest-codeeval {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    doctor.add_command(commands)
    completions.add_command(commands)
    datasets.add_command(commands)
    fuzz.add_command(commands)
    given = parser.parse_args(arguments)
    code: int = given.command(given)
    return code
