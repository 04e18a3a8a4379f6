"""put_together: one results folder of the shards of a run."""

from __future__ import annotations

import argparse
import sys

from pytest_codeeval.cli.jobs.shardedrun import ShardedRun
from pytest_codeeval.cli.merge import merge_folders
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.text import printable
from pytest_codeeval.reports.folder import RUN


def put_together(run: ShardedRun) -> int:
    """Merge the shards that have evaluated something, and say what that lacks; return the exit code of a merge.

    Raises UsageError where they cannot be merged.
    """
    folders = [run.folder_of(number) for number in range(1, run.shards + 1)]
    filled = [str(folder) for folder in folders if any(folder.glob(f"*/{RUN}"))]
    if not filled:
        raise UsageError(f"no shard in {str(run.parts)!r} has evaluated a problem; see the logs there.")
    code = merge_folders(argparse.Namespace(out=str(run.results), folders=filled, force=False, fail_under=[]))
    if run.left_out:
        named = ", ".join(f"--{name}" for name in run.left_out)
        print(
            printable(f"codeeval: {named} was left out; `codeeval report` makes a page of the results"), file=sys.stderr
        )
    return code
