"""merge: puts results folders together into one, with the scores of all their samples."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.jsonl import replace_file
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.reports import parquet
from pytest_codeeval.reports.folder import LAST_PLAN, RUN, SAMPLES
from pytest_codeeval.reports.promptfile import PROMPTS
from pytest_codeeval.reports.sampleorder import SampleOrder
from pytest_codeeval.reports.suitescore import SuiteScore
from pytest_codeeval.reports.threshold import Threshold
from pytest_codeeval.reports.thresholds import Judgement, incomplete, judge, worst
from pytest_codeeval.results.loading import load
from pytest_codeeval.results.merging.differing import differences, refuse
from pytest_codeeval.results.merging.lines import CALLS, JUDGES, put_all_together, put_together
from pytest_codeeval.results.merging.planned import Missing, missing, shard_of, together, unfinished
from pytest_codeeval.results.merging.prompts import write_prompts
from pytest_codeeval.results.merging.samples import Latest
from pytest_codeeval.results.newfolder import new_folder
from pytest_codeeval.results.run import Run

_OF_ONE = ("shard", "exit_status_of_pytest", "missing", "differing", LAST_PLAN)
"""What `run.json` says of one folder, and may not hold for all of them."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of it: a folder a model, scores, what is missing, how thresholds stand, and what else is to be said."""

    folders: tuple[Path, ...]
    scores: tuple[SuiteScore, ...]
    pass_at: tuple[int, ...]
    missing: tuple[Missing, ...]
    judgements: tuple[Judgement, ...]
    notes: tuple[str, ...]
    complete: bool

    @property
    def succeeded(self) -> bool:
        """Whether nothing is missing and all thresholds are reached."""
        return self.complete and all(judgement.reached for judgement in self.judgements)


@dataclass(frozen=True, slots=True)
class _Model:
    """What one model's runs become; `about` is what is to stand in `run.json`."""

    name: str
    runs: Sequence[Run]
    about: dict[str, Any]
    missing: list[Missing]
    notes: list[str]
    complete: bool


def merge(
    out: Path,
    folders: Sequence[Path],
    *,
    force: bool = False,
    fail_under: Sequence[Threshold] = (),
    keep: Callable[[Path, Sequence[Path]], None] = lambda _, __: None,
) -> Merged:
    """Merge results folders into the folder `out`, which is there only if all went well.

    Of a sample that several have, the row of the folder named last counts. Thresholds are those of the runs unless
    `fail_under` has others, and are judged only if nothing is missing. `keep` is called with the new folder, while it
    is made, and the old ones, for what else they hold.
    Raises UsageError where runs of a model were not made alike, unless `force`, or a folder cannot be read or written.
    """
    folders = _once(folders)
    by_model = _by_model(folders)
    for model, runs in by_model.items():
        if not force:
            refuse([(_folders(runs), one) for one in differences(runs)], model)
    names = _names(by_model)
    with new_folder(out) as part:
        merged = [_merged(part / names[model], model, runs, out) for model, runs in by_model.items()]
        _put_judges(folders, part)
        keep(part, folders)
        complete = all(one.complete for one in merged)
        made = [Run(one.name, one.name, part / names[one.name] / SAMPLES, one.about) for one in merged]
        judgements = _judged(fail_under or _thresholds(merged), made, complete)
        for run in made:
            _finish(run, judgements)
    return Merged(
        tuple(out / names[run.model] for run in made),
        tuple(score for run in made for score in run.board.scores()),
        tuple(sorted({k for run in made for k in run.pass_at})),
        tuple(lack for one in merged for lack in one.missing),
        tuple(judgements),
        tuple(note for one in merged for note in one.notes),
        complete,
    )


def _once(folders: Sequence[Path]) -> list[Path]:
    """Return the folders, each where it is named last, as that is where it counts: calls are not to be there twice."""
    return list({os.path.realpath(folder): folder for folder in reversed(folders)}.values())[::-1]


def _put_judges(folders: Sequence[Path], part: Path) -> None:
    """Bring the calls of judges along."""
    for name in dict.fromkeys(path.name for folder in folders for path in (folder / JUDGES).glob("*")):
        put_together([folder / JUDGES / name / CALLS for folder in folders], part / JUDGES / name / CALLS)


def _by_model(folders: Sequence[Path]) -> dict[str, list[Run]]:
    for folder in folders:
        if not folder.is_dir() or (folder / RUN).is_file() or (folder / SAMPLES).is_file():
            raise UsageError(
                f"{str(folder)!r} is no results folder; name one that --results wrote, which has a folder a model."
            )
    found: dict[str, list[Run]] = {}
    for run in load(*folders).runs:
        if not run.about:
            raise UsageError(
                f"{str(run.samples_path.parent)!r} has no {RUN}, so that nobody knows how it was made; leave it out."
            )
        found.setdefault(run.model, []).append(run)
    return found


