"""`codeeval run --on=local|slurm|k8s`: a run in shards, as processes here or as the jobs of a cluster."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_codeeval.core.errors import UsageError, nearest

ENGINES = ("local", "slurm", "k8s", "ray")


def run_in_shards(words: Sequence[str]) -> int:
    """Do what the arguments of `codeeval run` say, `--on` among them; return the exit code.

    Raises UsageError for what cannot be.
    """
    from pytest_codeeval.cli.jobs.kubernetes import Kubernetes  # few runs need them
    from pytest_codeeval.cli.jobs.local import run_here
    from pytest_codeeval.cli.jobs.shardedrun import ShardedRun
    from pytest_codeeval.cli.jobs.slurm import Slurm
    from pytest_codeeval.cli.jobs.submitting import submit_or_print

    run = ShardedRun.read(words)
    if run.on not in ENGINES:
        raise UsageError(f"--on={run.on} is none of {', '.join(ENGINES)}{nearest(run.on, ENGINES)}.")
    if run.on == "local":
        return run_here(run)
    return submit_or_print(run, Slurm(run) if run.on == "slurm" else Kubernetes(run))
