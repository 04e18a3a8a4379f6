"""Attainable: a threshold that a run could not judge whatever is answered is refused before anything is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.metric import Metric
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.plugin import REFUSAL
from pytest_codeeval.plugin.case import Case
from pytest_codeeval.plugin.filesuites import demand_named
from pytest_codeeval.plugin.items import cases_of, without_skipped
from pytest_codeeval.plugin.loadedsuite import LoadedSuite
from pytest_codeeval.plugin.metrics import metrics_from
from pytest_codeeval.plugin.names import NAMES
from pytest_codeeval.plugin.settings import Settings

if TYPE_CHECKING:
    from pytest_codeeval.reports.scoreboard import Scoreboard


def refused(
    config: pytest.Config, settings: Settings, items: Sequence[pytest.Item], suites: Sequence[LoadedSuite]
) -> bool:
    """Return whether the run is refused, given the `items` that it is left with.

    Raises pytest.UsageError where it is; a worker cannot end a run, and reports a collection that failed instead.
    """
    if not settings.fail_under and not settings.suite_files:
        return False
    kept, skipped = without_skipped(items)
    names = config.stash[NAMES]
    if not suites and not skipped and names.is_from_ini("model") and names.is_from_ini("fail-under"):
        return False  # a run of other tests, which the ini file speaks to as well
    try:
        demand_named(settings, items)
        demand_attainable(settings, cases_of(kept), suites, skipped, metrics_from(config))
    except UsageError as error:
        message = names.in_text(str(error))
    else:
        return False
    if not hasattr(config, "workerinput"):
        raise pytest.UsageError(message)
    config.hook.pytest_collectreport(report=pytest.CollectReport("", "failed", f"{REFUSAL}{message}", []))
    return True


def demand_attainable(
    settings: Settings,
    cases: Sequence[Case],
    suites: Sequence[LoadedSuite],
    skipped: Mapping[str, str],
    metrics: Mapping[str, Metric] | None = None,
) -> None:
    """Raise UsageError for the first threshold that `cases`, which are all that is going to run, leave no figure for.

    `skipped` are the reasons for which suites are, by name, `metrics` those from outside.
    """
    from pytest_codeeval.reports.thresholds import Standing, judge  # few runs have any, and there may be many workers

    board = _if_all_passed(settings, cases, suites, metrics or {})
    names = {score.suite for score in board.scores()}
    left_out = {name: why for name, why in skipped.items() if name not in names}
    for loaded in suites:
        if loaded.name not in names:
            left_out.setdefault(loaded.name, "none of its items is left to run")
    for threshold in settings.fail_under:
        judgement = judge(threshold, board)
        if judgement.standing is Standing.NOT_JUDGED:
            parts = (why for name, why in left_out.items() if f"{threshold.suite}-".startswith(f"{name}-"))
            reason = next((f" ({why})" for why in parts if threshold.suite not in names), "")
            raise UsageError(f"--fail-under={threshold} cannot be judged: {judgement.why}{reason}.")


class _Every(dict[str, float]):
    """Whatever measure a scorer may give."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> float:
        return 1.0


_EVERY = _Every({"any": 1.0})  # an empty one would be taken for none


def _if_all_passed(
    settings: Settings, cases: Sequence[Case], suites: Sequence[LoadedSuite], metrics: Mapping[str, Metric]
) -> Scoreboard:
    """The scores of a run in which everything goes well: what they lack no run can have."""
    from pytest_codeeval.reports.scoreboard import Scoreboard

    board = Scoreboard((spec.label for spec in settings.models), metrics)
    for loaded in suites:
        board.add_dataset(loaded.to_json())
    # Another plugin may have made several items of one.
    once = {(case.spec.label, case.suite_name, case.problem.task_id): case for case in cases}
    for case in once.values():
        outcome = Outcome.PASSED if case.problem.test or case.suite.scorer else Outcome.UNGRADED
        row = {
            "model": case.spec.label,
            "suite": case.suite_name,
            "task_id": case.problem.task_id,
            "outcome": outcome,
            "passed": outcome is Outcome.PASSED,
            "measures": _EVERY,
        }
        for _ in case.requests:
            board.add_row(row)
    return board
