"""Figures: what one run has of each problem of a suite, by one metric."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pytest_codeeval.core.metric import Mean, MeanOfParts, Metric, PassAll, PassAt, PassAtOf, Share
from pytest_codeeval.reports.suitescore import SuiteScore


class Figure(NamedTuple):
    """A problem's part of the suite's figure: its own, times its weight, among the problems of a stratum."""

    part: float
    weight: float = 1.0
    stratum: str = ""


def figures_of(metric: Metric, score: SuiteScore) -> dict[str, Figure]:
    """Return the figure of each problem that has one, by task id."""
    found: dict[str, Figure] = {}
    for task_id, samples in score.graded.items():
        if isinstance(metric, MeanOfParts):
            parts = ((part, Mean(part, part).of_problem(samples)) for part in metric.parts)
            figure = next((Figure(value, 1.0, part) for part, value in parts if value is not None), None)
        elif isinstance(metric, Share):
            sums = metric.sums(samples)
            figure = Figure(*sums) if sums and sums[1] > 0 else None
        else:
            value = metric.of_problem(samples)
            figure = Figure(value) if value is not None else None
        if figure:
            found[task_id] = figure
    return found


def is_pass_or_fail(metric: Metric, scores: tuple[SuiteScore, SuiteScore], common: Mapping[str, object]) -> bool:
    """Return whether each problem was tried once and passes or fails: how many samples there are decides, no result."""
    passes = isinstance(metric, PassAt | PassAll | PassAtOf) or (type(metric) is Mean and metric.measure == "passed")
    return passes and all(len(score.scored[task_id]) == 1 for score in scores for task_id in common)
