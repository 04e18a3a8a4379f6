"""The report of an item: its result travels on it, and a failure is one line instead of a traceback."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from pytest_codeeval.core.errors import CodeEvalError
from pytest_codeeval.core.result import Result
from pytest_codeeval.core.text import printable
from pytest_codeeval.plugin.case import Case
from pytest_codeeval.plugin.items import CASE, is_suite_item
from pytest_codeeval.plugin.suitemark import suite_of
from pytest_codeeval.reports.stages import stage_properties

RESULT = pytest.StashKey[Result]()
BY = pytest.StashKey[tuple[Mapping[str, Any], bool]]()
"""What verdicts of a result came about by, and whether they are of an earlier run."""
FIRST_RESULT = pytest.StashKey[Result]()


class ItemReports:
    """Has results travel on reports, and keeps them no longer than that: a run may have more than fit in memory."""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Let go of what came of an item as soon as all is reported, however often a plugin ran it."""
        done = yield
        _forget(item, RESULT, FIRST_RESULT, BY)
        return done

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Forget the result of an earlier run of the item: this one may come to none."""
        _forget(item, RESULT)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Put the result on the report, and a failure in one line instead of a traceback."""
        with _without_traceback(item, call):
            report = yield
        _describe(report, item, call)
        return report

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the result off a report that is sent: pytest keeps all reports to the end, in workers too."""
        for name in ("codeeval_results", "codeeval_by"):
            vars(report).pop(name, None)


def _forget(item: pytest.Item, *keys: pytest.StashKey[Any]) -> None:
    for key in keys:
        if key in item.stash:
            del item.stash[key]


@contextmanager
def _without_traceback(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Have pytest write a line where it would write a traceback, for all who see the report from then on.

    For a traceback it looks for sources in all modules, which takes as long as to check a sample.
    """
    line = _failure_in_a_line(item, call)
    if line is None:
        yield
        return
    own = vars(item)
    another = own.get("repr_failure")  # that a plugin has put there
    own["repr_failure"] = lambda *_, **__: line
    try:
        yield
    finally:
        del own["repr_failure"]
        if another is not None:
            own["repr_failure"] = another


def _failure_in_a_line(item: pytest.Item, call: pytest.CallInfo[None]) -> str | None:
    """Return what a failure of a suite's item is told in, None where a traceback says more."""
    if call.when != "call" or call.excinfo is None or not is_suite_item(item):
        return None
    if isinstance(call.excinfo.value, CodeEvalError):
        return printable(str(call.excinfo.value))
    result = item.stash.get(RESULT, None)
    said_so = isinstance(call.excinfo.value, AssertionError | pytest.fail.Exception)  # and not a fault of the test's
    return result.explanation if said_so and result is not None and not result.passed else None


def _describe(report: pytest.TestReport, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Put the result of a suite's item on the report of one of its phases, or that it was skipped."""
    if report.skipped and not hasattr(report, "wasxfail") and suite_of(item) is not None:
        vars(report)["codeeval_skipped"] = True
    if not is_suite_item(item):
        return
    case: Case = item.callspec.params[CASE]  # type: ignore[attr-defined]
    # Extra attributes of a report travel over xdist's channel, which takes plain values only.
    # As text: a lone surrogate in an id or an answer has no form there but an escape.
    vars(report)["codeeval_item"] = json.dumps([case.spec.label, case.suite_name, case.problem.task_id])
    if call.when != "call":
        return
    if call.excinfo is not None and isinstance(call.excinfo.value, CodeEvalError):
        # pytest calls a failure outside the call phase an error, which is what no fault of the model is.
        report.when = "setup"
        return
    result = item.stash.get(RESULT, None)
    if result is None:
        return
    # Plugins that run an item again report each time or the last time only: the first result is on every report.
    first = item.stash.setdefault(FIRST_RESULT, result)
    results = [first] if first is result else [first, result]
    try:
        # As text: a lone surrogate in an answer has no form on the channel but an escape.
        said = json.dumps([one.to_json() for one in results])
    except (TypeError, ValueError) as error:  # what a scorer from outside says may be anything
        report.when, report.outcome = "setup", "failed"
        report.longrepr = printable(f"the score of {case.problem.task_id} is not plain JSON: {error}")
        return
    vars(report)["codeeval_by"] = json.dumps(item.stash.get(BY, (None, False)))
    vars(report)["codeeval_passed"] = result.passed
    vars(report)["codeeval_results"] = said
    if first is not result:
        return
    _add_properties(report, item, result)


def _add_properties(report: pytest.TestReport, item: pytest.Item, result: Result) -> None:
    properties = [
        ("pass_rate", f"{result.correct}/{len(result.samples)}"),
        ("outcome", result.outcome),
        ("cause", result.cause),
        *stage_properties(result),
    ]
    if result.weak:
        properties.append(("weak", "true"))
    report.user_properties.extend(properties)
    item.user_properties.extend(properties)  # JUnit takes them from the report of the teardown
