"""TrackedRun: one model's run as a tracker of experiments keeps it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_codeeval.core.column import Total
from pytest_codeeval.core.columns import TOTALS
from pytest_codeeval.core.errors import StorageError
from pytest_codeeval.core.text import printable
from pytest_codeeval.reports.folder import RUN, SAMPLES
from pytest_codeeval.reports.suitescore import SuiteScore
from pytest_codeeval.results.run import Run

_REPORT = "report.html"
_WORDS = {"@": "_at_", "^": "_all_"}
_UNUSUAL = re.compile(r"[^A-Za-z0-9_.:-]")
_LONGEST = 100  # of a name's part; MLflow takes 250 characters in all
_VALUE = 500  # the longest value that every release of MLflow takes


@dataclass(frozen=True, slots=True)
class TrackedRun:
    """What is told of a run: names as both trackers take them, settings as text, figures, and files by their names.

    `digest` is of the samples and the settings, so that the same results are known again.
    """

    name: str
    digest: str
    params: Mapping[str, str]
    metrics: Mapping[str, float]
    files: Mapping[str, Path]


def tracked(run: Run) -> TrackedRun:
    """Return what is told of a run. Raises StorageError where its files cannot be read."""
    return TrackedRun(
        printable(run.name, limit=_VALUE) or "unnamed",
        _digest(run),
        _unique((name, _said(value)) for name, value in _params(run)),
        _unique(_metrics(run)),
        dict(_files(run.samples_path)),
    )


def _digest(run: Run) -> str:
    told = json.dumps([run.model, dict(run.settings)], sort_keys=True)
    digest = hashlib.sha256(told.encode())
    try:
        with run.samples_path.open("rb") as lines:
            while part := lines.read(1 << 20):
                digest.update(part)
    except OSError as error:
        raise StorageError(f"{run.samples_path} cannot be read: {error.strerror}") from None
    return digest.hexdigest()[:32]


def _params(run: Run) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield ("label",), run.model
    for name, value in run.settings.items():
        if isinstance(value, Mapping):
            yield from (((name, inner), one) for inner, one in value.items())
        else:
            yield (name,), value
    for suite, about in run.datasets.items():
        yield (suite, "sha256"), about.get("sha256", "")
    for name in ("started", "finished"):
        yield (name,), run.about.get(name, "")
    versions = run.about.get("versions")
    yield ("version",), versions.get("pytest-codeeval", "") if isinstance(versions, dict) else ""


def _metrics(run: Run) -> Iterator[tuple[tuple[str, ...], float]]:
    for suite, score in run.scores.items():
        for name, (_, estimate) in score.estimates(run.pass_at).items():
            yield (suite, name), estimate.value
            # Not behind a slash: MLflow's files could not have a figure by the name of a folder.
            yield (suite, f"{name}_low"), estimate.low
            yield (suite, f"{name}_high"), estimate.high
        yield from (((suite, name), figure) for name, figure in _sums(score))


def _sums(score: SuiteScore) -> Iterator[tuple[str, float]]:
    yield "problems", float(len(score.problems))
    yield "samples", float(score.outcomes.total())
    yield "errors", float(len(score.errors))
    for column in TOTALS:
        found: Total = score.total_of(column.name)
        whole = column.whole(found)
        if found.known and isinstance(whole, int | float):
            yield column.name, float(whole)


def _files(samples: Path) -> Iterator[tuple[str, Path]]:
    """Yield the samples, what is known of the run, and the page if one lies beside them or beside their folder."""
    yield SAMPLES, samples
    about = samples.with_name(RUN)
    if about.is_file():
        yield RUN, about
    for folder in (samples.parent, samples.parent.parent) if about.is_file() else ():
        if (folder / _REPORT).is_file():
            yield _REPORT, folder / _REPORT
            return


def _unique(found: Iterator[tuple[tuple[str, ...], Any]]) -> dict[str, Any]:
    """Return the values by names that a tracker takes; of those that come out alike the later have a number."""
    named: dict[str, Any] = {}
    for parts, value in found:
        plain = name = "/".join(_plain(part) for part in parts)
        number = 2
        while name in named:
            name, number = f"{plain}-{number}", number + 1
        named[name] = value
    return named


def _plain(part: str) -> str:
    for sign, word in _WORDS.items():
        part = part.replace(sign, word)
    return _UNUSUAL.sub("-", part).strip(".")[:_LONGEST] or "unnamed"


def _said(value: Any) -> str:
    return printable(value if isinstance(value, str) else json.dumps(value), limit=_VALUE)
