"""Results folders as the shards of a run, or a whole one, leave them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pytest_codeeval.core.result import Result
from pytest_codeeval.core.shard import Shard
from pytest_codeeval.reports.folder import ResultsFolder
from tests.reports.rows import dataset

SETTINGS = {"backend": "demo", "model": "m", "temperature": 0.0}


def leave(
    folder: Path,
    results: Iterable[Result],
    plan: Mapping[str, Mapping[str, int]],
    *,
    model: str = "m",
    shard: str = "",
    settings: Mapping[str, Any] | None = None,
    about: Mapping[str, Any] | None = None,
    datasets: Mapping[str, Any] | None = None,
    prompts: str = "p",
    ended: bool = True,
) -> Path:
    """Write the folder of a run of one model; `plan` says by suite how many samples there are to be of each task."""
    written = ResultsFolder(folder / model, settings or SETTINGS, shard=shard)
    known = {"versions": {"python": "3"}, "sandbox": {"tier": "namespaces"}, "options": {"samples": None}}
    written.start({**known, "label": model, **(about or {})})
    for suite, tasks in plan.items():
        written.add_dataset(dataset(suite, len(tasks), **(datasets or {})))
        written.plan(suite, tasks, list(tasks), prompts)
    for found in results:
        written.append(found)
    if ended:
        written.compact()
        written.finish({})
    written.close()
    return folder


def part(results: Iterable[Result], shard: str) -> list[Result]:
    """Return the results that are of a shard."""
    return [found for found in results if Shard.read(shard).holds(found.task_id)]


def about_of(folder: Path, model: str = "m") -> dict[str, Any]:
    """Return what `run.json` says."""
    found: dict[str, Any] = json.loads((folder / model / "run.json").read_text())
    return found
