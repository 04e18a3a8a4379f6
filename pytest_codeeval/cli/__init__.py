"""The console command `codeeval`: what is to be said without a run."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from pytest_codeeval import __version__
from pytest_codeeval.cli import (
    arena,
    charts,
    compare,
    complete,
    completions,
    config,
    datasets,
    doctor,
    export,
    fuzz,
    merge,
    new,
    rate,
    report,
    run,
    sweep,
    tracker,
)
from pytest_codeeval.core.errors import CodeEvalError
from pytest_codeeval.core.text import printable

_COMMANDS = (
    doctor,
    config,
    run,
    complete,
    completions,
    datasets,
    new,
    fuzz,
    report,
    compare,
    charts,
    merge,
    export,
    rate,
    arena,
    sweep,
    tracker,
)
_USAGE = 4
_REFUSED = 2  # argparse's word for the same
_STOPPED = 130  # as a shell says of a command that Ctrl-C ended


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; return the exit code, 4 for what cannot be done as asked."""
    parser = argparse.ArgumentParser(prog="codeeval", description="Beside the pytest runs of pytest-codeeval.")
    parser.add_argument("--version", action="version", version=f"pytest-codeeval {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for module in _COMMANDS:
        module.add_command(commands)
    try:
        given = parser.parse_args(arguments)
    except SystemExit as end:  # by 2 where it has said what it does not take
        raise SystemExit(_USAGE if end.code == _REFUSED else end.code) from None
    if isinstance(sys.stdout, TextIOWrapper):  # not every terminal has a dash, or the letters of a name
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code: int = given.command(given)
        print(end="", flush=True)  # where it can still be said that this was in vain
    except CodeEvalError as error:
        print(printable(str(error)), file=sys.stderr)
        return _USAGE
    except BrokenPipeError:  # as of `| head`; Python would say so once more when it ends
        _forget_output()
        return 1
    except OSError as error:
        if error.filename is not None:
            raise
        print(f"what was to be said cannot be written ({error.strerror}); send it elsewhere.", file=sys.stderr)
        _forget_output()
        return _USAGE
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return _STOPPED
    return code


def _forget_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
