"""Thresholds of `--fail-under`: whether a run met one, missed it, or has too few problems to tell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pytest_codeeval.core.errors import nearest
from pytest_codeeval.core.estimate import Estimate
from pytest_codeeval.core.text import printable
from pytest_codeeval.plugin.settings import Threshold
from pytest_codeeval.reports.scoreboard import Score, Scoreboard


class Standing(StrEnum):
    """How a threshold stands, the worst first."""

    MISSED = "missed"
    NOT_JUDGED = "not judged"
    UNDECIDED = "undecided"
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
    judged = [_judge(threshold, score) for score in scores]
    return min(judged, key=_rank)


def unfinished(threshold: Threshold) -> Judgement:
    """Return what there is to say of a threshold where the run stopped before its end."""
    return Judgement(threshold, Standing.NOT_JUDGED, "the run stopped before its end")


def _rank(judgement: Judgement) -> tuple[int, bool, float]:
    value = judgement.estimate.value if judgement.estimate else 0.0
    return list(Standing).index(judgement.standing), judgement.reached, value


def _judge(threshold: Threshold, score: Score) -> Judgement:
    estimate = score.pass_at([threshold.k]).get(threshold.k)
    if estimate is None:
        return Judgement(threshold, Standing.NOT_JUDGED, _without_figure(threshold, score))
    standing = standing_of(estimate, threshold.share)
    if standing is Standing.MET and score.errors:
        standing = Standing.UNDECIDED  # the interval knows nothing of problems that are not there
    why = (
        f"{estimate.value:.1%} (95 %: {estimate.low:.1%}–{estimate.high:.1%}, {estimate.method}) by {score.model}"
        f"{_scope(score)}"
    )
    reached = estimate.value >= threshold.share and not score.errors
    return Judgement(threshold, standing, why, reached, score.model, estimate)


def standing_of(estimate: Estimate, share: float) -> Standing:
    """Return whether all of an estimate's interval reaches a share, none of it, or some."""
    if estimate.low >= share:
        return Standing.MET
    return Standing.MISSED if estimate.high < share else Standing.UNDECIDED


def _scope(score: Score) -> str:
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


def _without_figure(threshold: Threshold, score: Score) -> str:
    if not score.problems:
        return f"no problem of {threshold.suite} could be evaluated with {score.model}"
    if not score.counts:
        return f"no problem of {threshold.suite} has tests"
    task_id, samples = _fewest(score)
    has = "1 sample" if samples == 1 else f"{samples} samples"
    return f"{score.model} has {has} of {printable(task_id)}, and pass@{threshold.k} needs {threshold.k}"


def _fewest(score: Score) -> tuple[str, int]:
    """The graded problem with the fewest samples, and how many these are."""
    graded = score.graded
    task_id = min(graded, key=lambda one: graded[one].total())
    return task_id, graded[task_id].total()
