"""submit_or_print: job files are shown with the commands that belong to them, or all is done at once."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from shlex import join, quote
from typing import Protocol

from pytest_codeeval.cli.jobs.local import GRADED, ask_here
from pytest_codeeval.cli.jobs.shardedrun import ShardedRun
from pytest_codeeval.cli.jobs.shell import command
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.text import printable


class Jobs(Protocol):
    """The job files of a cluster; `needs` is the program that takes them."""

    needs: str

    def files(self) -> dict[str, str]:
        """Return them by their names."""
        ...

    def submit(self, folder: Path) -> str:
        """Hand those that lie in a folder to the cluster; return what is to be said of it. Raises UsageError."""
        ...

    def steps(self, folder: Path) -> list[str]:
        """Return the commands that do so."""
        ...


def submit_or_print(run: ShardedRun, jobs: Jobs) -> int:
    """Print the job files, or with `--submit` have the models asked here and hand the files to the cluster.

    Raises UsageError where the cluster cannot be had or does not take them.
    """
    if not run.submit:
        _print(run, jobs)
        return 0
    if shutil.which(jobs.needs) is None:  # before anything is paid for
        raise UsageError(f"--submit needs {jobs.needs} on the PATH; leave it out to have the job files printed.")
    run.parts.mkdir(parents=True, exist_ok=True)
    asked = ask_here(run)
    if asked not in GRADED:
        return asked
    for name, text in jobs.files().items():
        (run.parts / name).write_text(text, "utf-8")
    print(printable(f"codeeval: {jobs.submit(run.parts)}"), file=sys.stderr)
    return 0


def _print(run: ShardedRun, jobs: Jobs) -> None:
    """Print the files to standard output, and to the other what is to be done with them."""
    for name, text in jobs.files().items():
        print(f"# {run.parts / name}" if len(jobs.files()) > 1 else "", end="\n" if len(jobs.files()) > 1 else "")
        print(text)
    deal = f"{command()} completions deal --results {quote(str(run.answers))} --shards {run.shards}"
    steps = [
        f"{command()} run {join(run.generating())}",
        f"{deal} {quote(str(run.parts))}",
        *jobs.steps(run.parts),
    ]
    print("codeeval: --submit does all of this, once the files are where their first lines say:", file=sys.stderr)
    for step in steps:
        print(printable(f"  {step}", limit=20_000), file=sys.stderr)
