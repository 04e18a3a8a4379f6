"""Scoreboard: what became of each problem, added up by model and suite."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from pytest_codeeval.core.columns import sample_rows
from pytest_codeeval.core.metric import Metric
from pytest_codeeval.core.result import Result
from pytest_codeeval.core.text import printable
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.reports.suitescore import SuiteScore, outcome_of

_TOLD = {"prompt": "in the prompt"}


class Scoreboard:
    """The scores of a run, or of a results folder.

    `models` are in the order they are to be shown in, `metrics` those from outside by name. A suite of several
    languages, or of parts, has no stages as a whole: its score is followed by that of each of them.
    """

    def __init__(self, models: Iterable[str] = (), metrics: Mapping[str, Metric] | None = None) -> None:
        self.models = tuple(models)
        self._metrics = metrics or {}
        self._scores: dict[tuple[str, str], SuiteScore] = {}
        self._datasets: dict[str, Mapping[str, Any]] = {}
        self._seen: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._languages: dict[tuple[str, str], str] = {}  # of the tasks of suites that have several
        self._parts: dict[tuple[str, str], str] = {}  # likewise

    def add_dataset(self, dataset: Mapping[str, Any]) -> None:
        """Take in what is known of a suite's dataset: its size, its scored part, its faults."""
        self._datasets[dataset["suite"]] = dataset
        for language, task_ids in dataset.get("languages", {}).items():
            self._languages |= {(dataset["suite"], task_id): language for task_id in task_ids}
        for part, task_ids in _parts(dataset).items():
            self._parts |= {(dataset["suite"], task_id): part for task_id in task_ids}

    @property
    def datasets(self) -> Mapping[str, Mapping[str, Any]]:
        """What is known of each suite's dataset, by suite."""
        return self._datasets

    def language(self, suite: str, task_id: str) -> str:
        """Return the language of a task, as far as its suite's dataset was added."""
        return self._languages.get((suite, task_id)) or str(self._datasets.get(suite, {}).get("language", ""))

    def add(self, result: Result) -> None:
        """Count a problem's result."""
        for row in sample_rows(result):
            self.add_row(row)

    def add_row(self, row: Mapping[str, Any]) -> None:
        """Count one sample, given as a row of `samples.jsonl`."""
        self._score(row["model"], row["suite"]).add_row(row)
        if outcome_of(row) != Outcome.UNGRADED:
            part = self._parts.get((row["suite"], row["task_id"]), "")
            self._seen[row["suite"], part].update(stage["name"] for stage in row.get("stages") or [])

    def add_error(self, model: str, suite: str, task_id: str, message: str) -> None:
        """Count a problem that could not be evaluated, through no fault of the model; one that has been is none."""
        score = self._score(model, suite)
        if task_id not in score.problems:
            score.errors[task_id] = message

    @property
    def errors(self) -> list[tuple[str, str]]:
        """(task id, message) of all that could not be evaluated."""
        return [(task_id, message) for score in self._scores.values() for task_id, message in score.errors.items()]

    def errors_of(self, model: str) -> list[tuple[str, str, str]]:
        """Return (task id, message, suite) of what a model could not be evaluated on, or nobody knows which model."""
        return [
            (task_id, message, score.suite)
            for score in self._scores.values()
            for task_id, message in score.errors.items()
            if score.model in (model, "")
        ]

    @property
    def weak(self) -> Counter[str]:
        """How many verdicts are weak, by task id."""
        return sum((Counter(score.weak) for score in self._scores.values()), Counter[str]())

    @property
    def faults(self) -> list[tuple[str, str]]:
        """(task id, reason) of the problems, among those run, that are broken as published, in the dataset's order."""
        found: dict[str, str] = {}
        for score in self._scores.values():
            faults = self._datasets.get(score.suite, {}).get("faults", {})
            found.update({task_id: faults[task_id] for task_id in faults if task_id in score.problems})
        return list(found.items())

    @property
    def notes(self) -> list[str]:
        """What the datasets say of the figures that come of them."""
        suites = dict.fromkeys(score.suite for score in self.scores())
        said = {suite: (self._tools(suite), self._datasets.get(suite, {}).get("note")) for suite in suites}
        return [f"{suite}: {'; '.join(filter(None, notes))}" for suite, notes in said.items() if any(notes)]

    def _tools(self, suite: str) -> str:
        """Say how models were told of their tools, each by itself if not all in one way."""
        models: dict[str, list[str]] = {}
        for score in self._scores.values():
            if score.suite == suite and score.tools:
                models.setdefault(score.tools, []).append(printable(score.model))
        if len(models) < 2:
            return "".join(f"tools {_TOLD.get(how, how)}" for how in models)
        return "tools " + ", ".join(f"{_TOLD.get(how, how)} ({', '.join(names)})" for how, names in models.items())

    def by_model(self) -> dict[str, list[SuiteScore]]:
        """Return the scores of each model, without those of parts of a suite."""
        found: dict[str, list[SuiteScore]] = {}
        for score in sorted(self._scores.values(), key=self._position):
            found.setdefault(score.model, []).append(score)
        return found

    def scores(self) -> list[SuiteScore]:
        """Return all scores by model and suite, those of its parts right after the whole."""
        found = []
        for score in sorted(self._scores.values(), key=self._position):
            found.append(score)
            dataset = self._datasets.get(score.suite, {})
            name = dataset.get("scored_name")
            if name and (score.model, name) not in self._scores:
                part = score.part(name, dataset.get("scored_ids", ()))
                found += [part] if part.problems or part.errors else []
            found += self._by_part(score, dataset)
        return found

    def _by_part(self, score: SuiteScore, dataset: Mapping[str, Any]) -> list[SuiteScore]:
        parts = (
            score.part(f"{score.suite}-{part}", task_ids, self._seen[score.suite, part])
            for part, task_ids in _parts(dataset).items()
        )
        taken = {suite for _, suite in self._scores}
        return [part for part in parts if (part.problems or part.errors) and part.suite not in taken]

    def _position(self, score: SuiteScore) -> tuple[int, int]:
        """Results come in any order; models and suites are shown as they were asked and collected."""
        suites = list(self._datasets)
        model = self.models.index(score.model) if score.model in self.models else len(self.models)
        return model, suites.index(score.suite) if score.suite in suites else len(suites)

    def _score(self, model: str, suite: str) -> SuiteScore:
        if (model, suite) not in self._scores:
            about = self._datasets.get(suite, {})
            self._scores[model, suite] = SuiteScore(
                model,
                suite,
                about.get("problems"),
                about.get("metrics") or (),
                self._metrics,
                seen=self._seen[suite, ""],
                tools=str((about.get("tools") or {}).get(model, "")),
            )
        return self._scores[model, suite]


def _parts(dataset: Mapping[str, Any]) -> Mapping[str, Iterable[str]]:
    """Return the task ids of a dataset's languages, if it has several, else of its parts."""
    found: Mapping[str, Iterable[str]] = dataset.get("languages") or dataset.get("parts") or {}
    return found
