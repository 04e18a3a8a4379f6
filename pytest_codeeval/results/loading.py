"""load: finds the runs in folders and files, and tells them apart by name."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.jsonl import read_whole_lines
from pytest_codeeval.core.text import printable
from pytest_codeeval.reports.folder import RUN, SAMPLES, SWEEP
from pytest_codeeval.reports.samplerow import identity
from pytest_codeeval.results.results import Results
from pytest_codeeval.results.run import Run


def load(*paths: str | os.PathLike[str]) -> Results:
    """Return the runs at the given paths: results folders, folders of one model, or `samples.jsonl` files.

    Raises UsageError for a path that has none, naming it.
    """
    if not paths:
        raise UsageError("no results were named; give a folder that --results wrote.")
    found = [run for path in paths for run in _runs(Path(path))]
    labels = Counter(run.model for run in found)
    names: Counter[str] = Counter()
    runs = []
    for run in found:
        folder = _folder(run)
        name = printable(run.model if labels[run.model] == 1 else f"{run.model} ({folder})", limit=200)
        names[name] += 1  # as it is shown: what was cut may have told two apart
        name = name if names[name] == 1 else f"{name} {names[name]}"
        runs.append(Run(name, run.model, run.samples_path, run.about))
    return Results(tuple(runs))


def _folder(run: Run) -> str:
    """Name the results folder of a run: the folder of the model lies within it, and is named after the model."""
    folder = run.samples_path.absolute().parent
    return folder.parent.name if (folder / RUN).exists() else run.samples_path.name


def _runs(path: Path) -> Iterator[Run]:
    if path.is_file():
        yield _run(path)
        return
    if not path.is_dir():
        raise UsageError(f"{str(path)!r} is not there; name a folder that --results wrote.")
    if (path / SAMPLES).is_file():
        yield _run(path / SAMPLES)
        return
    # A sweep has a results folder for each preset, and there may be others' results beside these.
    folders = [path, *_folders(path)] if (path / SWEEP).is_file() else [path]
    found = [[inner for inner in _folders(folder) if (inner / SAMPLES).is_file()] for folder in folders]
    if not any(found):
        raise UsageError(f"{str(path)!r} holds no results (no {SAMPLES}); name a folder that --results wrote.")
    for inner in found:
        yield from _in_order([_run(folder / SAMPLES) for folder in inner])


def _folders(path: Path) -> list[Path]:
    try:
        return sorted(inner for inner in path.iterdir() if inner.is_dir())
    except OSError as error:
        raise UsageError(f"{str(path)!r} cannot be read: {error.strerror}; name another folder.") from None


def _run(samples: Path) -> Run:
    about = _about(samples.with_name(RUN))
    first = next((row for row in read_whole_lines(samples) if identity(row)), None)
    if first is None and not about:
        raise UsageError(f"{str(samples)!r} holds no samples of this tool; name a folder that --results wrote.")
    model = str(first["model"]) if first else _label(about, samples.parent.name)
    return Run(model, model, samples, about)


def _about(path: Path) -> Mapping[str, Any]:
    try:
        about = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):
        about = None
    if not isinstance(about, dict):
        raise UsageError(f"{str(path)!r} is no run of this tool; name another folder, or remove the file.")
    return about


def _models(about: Mapping[str, Any]) -> list[str]:
    """Return the labels of the models of the run that wrote a folder, in the order in which they were named."""
    options = about.get("options")
    models = options.get("models") if isinstance(options, dict) else None
    found = models if isinstance(models, list) else []
    return [str(model["label"]) for model in found if isinstance(model, dict) and "label" in model]


def _label(about: Mapping[str, Any], folder: str) -> str:
    """Return the label of the model that a folder without samples was made for, as far as that can be told."""
    if isinstance(about.get("label"), str):
        return str(about["label"])
    models = _models(about)
    return models[0] if len(models) == 1 else folder


def _in_order(runs: Sequence[Run]) -> list[Run]:
    """Return the runs of one results folder as their models were named on the command line."""
    named = list(dict.fromkeys(label for run in runs for label in _models(run.about)))
    return sorted(runs, key=lambda run: named.index(run.model) if run.model in named else len(named))
