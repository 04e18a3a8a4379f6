"""Scoreboard: what became of each problem, added up by model and suite."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import Any

from pytest_codeeval.core.estimate import Estimate, mean_pass_at_k
from pytest_codeeval.core.result import Result
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.reports.stages import StageTally, stages_of

DEFAULT_PASS_AT = (1, 10, 100)


@dataclass(slots=True)
class Score:
    """One model on one suite: outcomes of the samples of each problem, and what could not be evaluated.

    `total` is how many problems the suite has, None where that is not known. By task id: `errors` holds a message,
    `tokens` the completion tokens of all samples, `cost` their price in US dollars where it is known, `weak` how many
    of their verdicts are, `stages` what its samples got through, `prompt_tokens` the tokens of what was asked,
    `unpriced` how many samples have tokens and no known price. `seen` are the stages that samples of the suite, of
    whatever model, were seen to reach.
    """

    model: str
    suite: str
    total: int | None = None
    problems: dict[str, Counter[Outcome]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    tokens: Counter[str] = field(default_factory=Counter)
    cost: dict[str, float] = field(default_factory=dict)
    weak: Counter[str] = field(default_factory=Counter)
    stages: dict[str, StageTally] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    prompt_tokens: Counter[str] = field(default_factory=Counter)
    unpriced: Counter[str] = field(default_factory=Counter)

    @property
    def outcomes(self) -> Counter[Outcome]:
        """How many samples ended in each outcome."""
        return sum(self.problems.values(), Counter[Outcome]())

    @property
    def graded(self) -> dict[str, Counter[Outcome]]:
        """The problems that are scored, with the outcomes of their samples."""
        return {task_id: counter for task_id, counter in self.problems.items() if not counter[Outcome.UNGRADED]}

    @property
    def counts(self) -> list[tuple[int, int]]:
        """(samples, correct) of each problem that is scored."""
        return [(counter.total(), counter[Outcome.PASSED]) for counter in self.graded.values()]

    @property
    def stage_names(self) -> tuple[str, ...]:
        """The stages of the suite's language, none where there is but one."""
        return stages_of(self.seen)

    @property
    def tally(self) -> StageTally:
        """What the scored samples of all problems got through."""
        whole = StageTally()
        for tally in self.stages.values():
            whole.take_in(tally)
        return whole

    def pass_at(self, wanted: Sequence[int] = ()) -> dict[int, Estimate]:
        """Return pass@k for the wanted k (1, 10 and 100 by default) that every problem has samples for."""
        counts = self.counts
        least = min((n for n, _ in counts), default=0)
        return {k: mean_pass_at_k(counts, k) for k in wanted or DEFAULT_PASS_AT if k <= least}

    def part(self, name: str, task_ids: Iterable[str], seen: set[str] | None = None) -> Score:
        """Return the score on some of the problems, as a suite of its own, with stages `seen` of its own if given."""
        ids = set(task_ids)
        problems = {task_id: found for task_id, found in self.problems.items() if task_id in ids}
        errors = {task_id: message for task_id, message in self.errors.items() if task_id in ids}
        tokens = Counter({task_id: count for task_id, count in self.tokens.items() if task_id in ids})
        cost = {task_id: price for task_id, price in self.cost.items() if task_id in ids}
        weak = Counter({task_id: count for task_id, count in self.weak.items() if task_id in ids})
        stages = {task_id: tally for task_id, tally in self.stages.items() if task_id in ids}
        seen = self.seen if seen is None else seen
        asked, unpriced = (
            Counter({task_id: count for task_id, count in counter.items() if task_id in ids})
            for counter in (self.prompt_tokens, self.unpriced)
        )
        return Score(self.model, name, len(ids), problems, errors, tokens, cost, weak, stages, seen, asked, unpriced)

    def to_json(self, wanted: Sequence[int] = ()) -> dict[str, Any]:
        """Return plain JSON values, the estimates by k among them."""
        return {
            "suite": self.suite,
            "problems": len(self.problems),
            "of": self.total,
            "samples": self.outcomes.total(),
            "outcomes": {outcome.value: count for outcome, count in self.outcomes.most_common()},
            "weak": self.weak.total(),
            "errors": len(self.errors),
            "pass_at": {str(k): estimate.to_json() for k, estimate in self.pass_at(wanted).items()},
            "prompt_tokens": self.prompt_tokens.total(),
            "completion_tokens": self.tokens.total(),
            "cost": fsum(self.cost.values()) if self.cost else None,
            **self.tally.to_json(self.stage_names),
        }


