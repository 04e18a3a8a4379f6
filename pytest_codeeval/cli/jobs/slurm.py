"""Slurm: a run in shards as an array job, and the job that puts them together."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from shlex import quote

from pytest_codeeval.cli.jobs.shardedrun import ShardedRun
from pytest_codeeval.cli.jobs.shell import command, merging, without_keys
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.text import counted

_GRADING = "shards.sh"
_MERGING = "merge.sh"


class Slurm:
    """The scripts by their names, and how they are submitted."""

    needs = "sbatch"

    def __init__(self, run: ShardedRun) -> None:
        self._run = run

    def files(self) -> dict[str, str]:
        """Return the scripts."""
        run = self._run
        grading = [
            *self._head("codeeval", "shard-%a.log"),
            f"#SBATCH --array=1-{run.shards}",
            f"#SBATCH --cpus-per-task={run.cpus}",
            *self._begin(),
            "part=${SLURM_ARRAY_TASK_ID:?is set by Slurm in a task of an array job}",
            f"{command()} run {run.checking_by('part')}",
            "code=$?",
            "# 1 says that there are programs which fail: that is what was to be found out.",
            '[ "$code" -le 1 ] && exit 0',
            'exit "$code"',
        ]
        whole = [*self._head("codeeval-merge", "merge.log"), *self._begin(), *merging(run)]
        return {_GRADING: "\n".join([*grading, ""]), _MERGING: "\n".join([*whole, ""])}

    def submit(self, folder: Path) -> str:
        """Hand the scripts in this folder to Slurm, the second for when the first has ended; return what was said.

        Raises UsageError where Slurm does not take them.
        """
        number = _sbatch("--parsable", str(folder / _GRADING)).partition(";")[0]
        after = _sbatch("--parsable", f"--dependency=afterany:{number}", str(folder / _MERGING)).partition(";")[0]
        return (
            f"{counted(self._run.shards, 'task')} are job {number} of Slurm, and job {after} puts them together in "
            f"{self._run.results}"
        )

    def steps(self, folder: Path) -> list[str]:
        """Return the commands that submit them."""
        files = [quote(str(folder / name)) for name in (_GRADING, _MERGING)]
        return [f"sbatch {files[0]}", f"sbatch --dependency=afterany:JOB {files[1]}"]

    def _head(self, name: str, log: str) -> list[str]:
        # Slurm reads quotes as a shell does, and % as the begin of a pattern.
        place = str(self._run.parts).replace("%", "%%").replace("\\", "\\\\").replace('"', '\\"')
        return ["#!/bin/bash", f"#SBATCH --job-name={name}", f'#SBATCH --output="{place}/{log}"']

    def _begin(self) -> list[str]:
        return ["", "set -u", f"cd -- {quote(str(Path.cwd()))} || exit 4", *without_keys()]


def _sbatch(*words: str) -> str:
    program = shutil.which("sbatch")
    if program is None:
        raise UsageError("--submit needs sbatch on the PATH; leave it out to have the job files printed.")
    done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise UsageError(f"sbatch does not take the job: {' '.join(done.stderr.split())[:500]}")
    return done.stdout.strip()
