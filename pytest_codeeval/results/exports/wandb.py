"""Results as runs of Weights & Biases, in a folder for `wandb sync` or on its server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.extra import needed
from pytest_codeeval.core.text import printable
from pytest_codeeval.results.exports.surroundings import surroundings
from pytest_codeeval.results.exports.trackedrun import TrackedRun, tracked
from pytest_codeeval.results.newfolder import new_folder
from pytest_codeeval.results.results import Results

_KEY = "WANDB_API_KEY"
_QUIET = {"WANDB_ERROR_REPORTING": "false", "DO_NOT_TRACK": "true", "WANDB_SILENT": "true"}
# It would note the machine, the user, the command line, the repository and all installed packages.
_ASIDE = {
    "silent": True,
    "init_timeout": 30,  # seconds that a server has for its first answer
    "console": "off",
    "save_code": False,
    "disable_code": True,
    "disable_git": True,
    "disable_job_creation": True,
    "x_disable_meta": True,
    "x_disable_stats": True,
    "x_disable_machine_info": True,
    "x_save_requirements": False,
}


def log(results: Results, out: Path | None, project: str) -> Iterator[str]:
    """Log each run to `project`; yield what was done, run by run.

    With `out`, a folder that is empty or not there, nothing goes to a network. A run's id is made of its results: on a
    server the same results stay one run, however often they are sent.

    Raises MissingExtra without wandb, UsageError without a key for its server or where it refuses.
    """
    runs = [tracked(run) for run in results.runs]
    with surroundings(**_QUIET):
        if out is None:
            if not os.environ.get(_KEY):
                raise UsageError(
                    f"--to wandb was not told where to; name a folder by -o DIR, or set {_KEY} for the server."
                )
            yield from (f"{run.name}: {_log(run, None, project)}" for run in runs)
            return
        needed("wandb", "wandb", "--to wandb")  # before a folder is made
        with new_folder(out) as part, surroundings(WANDB_API_KEY="", WANDB_DATA_DIR=str(part)):
            for run in runs:
                _log(run, part, project)
        for run in runs:
            yield f"{run.name}: {out / 'wandb'} ({run.digest})"


def _log(run: TrackedRun, out: Path | None, project: str) -> str:
    """Log a run; return its address. Without `out` it goes to the server."""
    library: Any = needed("wandb", "wandb", "--to wandb")
    mode = {"mode": "offline", "dir": str(out)} if out else {"mode": "online"}
    settings = library.Settings(**_ASIDE)
    try:
        made = library.init(
            **mode, project=project, id=run.digest, name=run.name, config=dict(run.params), resume="allow",
            settings=settings, reinit="finish_previous",
        )  # fmt: skip
        made.summary.update(dict(run.metrics))
        for name, path in run.files.items():
            kept = Path(made.dir, name)
            shutil.copyfile(path, kept)  # a link would point to a place that may be gone at the time of `wandb sync`
            made.save(str(kept), base_path=made.dir, policy="now")
        made.finish()
    except (library.Error, OSError) as error:
        reason = printable(" ".join(str(error).split()), limit=300)
        raise UsageError(f"Weights & Biases did not take the results: {reason}; the same command goes on.") from None
    return str(made.url or run.digest)
