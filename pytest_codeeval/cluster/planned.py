"""ClusterPlan: which samples of which problems are to come, by model and suite, as the run that asked has noted it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pytest_codeeval.core.shard import Shard
from pytest_codeeval.reports.folder import LAST_PLAN, RUN, SAMPLES
from pytest_codeeval.results.merging.planned import planned
from pytest_codeeval.results.run import Run


@dataclass(frozen=True)
class ClusterPlan:
    """The runs of the models by the name of their folder; each has `run.json`, and no verdicts yet."""

    runs: Mapping[str, Run]

    @classmethod
    def of(cls, results: Path, since: str) -> ClusterPlan:
        """Return what runs that began at a time or later (UTC, as `run.json` has it) have noted in a results folder."""
        found = {}
        for path in sorted(results.glob(f"*/{RUN}")):
            try:
                about = json.loads(path.read_bytes())
            except ValueError:  # of another tool, or torn by hand
                continue
            if isinstance(about, dict) and str(about.get("started")) >= since:
                label = str(about.get("label"))
                found[path.parent.name] = Run(label, label, path.with_name(SAMPLES), about)
        return cls(found)

    @cached_property
    def samples(self) -> Mapping[str, Mapping[str, Mapping[str, int]]]:
        """How many samples there are to be, by folder, suite and task."""
        return {folder: _last_plan(run) for folder, run in self.runs.items()}

    @cached_property
    def task_ids(self) -> frozenset[str]:
        """The ids of all problems."""
        return frozenset(task for suites in self.samples.values() for tasks in suites.values() for task in tasks)

    def tasks_of(self, shard: Shard) -> list[str]:
        """Return the ids of the problems of a shard."""
        return sorted(shard.among(self.task_ids))

    def count(self, shard: Shard | None = None) -> int:
        """Return how many problems of how many models there are in a shard, or in all."""
        suites = (tasks for of_model in self.samples.values() for tasks in of_model.values())
        return sum(shard is None or shard.holds(task) for tasks in suites for task in tasks)

    def samples_in(self, shard: Shard) -> int:
        """Return how many samples of all models there are in a shard."""
        suites = (tasks for of_model in self.samples.values() for tasks in of_model.values())
        return sum(samples for tasks in suites for task, samples in tasks.items() if shard.holds(task))

    def asked_models(self) -> set[str]:
        """Return the models as they are named in requests."""
        return {str(run.settings.get("model")) for run in self.runs.values()}

    def decisive(self) -> Any:
        """Return what, beside its answers, decides what comes of a shard, as plain JSON values."""
        return {
            folder: {
                "settings": run.settings,
                "datasets": {
                    suite: [about.get("sha256"), about.get("prompts")] for suite, about in run.datasets.items()
                },
            }
            for folder, run in self.runs.items()
        }

    @property
    def judged(self) -> bool:
        """Whether models are to rate answers, which no node could ask."""
        return any(about.get("judges") for run in self.runs.values() for about in run.datasets.values())


def _last_plan(run: Run) -> dict[str, dict[str, int]]:
    found = run.about.get(LAST_PLAN)
    return {suite: planned({"planned": tasks}) for suite, tasks in found.items()} if isinstance(found, dict) else {}
