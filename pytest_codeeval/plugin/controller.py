"""Controller: asks the models, gathers results as they come, and says what came of the run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.result import Result
from pytest_codeeval.core.text import printable
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.plugin import USAGE
from pytest_codeeval.plugin.names import NAMES
from pytest_codeeval.plugin.run import Run
from pytest_codeeval.plugin.secrets import without_secrets
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.plugin.summary import Summary

if TYPE_CHECKING:
    import execnet
    from xdist.workermanage import WorkerController

    from pytest_codeeval.plugin.html import HtmlReport


_DIED = "???"
"""The phase that pytest-xdist gives to an item whose worker died."""


class Controller:
    """The hooks of the process that asks and reports.

    `recorded` is how many samples there are of each task, for models whose backend knows that.
    """

    def __init__(self, config: pytest.Config, settings: Settings, run: Run, recorded: Mapping[str, Mapping[str, int]]):
        self._config = config
        self._settings = settings
        self._run = run
        run.tell = self._say
        self._recorded = recorded
        self._summary = Summary(run.scores, settings, run.isolation, run.self_tests)
        self._html = self._html_report()
        self._usage_error = False

    # Workers

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_setupnodes(self, specs: Sequence[execnet.XSpec]) -> None:
        """Start workers without the keys that this process has in its environment."""
        named = (spec.options.get("api_key_env") for spec in self._settings.models)
        without_secrets(specs, filter(None, named))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: WorkerController) -> None:
        """Tell a worker what to run and where to ask."""
        settings = self._settings.to_json()
        message = {"settings": settings, "recorded": self._recorded, "address": self._run.address}
        node.workerinput["codeeval"] = json.dumps(message)

    # Results

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what a report brings, before other plugins see it."""
        message = vars(report).pop("codeeval_result", None)  # pytest keeps reports to the end of the run
        if message is not None:
            self._keep(report, Result.from_json(json.loads(message)))
        elif report.failed and (hasattr(report, "codeeval_item") or report.when == _DIED):
            model, suite, task_id = getattr(report, "codeeval_item", ("", "", report.nodeid))
            self._run.scores.add_error(model, suite, task_id, printable(_reason(report)))
        self._stop_if_hopeless()

    @pytest.hookimpl
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a collection error that is the user's to mend."""
        self._usage_error |= report.failed and str(report.longrepr).startswith(USAGE)

    def _html_report(self) -> HtmlReport | None:
        """Join pytest-html, where a report was asked for; it looks for its hooks as early as the session's start."""
        path = self._config.getoption("htmlpath", None)
        if not path:
            return None
        from pytest_codeeval.plugin.html import HtmlReport

        report = HtmlReport(Path(path), self._summary.table, self._run.scores.language)
        self._config.pluginmanager.register(report, "codeeval-html")
        return report

    def _keep(self, report: pytest.TestReport, result: Result) -> None:
        self._run.keep(result)
        if self._html is not None:
            self._html.decorate(report, result)

    def _stop_if_hopeless(self) -> None:
        fault = self._run.hopeless
        # pytest-xdist looks at a flag of its own.
        session = self._config.pluginmanager.getplugin("dsession") or self._config.pluginmanager.getplugin("session")
        if fault is not None and session is not None and not session.shouldstop:
            session.shouldstop = printable(str(fault))

    def _say(self, text: str) -> None:
        """Print a line between those of the items; called from the service's thread."""
        if not self._config.pluginmanager.has_plugin("terminalreporter"):
            return
        writer = self._config.get_terminal_writer()
        if writer.width_of_current_line:
            writer.line()
        writer.line(printable(text))
        writer.flush()

    # Beginning and end

    @pytest.hookimpl
    def pytest_report_header(self) -> list[str]:
        """Say what is evaluated, how, and where the results go."""
        names = self._config.stash[NAMES]
        return [*map(names.in_text, self._summary.header()), *names.header]

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write what there is, and let the exit code say what pytest's own cannot."""
        self._run.close()
        self._run.write(int(exitstatus))
        if self._is_bystander:
            return
        fault = UsageError("collection failed") if self._usage_error else self._run.fault
        stopped = bool(session.shouldfail or session.shouldstop)
        session.exitstatus = self._summary.exit_code(int(exitstatus), fault, stopped)

    @pytest.hookimpl
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the score table and what was not the model's fault."""
        if self._is_bystander:
            return
        folders = [folder.path for folder in self._run.folders.values()]
        self._summary.write(terminalreporter, folders, self._run.fault)

    @property
    def _is_bystander(self) -> bool:
        """Whether this run of other tests has a model only because an ini file names one for all runs."""
        names, scores = self._config.stash[NAMES], self._run.scores
        asked = self._usage_error or self._run.fault or scores.errors or scores.scores()
        gated = self._settings.fail_under and not names.is_from_ini("fail-under")
        return names.is_from_ini("model") and not asked and not gated

    @pytest.hookimpl
    def pytest_unconfigure(self) -> None:
        """End the service, whatever way the run went."""
        self._run.close()


def make_backends(config: pytest.Config, settings: Settings) -> dict[str, ModelBackend]:
    """Return the backends by the label of their model, other plugins' first.

    In a run that only collects, models that would be asked over a network get none.
    Raises UsageError where one cannot work.
    """
    from pytest_codeeval.generation.factory import make_backend

    backends: dict[str, ModelBackend] = {}
    for spec in settings.models:
        if spec.scripted or not config.getoption("collectonly"):
            outside = config.hook.pytest_codeeval_make_backend(spec=spec)
            backends[spec.label] = outside or make_backend(spec, settings.request_timeout)
    return backends


def _reason(report: pytest.TestReport) -> str:
    return str(report.longrepr or "failed").strip().splitlines()[-1].removeprefix("Failed: ")
