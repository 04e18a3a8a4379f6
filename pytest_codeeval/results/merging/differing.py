"""What keeps runs of one model from being put together: settings, datasets, prompts, versions that differ."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.results.agreement import (
    Difference,
    dataset_differences,
    model_differences,
    prompt_differences,
    sampling_differences,
    version_differences,
)
from pytest_codeeval.results.merging.planned import shard_of
from pytest_codeeval.results.run import Run

_SHOWN = 6
_LONGEST = 60
_HASH = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")


def differences(runs: Sequence[Run]) -> list[Difference]:
    """Return in what runs of one model differ, of all that should be alike in one results folder."""
    suites = dict.fromkeys(suite for run in runs for suite in run.datasets)
    found = [*model_differences(runs), *sampling_differences(runs), *_options(runs)]
    found += [one for suite in suites for one in _of_suite([run for run in runs if suite in run.datasets], suite)]
    return [*found, *version_differences(runs), *_sandbox(runs)]


def refuse(differing_runs: Sequence[tuple[Sequence[str], Difference]], model: str) -> None:
    """Raise UsageError naming what differs, and where; each difference comes with the folders of its runs."""
    said = [_in_words(folders, difference) for folders, difference in differing_runs[:_SHOWN]]
    if len(differing_runs) > _SHOWN:
        said.append(counted(len(differing_runs) - _SHOWN, "more difference"))
    if said:
        raise UsageError(
            f"the results of {printable(model)} were not made alike: {'; '.join(said)}; make them anew, or give "
            "--force to merge them all the same."
        )


def _in_words(folders: Sequence[str], difference: Difference) -> str:
    seen: dict[str, str] = {}
    for folder, value in zip(folders, difference.values, strict=True):
        seen.setdefault(_HASH.sub(r"\1…", value), folder)
    values = [f"{printable(value, limit=_LONGEST)} in {printable(folder)}" for value, folder in seen.items()]
    return f"{printable(difference.name)} is {', '.join(values)}"


def _of_suite(runs: Sequence[Run], suite: str) -> list[Difference]:
    found = dataset_differences(runs, suite) + prompt_differences(runs, suite)
    return [replace(one, name=f"{one.name} of {suite}") for one in found]


def _options(runs: Sequence[Run]) -> list[Difference]:
    """Return what is no setting of a folder, but has to be alike in the parts of one run."""
    asked = [_within(run, "options") for run in runs]
    samples = [options["samples"] or "the usual" if "samples" in options else None for options in asked]
    shards = [shard.of if (shard := shard_of(run)) else None for run in runs]
    return _differing("samples", samples) + _differing("number of shards", shards)


def _sandbox(runs: Sequence[Run]) -> list[Difference]:
    return _differing("sandbox", [_within(run, "sandbox").get("tier") for run in runs])


def _differing(name: str, values: Sequence[object]) -> list[Difference]:
    """Return what differs, if it does; what a run lacks (None) agrees with anything."""
    known = {str(value) for value in values if value is not None}
    return [Difference(name, tuple("–" if value is None else str(value) for value in values))] if len(known) > 1 else []


def _within(run: Run, name: str) -> Mapping[str, Any]:
    found = run.about.get(name)
    return found if isinstance(found, dict) else {}
