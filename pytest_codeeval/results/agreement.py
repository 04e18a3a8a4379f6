"""What has to be alike in runs that are laid side by side, or put together, and where they differ."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_codeeval.results.run import Run

DATASET = ("sha256", "language", "judges", "shuffled", "overridden")
"""What is known of a suite's dataset and decides what a score of it means."""

ASKING = ("mode", "shots", "system", "tools", "protocol", "fuzz_decides")
"""The settings that decide what a model is asked, and what a pass is; a run that does not say them has the usual."""

_MODEL = ("backend", "model", "endpoint", "weights", "model_args")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which runs differ: its name, and what each has, in their order, as text."""

    name: str
    values: tuple[str, ...]


def dataset_differences(runs: Sequence[Run], suite: str) -> list[Difference]:
    """Return in what the datasets of a suite differ; what a run does not say, as older ones do not, differs not."""
    return _differing(runs, DATASET, lambda run: run.datasets.get(suite, {}), unknown=True)


def asking_differences(runs: Sequence[Run], suite: str) -> list[Difference]:
    """Return in what the questions of a suite differ; what a run does not say of them is not known, and differs not."""
    settings = _differing([run for run in runs if run.settings], ASKING, lambda run: run.settings)
    return settings + prompt_differences(runs, suite)


def prompt_differences(runs: Sequence[Run], suite: str) -> list[Difference]:
    """Return whether a suite's problems were put in other words, as another version may do."""
    return _differing(runs, ("prompts",), lambda run: run.datasets.get(suite, {}), unknown=True)


def sampling_differences(runs: Sequence[Run]) -> list[Difference]:
    """Return the settings of asking and scoring that differ: temperature, shots, protocol and their like."""
    names = dict.fromkeys(name for run in runs for name in run.settings if name not in _MODEL)
    return _differing(runs, tuple(names), lambda run: run.settings)


def model_differences(runs: Sequence[Run]) -> list[Difference]:
    """Return in what the models that were asked differ: backend, name, endpoint, weights, arguments."""
    return _differing(runs, _MODEL, lambda run: run.settings)


def version_differences(runs: Sequence[Run]) -> list[Difference]:
    """Return the versions of this package, Python and what it uses that differ."""

    def versions(run: Run) -> Mapping[str, Any]:
        found = run.about.get("versions")
        return found if isinstance(found, dict) else {}

    names = dict.fromkeys(name for run in runs for name in versions(run))
    return _differing(runs, tuple(names), versions, unknown=True)


def _differing(
    runs: Sequence[Run],
    names: Sequence[str],
    of: Callable[[Run], Mapping[str, Any]],
    *,
    unknown: bool = False,
) -> list[Difference]:
    """Return the differing ones of the named things; with `unknown` what a run lacks agrees with anything."""
    found = []
    for name in names:
        values = [of(run).get(name, "") for run in runs]
        known = [value for run, value in zip(runs, values, strict=True) if not unknown or name in of(run)]
        if len({json.dumps(value, sort_keys=True) for value in known}) > 1:
            found.append(Difference(name, tuple(map(_shown, values))))
    return found


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value) if value not in ("", None) else "–"