class Scoreboard:
    """The scores of a run, or of a results folder.

    `models` are in the order they are to be shown in. A suite of several languages has no stages as a whole: its score
    is followed by that of each language.
    """

    def __init__(self, models: Iterable[str] = ()) -> None:
        self.models = tuple(models)
        self._scores: dict[tuple[str, str], Score] = {}
        self._datasets: dict[str, Mapping[str, Any]] = {}
        self._seen: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._languages: dict[tuple[str, str], str] = {}  # of the tasks of suites that have several

    def add_dataset(self, dataset: Mapping[str, Any]) -> None:
        """Take in what is known of a suite's dataset: its size, its scored part, its faults."""
        self._datasets[dataset["suite"]] = dataset
        for language, task_ids in dataset.get("languages", {}).items():
            self._languages |= {(dataset["suite"], task_id): language for task_id in task_ids}

    def language(self, suite: str, task_id: str) -> str:
        """Return the language of a task, as far as its suite's dataset was added."""
        return self._languages.get((suite, task_id)) or str(self._datasets.get(suite, {}).get("language", ""))

    def add(self, result: Result) -> None:
        """Count a problem's result."""
        for row in result.rows():
            self.add_row(row)

    def add_row(self, row: Mapping[str, Any]) -> None:
        """Count one sample, given as a row of `samples.jsonl`."""
        score = self._score(row["model"], row["suite"])
        outcome, stages = _outcome(row), row.get("stages") or []
        score.problems.setdefault(row["task_id"], Counter())[outcome] += 1
        if outcome is not Outcome.UNGRADED:
            score.stages.setdefault(row["task_id"], StageTally()).add(stages, row["passed"])
            language = self._languages.get((row["suite"], row["task_id"]), "")
            self._seen[row["suite"], language].update(stage["name"] for stage in stages)
        score.errors.pop(row["task_id"], None)
        score.tokens[row["task_id"]] += row.get("completion_tokens") or 0
        score.prompt_tokens[row["task_id"]] += row.get("prompt_tokens") or 0
        if row.get("cost") is not None:
            score.cost[row["task_id"]] = score.cost.get(row["task_id"], 0.0) + row["cost"]
        elif row.get("completion_tokens"):
            score.unpriced[row["task_id"]] += 1
        if row.get("weak"):
            score.weak[row["task_id"]] += 1

    def add_error(self, model: str, suite: str, task_id: str, message: str) -> None:
        """Count a problem that could not be evaluated, through no fault of the model; one that has been is none."""
        score = self._score(model, suite)
        if task_id not in score.problems:
            score.errors[task_id] = message

    @property
    def errors(self) -> list[tuple[str, str]]:
        """(task id, message) of all that could not be evaluated."""
        return [(task_id, message) for score in self._scores.values() for task_id, message in score.errors.items()]

    @property
    def weak(self) -> Counter[str]:
        """How many verdicts are weak, by task id."""
        return sum((score.weak for score in self._scores.values()), Counter[str]())

    @property
    def faults(self) -> list[tuple[str, str]]:
        """(task id, reason) of the problems, among those run, that are broken as published, in the dataset's order."""
        found: dict[str, str] = {}
        for score in self._scores.values():
            faults = self._datasets.get(score.suite, {}).get("faults", {})
            found.update({task_id: faults[task_id] for task_id in faults if task_id in score.problems})
        return list(found.items())

    def by_model(self) -> dict[str, list[Score]]:
        """Return the scores of each model, without those of parts of a suite."""
        found: dict[str, list[Score]] = {}
        for score in sorted(self._scores.values(), key=self._position):
            found.setdefault(score.model, []).append(score)
        return found

    def scores(self) -> list[Score]:
        """Return all scores by model and suite, those of its parts right after the whole: published, by language."""
        found = []
        for score in sorted(self._scores.values(), key=self._position):
            found.append(score)
            dataset = self._datasets.get(score.suite, {})
            name = dataset.get("scored_name")
            if name and (score.model, name) not in self._scores:
                part = score.part(name, dataset.get("scored_ids", ()))
                found += [part] if part.problems or part.errors else []
            found += self._by_language(score, dataset)
        return found

    def _by_language(self, score: Score, dataset: Mapping[str, Any]) -> list[Score]:
        parts = (
            score.part(f"{score.suite}-{language}", task_ids, self._seen[score.suite, language])
            for language, task_ids in dataset.get("languages", {}).items()
        )
        taken = {suite for _, suite in self._scores}
        return [part for part in parts if (part.problems or part.errors) and part.suite not in taken]

    def _position(self, score: Score) -> tuple[int, int]:
        """Results come in any order; models and suites are shown as they were asked and collected."""
        suites = list(self._datasets)
        model = self.models.index(score.model) if score.model in self.models else len(self.models)
        return model, suites.index(score.suite) if score.suite in suites else len(suites)

    def _score(self, model: str, suite: str) -> Score:
        if (model, suite) not in self._scores:
            total = self._datasets.get(suite, {}).get("problems")
            self._scores[model, suite] = Score(model, suite, total, seen=self._seen[suite, ""])
        return self._scores[model, suite]


def _outcome(row: Mapping[str, Any]) -> Outcome:
    """A row may come from another version: an outcome that is not known here is no success, and no more is said."""
    try:
        return Outcome(row["outcome"])
    except ValueError:
        return Outcome.PASSED if row["passed"] else Outcome.CRASHED