def _names(by_model: Mapping[str, Sequence[Run]]) -> dict[str, str]:
    """Return the folder of each model: the one that it has now."""
    names = {model: runs[0].samples_path.parent.name for model, runs in by_model.items()}
    taken: dict[str, str] = {}
    for model, name in names.items():
        if taken.setdefault(name, model) != model:
            raise UsageError(
                f"{printable(taken[name])} and {printable(model)} both lie in a folder {name!r}; merge them into a "
                "folder each."
            )
    return names


def _folders(runs: Sequence[Run]) -> list[str]:
    return [str(run.samples_path.parent.parent) for run in runs]


def _merged(target: Path, model: str, runs: Sequence[Run], out: Path) -> _Model:
    """Write what the runs of a model have, all but `run.json`."""
    latest = Latest([run.samples_path for run in runs])
    datasets = together(runs)
    order = SampleOrder(datasets)
    target.mkdir()
    with (target / SAMPLES).open("wb") as lines:
        latest.write(lines, order)
    put_all_together([run.samples_path.parent for run in runs], target)
    write_prompts([run.samples_path.with_name(PROMPTS) for run in runs], target / PROMPTS, order)
    lacking, open_ended = missing(model, runs, datasets, latest.identities), unfinished(runs)
    complete = not lacking and not open_ended
    # What is mixed once stays so.
    earlier = [str(name) for run in runs for name in _listed(run.about.get("differing"))]
    differing = list(dict.fromkeys([*earlier, *(one.name for one in differences(runs))]))
    about = _about(runs, datasets, latest.counts, out)
    about["finished"] = about["finished"] if complete else None
    about |= {"missing": [lack.to_json() for lack in lacking]} if lacking else {}
    about |= {"differing": differing} if differing else {}
    notes = [
        f"{run.samples_path.parent}: the run did not come to its end, and nobody knows what it lacks"
        for run in open_ended
    ]
    if latest.repeated:
        notes.append(f"{model}: {counted(latest.repeated, 'sample')} in several folders: the last one named counts")
    if latest.others:
        others = counted(latest.others, "line that is no sample", "lines that are no samples")
        notes.append(f"{model}: {others}: left out")
    if differing:
        notes.append(f"{model}: merged although not made alike ({', '.join(differing)})")
    return _Model(model, runs, about, lacking, list(map(printable, notes)), complete)


def _about(runs: Sequence[Run], datasets: Mapping[str, Any], counts: Sequence[int], out: Path) -> dict[str, Any]:
    first = {name: value for name, value in runs[0].about.items() if name not in _OF_ONE}
    options = first.get("options")
    merged_from = [
        {
            "results": folder,
            "shard": str(shard_of(run) or ""),
            "started": run.about.get("started"),
            "finished": run.about.get("finished"),
            "samples": count,
        }
        for run, folder, count in zip(runs, _folders(runs), counts, strict=True)
    ]
    errors = [error for run in runs for error in _listed(run.about.get("errors_of_last_run"))]
    times = {name: [str(run.about[name]) for run in runs if run.about.get(name)] for name in ("started", "finished")}
    return {
        **first,
        "options": {**options, "shard": None, "results": str(out)} if isinstance(options, dict) else {},
        "started": min(times["started"], default=None),
        "finished": max(times["finished"], default=None),
        "datasets": datasets,
        "errors_of_last_run": errors,
        "merged": merged_from,
    }


def _thresholds(models: Sequence[_Model]) -> list[Threshold]:
    """Return the thresholds that the runs were given."""
    found: dict[Threshold, None] = {}
    for run in (run for one in models for run in one.runs):
        options = run.about.get("options")
        for given in _listed(options.get("fail_under")) if isinstance(options, dict) else ():
            try:
                found[_threshold(**given)] = None
            except (TypeError, UsageError):  # of another version, or edited
                raise UsageError(
                    f"{str(run.samples_path.with_name(RUN))!r} has a threshold that cannot be read; give --fail-under."
                ) from None
    return list(found)


def _threshold(suite: object, metric: object, value: object, percent: object = False) -> Threshold:
    if not isinstance(value, int | float):
        raise TypeError(value)
    read = Threshold.read(f"{suite}:{metric}=0")
    return Threshold(read.suite, read.metric, value, bool(percent))


def _listed(found: object) -> list[Any]:
    return found if isinstance(found, list) else []  # anybody may have edited the file


def _judged(thresholds: Sequence[Threshold], runs: Sequence[Run], complete: bool) -> list[Judgement]:
    if not complete:
        return [incomplete(threshold) for threshold in thresholds]
    return [worst(judge(threshold, run.board) for run in runs) for threshold in thresholds]


def _finish(run: Run, judgements: Sequence[Judgement]) -> None:
    folder = run.samples_path.parent
    about = {
        **run.about,
        "thresholds": [judgement.to_json() for judgement in judgements],
        "scores": [score.to_json(run.pass_at) for score in run.board.scores()],
    }
    replace_file(folder / RUN, json.dumps(about, indent=1).encode("ascii") + b"\n")
    if parquet.available():
        parquet.export(folder, run.samples())
