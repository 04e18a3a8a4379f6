"""Thresholds of `--fail-under`: whether a run met one, missed it, or has too few problems to tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pytest_codeeval.core.errors import nearest
from pytest_codeeval.core.estimate import Estimate
from pytest_codeeval.core.text import printable
from pytest_codeeval.reports.scoreboard import Scoreboard
from pytest_codeeval.reports.suitescore import SuiteScore
from pytest_codeeval.reports.threshold import Threshold


class Standing(StrEnum):
    """How a threshold stands, the worst first."""

    MISSED = "missed"
    NOT_JUDGED = "not judged"
    UNDECIDED = "undecided"
    LEFT = "left to codeeval merge"
    MET = "met"


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a threshold stands by the model that stands worst, and whether the exit code takes it as reached.

    `model` and `estimate` are empty where it is not judged.
    """

    threshold: Threshold
    standing: Standing
    why: str
    reached: bool = False
    model: str = ""
    estimate: Estimate | None = None

    def __str__(self) -> str:
        taken = f", taken as {'met' if self.reached else 'missed'}" if self.standing is Standing.UNDECIDED else ""
        return f"--fail-under {self.threshold}: {self.standing}{taken}: {self.why}"

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "threshold": str(self.threshold),
            "standing": self.standing,
            "reached": self.reached,
            "why": self.why,
            "model": self.model,
            "estimate": self.estimate.to_json() if self.estimate else None,
        }


def judge(threshold: Threshold, board: Scoreboard) -> Judgement:
    """Return how a threshold stands; every model of the board has to reach it."""
    scores = [score for score in board.scores() if score.suite == threshold.suite]
    if not scores:
        return Judgement(threshold, Standing.NOT_JUDGED, _absent(threshold.suite, board))
    without = [model for model in board.models if all(score.model != model for score in scores)]
    if without:
        why = f"{without[0]} has no problem of {threshold.suite} in this run"
        return Judgement(threshold, Standing.NOT_JUDGED, why)
    return worst(_judge(threshold, score) for score in scores)


def unfinished(threshold: Threshold) -> Judgement:
    """Return what there is to say of a threshold where the run stopped before its end."""
    return Judgement(threshold, Standing.NOT_JUDGED, "the run stopped before its end")


def left_to_merge(threshold: Threshold, shard: str) -> Judgement:
    """Return what there is to say of a threshold where only a part of the problems is run; it is in nobody's way."""
    return Judgement(threshold, Standing.LEFT, f"shard {shard} has a part of the problems", reached=True)


def incomplete(threshold: Threshold) -> Judgement:
    """Return what there is to say of a threshold where results are missing that would count."""
    return Judgement(threshold, Standing.NOT_JUDGED, "results are missing")


def worst(judgements: Iterable[Judgement]) -> Judgement:
    """Return the judgement of the model that stands worst."""
    return min(judgements, key=_rank)


def _rank(judgement: Judgement) -> tuple[int, bool, float]:
    value = judgement.estimate.value if judgement.estimate else 0.0
    return list(Standing).index(judgement.standing), judgement.reached, value


def _judge(threshold: Threshold, score: SuiteScore) -> Judgement:
    found = score.estimates(threshold.pass_at).get(threshold.metric)
    if found is None:
        return Judgement(threshold, Standing.NOT_JUDGED, _without_figure(threshold, score))
    metric, estimate = found
    if metric.percent and threshold.value > 1:
        why = f"{metric.name} is a share, which is 1 at most; write {threshold.value / 100:g} or {threshold.value:g}%"
        return Judgement(threshold, Standing.NOT_JUDGED, why)
    if threshold.percent and not metric.percent:
        why = f"{metric.name} is no share, and was given in percent; write a figure such as {metric.written(7.5)}"
        return Judgement(threshold, Standing.NOT_JUDGED, why)
    standing = standing_of(estimate, threshold.value)
    if standing is Standing.MET and score.errors:
        standing = Standing.UNDECIDED  # the interval knows nothing of problems that are not there
    why = (
        f"{metric.written(estimate.value)} (95 %: {metric.written(estimate.low)}–{metric.written(estimate.high)}, "
        f"{estimate.method}) by {score.model}"
        f"{_scope(score)}"
    )
    reached = estimate.value >= threshold.value and not score.errors
    return Judgement(threshold, standing, why, reached, score.model, estimate)


def standing_of(estimate: Estimate, share: float) -> Standing:
    """Return whether all of an estimate's interval reaches a share, none of it, or some."""
    if estimate.low >= share:
        return Standing.MET
    return Standing.MISSED if estimate.high < share else Standing.UNDECIDED


def _scope(score: SuiteScore) -> str:
    """Say what the figure leaves out, if anything."""
    scored, said = len(score.counts), ""
    if score.total not in (None, scored):
        said += f", over {scored} of {score.total} problems"
    if ungraded := len(score.problems) - scored:
        said += f", {ungraded} without tests"
    if score.errors:
        said += f", {len(score.errors)} that could not be evaluated"
    return said


def _absent(suite: str, board: Scoreboard) -> str:
    names = list(dict.fromkeys(score.suite for score in board.scores()))
    return f"this run has no {suite}{nearest(suite, names)}" + (f", only {', '.join(names)}" if names else "")


def _without_figure(threshold: Threshold, score: SuiteScore) -> str:
    if not score.problems:
        return f"no problem of {threshold.suite} could be evaluated with {score.model}"
    if not score.counts:
        return f"no problem of {threshold.suite} {'has tests' if threshold.k else 'is scored'}"
    names = [metric.name for metric in score.metrics(threshold.pass_at)]
    if threshold.metric not in names:
        return f"{threshold.suite} has no {threshold.metric}{nearest(threshold.metric, names)}, only {', '.join(names)}"
    if fault := score.faults(threshold.pass_at).get(threshold.metric):
        return f"the metric {threshold.metric} {fault}"
    if not threshold.k:
        return f"some problem of {threshold.suite} has no {threshold.metric} with {score.model}"
    task_id, samples = _fewest(score)
    has = "1 sample" if samples == 1 else f"{samples} samples"
    return f"{score.model} has {has} of {printable(task_id)}, and {threshold.metric} needs {threshold.k}"


def _fewest(score: SuiteScore) -> tuple[str, int]:
    """The graded problem with the fewest samples, and how many these are."""
    graded = score.graded
    task_id = min(graded, key=lambda one: len(graded[one]))
    return task_id, len(graded[task_id])
