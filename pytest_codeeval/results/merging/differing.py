"""What keeps runs of one model from being put together: settings, datasets, prompts, versions that differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.results.agreement import (
    Difference,
    dataset_differences,
    differing,
    model_differences,
    sampling_differences,
    version_differences,
)
from pytest_codeeval.results.merging.planned import shard_of
from pytest_codeeval.results.run import Run

_SHOWN = 6
_LONGEST = 40


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
        seen.setdefault(value, folder)
    values = [f"{printable(value, limit=_LONGEST)} in {printable(folder)}" for value, folder in seen.items()]
    return f"{printable(difference.name)} is {', '.join(values)}"


def _of_suite(runs: Sequence[Run], suite: str) -> Iterator[Difference]:
    yield from (replace(one, name=f"{one.name} of {suite}") for one in dataset_differences(runs, suite))
    yield from differing(
        runs, (f"prompts of {suite}",), lambda run: _named("prompts", run.datasets[suite], suite), unknown=True
    )


def _named(name: str, about: object, suite: str) -> dict[str, object]:
    return {f"{name} of {suite}": about[name]} if isinstance(about, dict) and name in about else {}


def _options(runs: Sequence[Run]) -> Iterator[Difference]:
    """Yield what is no setting of a folder, but has to be alike in the parts of one run."""

    def asked(run: Run) -> dict[str, object]:
        options = run.about.get("options")
        samples = {"samples": options["samples"]} if isinstance(options, dict) and "samples" in options else {}
        shard = shard_of(run)
        return {**samples, **({"number of shards": shard.of} if shard else {})}

    yield from differing(runs, ("samples", "number of shards"), asked, unknown=True)


def _sandbox(runs: Sequence[Run]) -> Iterator[Difference]:
    def tier(run: Run) -> dict[str, object]:
        sandbox = run.about.get("sandbox")
        return {"sandbox": sandbox["tier"]} if isinstance(sandbox, dict) and "tier" in sandbox else {}

    yield from differing(runs, ("sandbox",), tier, unknown=True)
