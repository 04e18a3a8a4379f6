"""SuiteScore: what became of each problem of a suite that one model was asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pytest_codeeval.core.column import Total
from pytest_codeeval.core.columns import COLUMNS, TOTALS
from pytest_codeeval.core.estimate import Estimate
from pytest_codeeval.core.metric import Metric, PassAt, Scored, fault_of, metrics_of
from pytest_codeeval.core.text import where_raised
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.reports.stages import StageTally, stages_of

V = TypeVar("V")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")  # anybody may have edited the file that a row comes from
_NOTHING = Total()
_VALUE = next(column for column in COLUMNS if column.name == "value")


@dataclass(slots=True)
class SuiteScore:
    """One model on one suite: its samples problem by problem, and what could not be evaluated.

    `total` is how many problems the suite has, None where that is not known. `described` are its metrics as its dataset
    names them, `others` metrics from outside by name. By task id: `problems` are the outcomes of the samples, `scored`
    those of them that count for a score, `errors` holds a message, `weak` how many scores are, `stages` what programs
    got through, `totals` the sums of columns, `causes` why samples did not pass. `seen` are the stages that samples of
    the suite, of whatever model, were seen to reach. `broken` says of a metric that was asked and gave no estimate what
    it did instead. `tools` says how the model was told of its tools, and is empty if there were none.
    """

    model: str
    suite: str
    total: int | None = None
    described: Sequence[Mapping[str, Any]] = ()
    others: Mapping[str, Metric] = field(default_factory=dict)
    problems: dict[str, Counter[str]] = field(default_factory=dict)
    scored: dict[str, list[Scored]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    weak: dict[str, int] = field(default_factory=dict)
    stages: dict[str, StageTally] = field(default_factory=dict)
    totals: dict[str, dict[str, Total]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    broken: dict[str, str] = field(default_factory=dict)
    tools: str = ""
    causes: dict[str, Counter[str]] = field(default_factory=dict)

    def add_row(self, row: Mapping[str, Any]) -> None:
        """Count one sample, given as a row of `samples.jsonl`."""
        task_id, outcome, stages = row["task_id"], outcome_of(row), row.get("stages") or []
        self.problems.setdefault(task_id, Counter())[outcome] += 1
        if not row["passed"]:
            self.causes.setdefault(task_id, Counter())[_cause_of(row) or outcome] += 1
        if outcome != Outcome.UNGRADED:
            scored = Scored(row["passed"], _VALUE.of(row) or 0.0, row.get("measures") or {})
            self.scored.setdefault(task_id, []).append(scored)
            self.stages.setdefault(task_id, StageTally()).add(stages, row["passed"])
        self.errors.pop(task_id, None)
        totals = self.totals.setdefault(task_id, {})
        for column in TOTALS:
            value = column.of(row)
            if value is not None or (column.beside and row.get(column.beside)):
                totals[column.name] = totals.get(column.name, _NOTHING).and_one(value)
        if row.get("weak"):
            self.weak[task_id] = self.weak.get(task_id, 0) + 1

    @property
    def outcomes(self) -> Counter[str]:
        """How many samples ended in each outcome."""
        return sum(self.problems.values(), Counter[str]())

    @property
    def graded(self) -> dict[str, list[Scored]]:
        """The problems that are scored, with their samples: those of which every sample is."""
        return {task_id: found for task_id, found in self.scored.items() if not self.problems[task_id]["ungraded"]}

    @property
    def counts(self) -> list[tuple[int, int]]:
        """(samples, correct) of each problem that is scored."""
        return [(len(found), sum(one.passed for one in found)) for found in self.graded.values()]

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

    def total_of(self, column: str) -> Total:
        """Return a column added up over all samples."""
        return Total.of([totals[column] for totals in self.totals.values() if column in totals])

    def metrics(self, pass_at: Sequence[int] = ()) -> list[Metric]:
        """Return the metrics of the suite, the headline first; `pass_at` are the wanted members of pass@k."""
        return metrics_of(self.described, pass_at, self.others)

    def estimates(self, pass_at: Sequence[int] = ()) -> dict[str, tuple[Metric, Estimate]]:
        """Return metric and estimate by the metric's name, for those that the samples give."""
        problems = list(self.graded.values())
        found = ((metric, self._estimate(metric, problems)) for metric in self.metrics(pass_at))
        return {metric.name: (metric, estimate) for metric, estimate in found if estimate is not None}

    def faults(self, pass_at: Sequence[int] = ()) -> Mapping[str, str]:
        """Return what metrics did that gave no estimate where they should, by their names."""
        self.estimates(pass_at)
        return self.broken

    def _estimate(self, metric: Metric, problems: Sequence[Sequence[Scored]]) -> Estimate | None:
        """Return what a metric says; what is no estimate, as one from outside may say, is kept in `broken`."""
        try:
            found = metric.estimate(problems)
            fault = None if found is None else fault_of(metric, found)
        except Exception as error:  # noqa: BLE001 - a metric from outside may raise anything
            found, fault = None, f"raised {where_raised(error)}"
        if fault:
            self.broken[metric.name] = fault
            return None
        self.broken.pop(metric.name, None)
        return found

    def part(self, name: str, task_ids: Iterable[str], seen: set[str] | None = None) -> SuiteScore:
        """Return the score on some of the problems, as a suite of its own, with stages `seen` of its own if given."""
        ids = set(task_ids)

        def among(found: Mapping[str, V]) -> dict[str, V]:
            return {task_id: value for task_id, value in found.items() if task_id in ids}

        return SuiteScore(
            self.model,
            name,
            len(ids),
            self.described,
            self.others,
            among(self.problems),
            among(self.scored),
            among(self.errors),
            among(self.weak),
            among(self.stages),
            among(self.totals),
            self.seen if seen is None else seen,
            causes=among(self.causes),
        )

    def to_json(self, pass_at: Sequence[int] = ()) -> dict[str, Any]:
        """Return plain JSON values, the estimates by the names of the metrics among them."""
        estimates = self.estimates(pass_at)
        totals = {column.name: self.total_of(column.name) for column in TOTALS}
        return {
            "suite": self.suite,
            "problems": len(self.problems),
            "of": self.total,
            "samples": self.outcomes.total(),
            "outcomes": {str(outcome): count for outcome, count in self.outcomes.most_common()},
            "weak": sum(self.weak.values()),
            "errors": len(self.errors),
            **({"tools": self.tools} if self.tools else {}),
            "metrics": {name: estimate.to_json() for name, (_, estimate) in estimates.items()},
            "pass_at": {str(m.k): found.to_json() for m, found in estimates.values() if isinstance(m, PassAt)},
            **{column.name: column.whole(totals[column.name]) for column in TOTALS},
            **self.tally.to_json(self.stage_names),
        }


def outcome_of(row: Mapping[str, Any]) -> str:
    """Return how a sample ended; a row without a word for that tells only whether it is a success."""
    said = str(row.get("outcome") or "")
    if _NAME.fullmatch(said) and (said == Outcome.PASSED) == row["passed"]:
        return said
    return Outcome.PASSED if row["passed"] else Outcome.CRASHED


def _cause_of(row: Mapping[str, Any]) -> str:
    said = str(row.get("cause") or "")
    return said if _NAME.fullmatch(said) and said != Outcome.PASSED else ""
