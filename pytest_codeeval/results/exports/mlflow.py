"""Results as runs of MLflow, in a folder or on the server that it is set up for."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.extra import needed
from pytest_codeeval.core.text import printable
from pytest_codeeval.results.exports.surroundings import surroundings
from pytest_codeeval.results.exports.trackedrun import TrackedRun, tracked
from pytest_codeeval.results.results import Results

_URI, _DIGEST = "MLFLOW_TRACKING_URI", "codeeval.digest"
_DATABASE = "mlflow.db"
_BATCH = 100  # what MLflow takes at once
_QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": os.environ.get("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2"),
}


def log(results: Results, out: Path | None, project: str) -> Iterator[str]:
    """Log each run to the experiment `project`; yield what was done, run by run.

    With `out` they go to a database in that folder, which is made or added to. The same results are not logged twice,
    and what an export that was stopped has left is replaced.

    Raises MissingExtra without MLflow, UsageError where it is not said where to or where MLflow refuses.
    """
    with surroundings(**_QUIET):
        uri = _place(out)
        library = needed("mlflow", "mlflow", "--to mlflow", "mlflow-skinny")
        try:
            client = library.MlflowClient(tracking_uri=uri)
            experiment = _experiment(client, project, out)
            for run in results.runs:
                yield _log(library.entities, client, experiment, tracked(run), project)
        except (library.exceptions.MlflowException, OSError) as error:
            reason = printable(" ".join(str(error).split()), limit=300)
            raise UsageError(f"MLflow did not take the results: {reason}; the same command goes on.") from None


def _place(out: Path | None) -> str:
    if out is None:
        if not os.environ.get(_URI):
            raise UsageError(f"--to mlflow was not told where to; name a folder by -o DIR, or a server by {_URI}.")
        return os.environ[_URI]
    out = out.absolute()
    try:
        out.mkdir(parents=True, exist_ok=True)
        strange = any(out.iterdir()) and not (out / _DATABASE).is_file()
    except OSError as error:
        raise UsageError(f"{str(out)!r} cannot be made or read: {error.strerror}; name another folder.") from None
    if strange:
        raise UsageError(f"{str(out)!r} holds something else than runs of MLflow; name another folder.")
    return f"sqlite:///{out / _DATABASE}"


def _experiment(client: Any, project: str, out: Path | None) -> str:
    found = client.get_experiment_by_name(project)
    if found is not None:
        if found.lifecycle_stage == "deleted":
            raise UsageError(f"MLflow's experiment {project!r} was deleted; restore it, or give another --project.")
        return str(found.experiment_id)
    place = (out.absolute() / "artifacts").as_uri() if out else None
    return str(client.create_experiment(project, artifact_location=place))


def _log(entities: Any, client: Any, experiment: str, run: TrackedRun, project: str) -> str:
    for found in client.search_runs([experiment], f"tags.`{_DIGEST}` = '{run.digest}'"):
        if found.info.status == "FINISHED":
            return f"{run.name}: is in {project} already ({found.info.run_id})"
        client.delete_run(found.info.run_id)
    made = client.create_run(experiment, tags={_DIGEST: run.digest}, run_name=run.name).info.run_id
    for params in _batches(run.params):
        client.log_batch(made, params=[entities.Param(name, value) for name, value in params])
    now = int(time.time() * 1000)
    for metrics in _batches(run.metrics):
        client.log_batch(made, metrics=[entities.Metric(name, figure, now, 0) for name, figure in metrics])
    for path in run.files.values():
        client.log_artifact(made, str(path))
    client.set_terminated(made)
    return f"{run.name}: {project} ({made})"


def _batches(found: Mapping[str, Any]) -> Iterator[list[tuple[str, Any]]]:
    items = iter(found.items())
    while batch := list(islice(items, _BATCH)):
        yield batch
