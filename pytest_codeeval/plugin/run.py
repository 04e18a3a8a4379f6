"""Run: what a controller holds open while it evaluates: backends, service, results folders, scores."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from importlib import metadata
from typing import Any

from pytest_codeeval import __version__
from pytest_codeeval.core.columns import sample_rows
from pytest_codeeval.core.errors import CodeEvalError, StorageError
from pytest_codeeval.core.metric import Metric
from pytest_codeeval.core.result import Result
from pytest_codeeval.core.selftest import SelfTest
from pytest_codeeval.core.shard import Shard
from pytest_codeeval.core.text import printable
from pytest_codeeval.execution.sandbox.choice import TierReport
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.service import CompletionService
from pytest_codeeval.generation.store import CompletionStore
from pytest_codeeval.generation.wire import WireServer
from pytest_codeeval.plugin.judges import judges_for
from pytest_codeeval.plugin.judgments import ATTACK, Judgments
from pytest_codeeval.plugin.repeats import Repeats
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.plugin.sharding import own_part
from pytest_codeeval.plugin.stagetally import StageTally
from pytest_codeeval.plugin.tools import JudgeTools
from pytest_codeeval.plugin.unknowntasks import UnknownTasks
from pytest_codeeval.reports import parquet
from pytest_codeeval.reports.folder import SAMPLES, ResultsFolder
from pytest_codeeval.reports.scoreboard import Scoreboard

_NOT_OF_DATASETS = ("recorded", "judged", "plan", "by")
_BY_SCORING = ("self_test", "raised_limits", "judges")
_PACKAGES = ("pytest", "pytest-xdist", "datasets")


class Run:
    """One evaluation, from the first request to the last file; knows nothing of pytest. See `open_run`.

    `metrics` are those from outside by name, `isolation` is what solutions run in.
    """

    def __init__(
        self,
        settings: Settings,
        backends: Mapping[str, ModelBackend],
        isolation: TierReport,
        metrics: Mapping[str, Metric],
        folders: Mapping[str, ResultsFolder],
        store: CompletionStore,
        unknown: UnknownTasks,
    ) -> None:
        self.metrics = metrics
        self.scores = Scoreboard((spec.label for spec in settings.models), metrics)
        self.repeats = Repeats()
        self.self_tests: dict[str, SelfTest] = {}
        self.judgments = Judgments()
        self.staged = StageTally(settings)
        self.unknown = unknown
        self.fault: CodeEvalError | None = None
        self.progress = 0, 0  # answers that are kept, of how many; known from `close` on
        self.notes: list[str] = []  # what the user should know of the files at the end
        self.isolation = isolation
        self.tell: Callable[[str], None] = lambda _: None  # how the user hears what happens meanwhile
        self.folders = folders
        self.service: CompletionService
        self._settings = settings
        self._backends = backends
        self._store = store
        self._wire: WireServer | None = None
        self._closed = False
        self._own: dict[str, int] = {}  # problems of this shard, by suite

    @property
    def idle_shard(self) -> bool:
        """Whether there is something to evaluate, and nothing of it is of this shard."""
        return bool(self._own) and not any(self._own.values())

    def listen(self) -> Mapping[str, str]:
        """Let workers reach the service, and return where they do."""
        self._wire = self._wire or WireServer(self.service)
        return self._wire.address

    @property
    def hopeless(self) -> CodeEvalError | None:
        """Why there is no use in going on, where that is so."""
        self.fault = self.fault or self.service.broken
        return self.fault

    def keep(self, result: Result, by: Mapping[str, Any] | None, *, known: bool = False) -> bool:
        """Count a result and put it on disk, and return whether that was done: a problem counts once in a run.

        `by` is what its verdicts came about by. One that is `known` stands on disk already.
        """
        if not self.repeats.is_first(result):
            return False
        rows = list(sample_rows(result))
        for row in rows:
            self.scores.add_row(row)
        self.staged.count(known=known)
        if known:
            return True
        folder = self.folders[result.model]
        try:
            self._restore(folder)
            folder.append(result, rows, by)
        except StorageError as error:
            self.fault = self.fault or error
        return True

    def _restore(self, folder: ResultsFolder) -> None:
        if folder.restore():
            self.tell(
                f"codeeval: {str(folder.path)!r} was removed meanwhile; it has been made again, with all its samples"
            )

    def close(self) -> None:
        """Stop asking and close what is open; may be called twice."""
        if self._wire is not None:
            with suppress(Exception):  # a run that ends badly must still end
                self._wire.close()
            self._wire = None
        self.judgments.finish()
        self.service.close()
        if not self._closed:
            self._closed = True
            with suppress(StorageError):
                self.progress = self.service.progress
        self._store.close()

    def write(self, exit_status: int, thresholds: Sequence[Mapping[str, Any]] = ()) -> None:
        """Write what stands at the end of a run, of all that the results folders hold, and how its thresholds stand.

        A disk that does not take it becomes the run's `fault`.
        """
        try:
            for label in self._started():
                about = {**_server(self._backends[label]), **self.unknown.to_json(label)}
                judged = {"thresholds": list(thresholds)} if self._settings.shows else {}
                self._write(label, {**about, **judged}, exit_status)
        except StorageError as error:
            self.fault = self.fault or error
        for folder in self.folders.values():
            folder.close()

    def _write(self, label: str, about: Mapping[str, Any], exit_status: int) -> None:
        folder = self.folders[label]
        self._restore(folder)
        folder.compact()
        scores = Scoreboard(metrics=self.metrics)
        for dataset in folder.datasets.values():
            scores.add_dataset(dataset)
        for row in folder.rows():
            scores.add_row(row)
        if folder.passed_over:
            self.notes.append(
                f"{folder.path / SAMPLES}: lines that are no samples, {folder.passed_over} of them, are in no score"
            )
        folder.finish(
            {
                **self._about(label, folder),
                **about,
                "scores": [score.to_json(self._settings.pass_at) for score in scores.scores()],
                "errors_of_last_run": [list(error) for error in self.scores.errors_of(label)],
                "exit_status_of_pytest": exit_status,
            }
        )
        if parquet.available() and (self._settings.is_whole or parquet.is_in(folder.path)):
            parquet.export(folder.path, folder.rows())

    def _started(self) -> list[str]:
        return [label for label, folder in self.folders.items() if folder.started]

    def add_dataset(self, announced: Mapping[str, Any]) -> None:
        """Take in a suite that items are to be run of: where results go is made now, and not earlier.

        Raises UsageError where a folder has results of another dataset.
        """
        dataset = {name: value for name, value in announced.items() if name not in _NOT_OF_DATASETS}
        plan = announced.get("plan")
        if plan and self._settings.shard:
            self._tell_of_shard(self._settings.shard, dataset["suite"], plan["models"])
        self.unknown.take_away(announced.get("recorded", {}))
        self.scores.add_dataset(dataset)
        if dataset.get("self_test"):
            self.self_tests[dataset["suite"]] = SelfTest.from_json(dataset["self_test"])
        # Of a suite that has no item here nothing is scored.
        if self._settings.checks and self._settings.keeps_verdicts and announced["by"]:
            for folder in self.folders.values():
                folder.checked.demand_same(dataset["suite"], announced["by"])
        for label, folder in self.folders.items():
            # Not earlier: a command that finds nothing to run leaves nothing behind.
            if not folder.started:
                folder.start({**self._about(label, folder), "label": label})
                if folder.warning:
                    self.tell(f"codeeval: {printable(folder.warning)}")
            folder.add_dataset(dataset if self._settings.checks else _unscored(dataset, folder))
            if plan:
                folder.plan(dataset["suite"], plan["models"].get(label, {}), plan["order"], plan["prompts"])
        if announced.get("judged"):
            from pytest_codeeval.scoring.judging.canaries import believed  # few runs have judges

            specs = judges_for(self._settings.models, self._settings.judges)
            tools = JudgeTools(self.service, specs, dataset["suite"], ATTACK)
            self.judgments.try_once({judge: partial(believed, judge, tools) for judge in tools.judges})

    def _tell_of_shard(self, shard: Shard, suite: str, planned: Mapping[str, Mapping[str, int]]) -> None:
        task_ids = {task_id for of_model in planned.values() for task_id in of_model}
        self._own[suite] = len(shard.among(task_ids))
        self.tell(f"codeeval: {printable(own_part(shard, suite, self._own[suite], len(task_ids)))}")

    def _about(self, label: str, folder: ResultsFolder) -> dict[str, Any]:
        """Return what holds of the verdicts in a folder; where nothing is scored that is what held before."""
        versions = {"pytest-codeeval": __version__, "python": platform.python_version()}
        specs = (*self._settings.models, *self._settings.judges)
        for package in (*_PACKAGES, *(name for spec in specs for name in spec.kind.packages)):
            with suppress(metadata.PackageNotFoundError):
                versions[package] = metadata.version(package)
        sandbox = {"tier": self.isolation.name, "weak": self.isolation.weak}
        asked = self._settings.own.get(label, self._settings)
        # All models, as readers know from it in which order they were named.
        options = replace(asked, models=self._settings.models).to_json()
        found = {"versions": versions, "platform": sys.platform, "sandbox": sandbox, "options": options}
        if self._settings.checks:
            return found
        return {name: folder.about.get(name, value) for name, value in found.items()}


def _unscored(dataset: Mapping[str, Any], folder: ResultsFolder) -> dict[str, Any]:
    """Return what is known of a suite in a run that scores nothing: of its scoring it is what was known before."""
    earlier = folder.datasets.get(dataset["suite"], {})
    known = {name: earlier[name] for name in _BY_SCORING if name in earlier}
    return {**{name: value for name, value in dataset.items() if name not in _BY_SCORING}, **known}


def _server(backend: ModelBackend) -> dict[str, Any]:
    """What a server that the run started did; nothing where none was needed, so that an earlier run's stays."""
    found = backend.summary()
    return {"server": found} if found else {}
