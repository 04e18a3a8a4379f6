"""What runs of one model were to evaluate together, and what of that is not there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.shard import Shard
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.reports.sampleorder import Identity
from pytest_codeeval.results.run import Run

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Missing:
    """Problems of a suite that lack samples.

    `shard` is the part that they are of, which is `absent` if there is no run of it.
    """

    model: str
    suite: str
    task_ids: tuple[str, ...]
    shard: str = ""
    absent: bool = False

    def __str__(self) -> str:
        problems = f"{counted(len(self.task_ids), 'problem')} of {self.suite}"
        if self.absent:
            return printable(f"{self.model}: shard {self.shard} is missing, with {problems}")
        more = f" and {len(self.task_ids) - _NAMED} more" if len(self.task_ids) > _NAMED else ""
        verb = "is" if len(self.task_ids) == 1 else "are"
        where = f" of shard {self.shard}" if self.shard else ""
        return printable(f"{self.model}: {problems}{where} {verb} missing: {', '.join(self.task_ids[:_NAMED])}{more}")

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"suite": self.suite, "shard": self.shard, "task_ids": list(self.task_ids)}


def shard_of(run: Run) -> Shard | None:
    """Return the shard that a run was, None for a whole one."""
    said = run.about.get("shard")
    try:
        return Shard.read(said) if isinstance(said, str) else None
    except UsageError:  # anybody may have edited the file
        return None


def planned(about: Mapping[str, Any]) -> dict[str, int]:
    """Return how many samples there are to be of each task of a dataset, as far as its run has noted it."""
    found = about.get("planned")
    items = found.items() if isinstance(found, dict) else ()
    return {task_id: samples for task_id, samples in items if type(samples) is int}


def together(runs: Sequence[Run]) -> dict[str, dict[str, Any]]:
    """Return what is known of the datasets of runs, with what they have planned together."""
    found: dict[str, dict[str, Any]] = {}
    for suite in dict.fromkeys(suite for run in runs for suite in run.datasets):
        abouts = [run.datasets[suite] for run in runs if suite in run.datasets]
        plans = sorted(map(planned, abouts), key=len, reverse=True)  # the fullest has the order of the dataset
        most: dict[str, int] = {}
        for plan in plans:
            for task_id, samples in plan.items():
                most[task_id] = max(samples, most.get(task_id, 0))
        tested = next((about["self_test"] for about in abouts if about.get("self_test")), None)
        found[suite] = {**abouts[0], "suite": suite, "self_test": tested, "planned": most}
    return found


def missing(model: str, runs: Sequence[Run], datasets: Mapping[str, Any], there: Iterable[Identity]) -> list[Missing]:
    """Return what a model lacks of what was planned: shards first, then problems of those that are there."""
    samples = Counter((suite, task_id) for suite, task_id, _ in there)
    shards = [shard for run in runs if (shard := shard_of(run))]
    ran = {str(shard) for shard in shards}
    of = shards[0].of if shards and len({shard.of for shard in shards}) == 1 and len(shards) == len(runs) else 0
    parts: list[Shard | None] = [Shard(number, of) for number in range(1, of + 1)] or [None]
    found = []
    for suite, about in datasets.items():
        plan = planned(about)
        lacking = [task_id for task_id, wanted in plan.items() if samples[suite, task_id] < wanted]
        for shard in parts:
            task_ids = tuple(shard.among(lacking) if shard else lacking)
            name = str(shard or "")
            absent = bool(shard) and name not in ran
            found += [Missing(model, suite, task_ids, name, absent)] if task_ids else []
    return sorted(found, key=lambda one: not one.absent)


def unfinished(runs: Sequence[Run]) -> list[Run]:
    """Return the runs that did not come to their end, and do not say what they lack, as those of older versions."""
    return [run for run in runs if not run.finished and not any(map(planned, run.datasets.values()))]
