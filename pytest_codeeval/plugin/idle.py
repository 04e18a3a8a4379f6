"""Idle: stands in for the plugin in a run without a model, or of other tests, whose ini file asks what cannot be."""

from __future__ import annotations

import inspect
from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

from pytest_codeeval.plugin import REFUSAL
from pytest_codeeval.plugin.names import NAMES

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController


class Idle:
    """Makes a suite one skipped item that says why; with a `refusal`, there may be no suite among what is run.

    An ini file speaks to every run of a project, and those of other tests have nothing to do with models.
    """

    def __init__(self, config: pytest.Config, refusal: str) -> None:
        names = config.stash[NAMES]
        model = names.of("model")
        self._config = config
        self._refusal = refusal
        self._reason = f"no {model} was given: try {model}=demo, or {model}=reference"
        self._header = names.header if model != "--model" else []

    @pytest.hookimpl
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make a suite one skipped item."""
        if _is_suite(metafunc.definition):
            names = [name for name in inspect.signature(metafunc.function).parameters if name in metafunc.fixturenames]
            names = [name for name in names if name != "request"]
            skipped = pytest.param(*[None] * len(names), marks=pytest.mark.skip(reason=self._reason), id="no-model")
            metafunc.parametrize(names, [skipped])

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None]:
        """Refuse the run if a suite is left in it; a worker cannot, and reports a collection that failed instead."""
        yield
        if self._refusal and any(map(_is_suite, items)):
            if not self._is_worker:
                raise pytest.UsageError(self._refusal)
            report = pytest.CollectReport("", "failed", f"{REFUSAL}{self._refusal}", [])
            self._config.hook.pytest_collectreport(report=report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """End a run that a worker refuses."""
        if report.failed and not self._is_worker and str(report.longrepr).startswith(REFUSAL):
            raise pytest.UsageError(self._refusal)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: WorkerController) -> None:
        """Tell a worker what to refuse."""
        node.workerinput[REFUSAL] = self._refusal

    @pytest.hookimpl
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say which name the model's is, to whom a suite was skipped that may have given it by another's."""
        skipped = (str(report.longrepr) for report in terminalreporter.stats.get("skipped", ()))
        if self._header and any(self._reason in said for said in skipped):
            for line in self._header:
                terminalreporter.write_line(line)

    @property
    def _is_worker(self) -> bool:
        return hasattr(self._config, "workerinput")


def _is_suite(node: pytest.Item) -> bool:
    if node.get_closest_marker("suite") is None:
        return False
    from pytest_codeeval.plugin.suitemark import suite_of

    return suite_of(node) is not None
