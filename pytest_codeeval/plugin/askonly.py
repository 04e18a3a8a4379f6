"""AskOnly: the part of a worker in a run that only asks: an item has its answers brought, and its test left out."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from pytest_codeeval.plugin.items import cases_of, is_suite_item


class AskOnly:
    """Hooks of a process with items."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Leave out the test itself."""
        if not is_suite_item(pyfuncitem):
            return None
        pyfuncitem._request.getfixturevalue("codeeval_turns")
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note on a report that a further turn of the problem has to wait for a score."""
        report = yield
        if call.when == "call" and report.passed:
            vars(report)["codeeval_cut"] = [case.suite_name for case in cases_of([item]) if case.scorer.replies]
        return report
