"""What the scripts of all kinds of jobs have in common."""

from __future__ import annotations

import sys
from pathlib import Path
from shlex import quote

from pytest_codeeval.cli.jobs.shardedrun import ShardedRun

_KEYS = "*KEY*|*TOKEN*|*SECRET*|*PASSWD*|*PASSWORD*|*CREDENTIAL*|AWS_*|AZURE_*"
"""Names of variables, as `core.secretname` has them and more."""


def command() -> str:
    """Return how this program is called, as a shell reads it: on shared storage it is there for all."""
    beside = Path(sys.executable).with_name("codeeval")
    return quote(str(beside)) if beside.is_file() else "codeeval"


def without_keys() -> list[str]:
    """Return lines that take keys out of the environment, which clusters hand on: nothing is asked in a shard."""
    return [
        "# Answers are checked and nobody is asked, so that no key is needed.",
        "for name in $(compgen -e); do",
        '  case "$name" in',
        "    SLURM_*) ;;",
        f'    {_KEYS}) unset "$name" ;;',
        "  esac",
        "done",
    ]


def merging(run: ShardedRun) -> list[str]:
    """Return the lines that put the shards together; one that had nothing to evaluate has left nothing."""
    return [
        "folders=()",
        f"for number in $(seq 1 {run.shards}); do",
        f'  folder={quote(str(run.parts))}/shard-"$number"',
        '  for file in "$folder"/*/run.json; do [ -e "$file" ] && folders+=("$folder") && break; done',
        "done",
        f'{command()} merge {quote(str(run.results))} "${{folders[@]}}"',
    ]
