"""Controller: asks the models, gathers results as they come, and says what came of the run."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_codeeval import __version__
from pytest_codeeval.core.errors import CodeEvalError, StorageError
from pytest_codeeval.core.result import Result
from pytest_codeeval.core.text import printable
from pytest_codeeval.generation.backend import ModelBackend, RecordedBackend
from pytest_codeeval.generation.calls import CallLog
from pytest_codeeval.generation.factory import make_backend
from pytest_codeeval.generation.lane import Lane
from pytest_codeeval.generation.registry import ModelSpec
from pytest_codeeval.generation.service import CompletionService
from pytest_codeeval.generation.store import CompletionStore
from pytest_codeeval.generation.wire import WireServer
from pytest_codeeval.plugin.secrets import without_secrets
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.plugin.summary import Summary
from pytest_codeeval.plugin.worker import USAGE
from pytest_codeeval.reports import parquet
from pytest_codeeval.reports.folder import ResultsFolder
from pytest_codeeval.reports.scoreboard import Scoreboard

if TYPE_CHECKING:
    import execnet
    from xdist.workermanage import WorkerController

    from pytest_codeeval.plugin.html import HtmlReport


class Controller:
    """Plays the controller's part in a pytest process.

    `service` is None in a run that only collects; nothing is then asked and nothing written.
    """

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        """Make backends and folders.

        Raises UsageError where one of them cannot be.
        """
        self.settings = settings
        self.service: CompletionService | None = None
        self._config = config
        self._wire: WireServer | None = None
        self._store: CompletionStore | None = None
        self._folders: dict[str, ResultsFolder] = {}
        self._html: HtmlReport | None = None
        self._scores = Scoreboard(spec.label for spec in settings.models)
        self._summary = Summary(self._scores, settings)
        self._fault: CodeEvalError | None = None
        self._usage_error = False
        collect_only = config.getoption("collectonly")
        specs = [spec for spec in settings.models if spec.scripted or not collect_only]
        backends = {spec.label: self._backend(spec) for spec in specs}
        self.recorded: dict[str, Mapping[str, int]] = {
            label: backend.recorded() for label, backend in backends.items() if isinstance(backend, RecordedBackend)
        }
        if not collect_only:
            self._open(backends)

    def _backend(self, spec: ModelSpec) -> ModelBackend:
        outside: ModelBackend | None = self._config.hook.pytest_codeeval_make_backend(spec=spec)
        return outside or make_backend(spec, self.settings.request_timeout)

    def _open(self, backends: Mapping[str, ModelBackend]) -> None:
        results = Path(self.settings.results)
        self._folders = {
            spec.label: ResultsFolder(results / spec.folder, _decisive(spec, self.settings, backends[spec.label]))
            for spec in self.settings.models
        }
        for folder in self._folders.values():
            folder.start(self._about())
        self._store = CompletionStore(results)
        identities = {spec.label: (spec.backend, spec.model, spec.endpoint) for spec in self.settings.models}
        calls = CallLog({identity: self._folders[label].path for label, identity in identities.items()})
        lanes = {
            identity: Lane(
                backends[label],
                self._store,
                calls,
                concurrency=self.settings.concurrency,
                fresh=self.settings.fresh,
            )
            for label, identity in identities.items()
        }
        self.service = CompletionService(lanes, self._add_dataset)

    def _add_dataset(self, dataset: Mapping[str, Any]) -> None:
        self._scores.add_dataset(dataset)
        for folder in self._folders.values():
            folder.add_dataset(dataset)

    # Workers

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_setupnodes(self, specs: Sequence[execnet.XSpec]) -> None:
        """Start workers without the keys that this process has in its environment."""
        without_secrets(specs)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: WorkerController) -> None:
        """Tell a worker what to run and where to ask."""
        if self.service is not None:
            self._wire = self._wire or WireServer(self.service)
            message = {
                "settings": self.settings.to_json(),
                "recorded": self.recorded,
                "address": self._wire.address,
            }
            node.workerinput["codeeval"] = json.dumps(message)

    # Results

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what a report brings, before other plugins see it."""
        message = getattr(report, "codeeval_result", None)
        if message is not None:
            del report.codeeval_result  # reports are kept to the end of the run
            self._keep(report, Result.from_json(json.loads(message)))
        elif report.failed:
            model, suite, task_id = getattr(report, "codeeval_item", ("", "", report.nodeid))
            self._scores.add_error(model, suite, task_id, printable(_reason(report)))
        self._stop_if_hopeless()

    @pytest.hookimpl
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a collection error that is the user's to mend."""
        if report.failed and str(report.longrepr).startswith(USAGE):
            self._usage_error = True

    def _keep(self, report: pytest.TestReport, result: Result) -> None:
        self._scores.add(result)
        try:
            self._folders[result.model].append(result)
            if self._html is not None:
                self._html.decorate(report, result)
        except StorageError as error:
            self._fault = error

    def _stop_if_hopeless(self) -> None:
        fault = self._fault or (self.service.broken if self.service is not None else None)
        if fault is None:
            return
        self._fault = fault
        # pytest-xdist looks at a flag of its own.
        session = self._config.pluginmanager.getplugin("dsession") or self._config.pluginmanager.getplugin("session")
        if session is not None and not session.shouldstop:
            session.shouldstop = printable(str(fault))

    # Beginning and end

    @pytest.hookimpl
    def pytest_sessionstart(self) -> None:
        """Join pytest-html, where a report was asked for."""
        path = self._config.getoption("htmlpath", None)
        if path and self.service is not None and self._config.pluginmanager.hasplugin("html"):
            from pytest_codeeval.plugin.html import HtmlReport

            self._html = HtmlReport(Path(path), self._summary.table)
            self._config.pluginmanager.register(self._html, "codeeval-html")

    @pytest.hookimpl
    def pytest_report_header(self) -> list[str]:
        """Say what is evaluated, how, and where the results go."""
        return self._summary.header()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write what there is, and let the exit code say what pytest's own cannot."""
        if self.service is None:
            return
        self.close()
        try:
            self._write(int(exitstatus))
        except StorageError as error:
            self._fault = self._fault or error
        session.exitstatus = self._summary.exit_code(int(exitstatus), self._usage_error, self._fault)

    @pytest.hookimpl
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the score table and what was not the model's fault."""
        if self.service is not None:
            self._summary.write(terminalreporter, [folder.path for folder in self._folders.values()], self._fault)

    @pytest.hookimpl
    def pytest_unconfigure(self) -> None:
        """End the service, whatever way the run went."""
        self.close()

    def close(self) -> None:
        """Stop asking and close what is open; may be called twice."""
        if self._wire is not None:
            with suppress(Exception):  # a run that ends badly must still end
                self._wire.close()
            self._wire = None
        if self.service is not None:
            self.service.close()
        if self._store is not None:
            self._store.close()
            self._store = None

    def _write(self, exitstatus: int) -> None:
        for folder in self._folders.values():
            scores = Scoreboard()
            for dataset in folder.datasets.values():
                scores.add_dataset(dataset)
            for row in folder.rows():
                scores.add_row(row)
            folder.finish(
                {
                    **self._about(),
                    "scores": [score.to_json(self.settings.pass_at) for score in scores.scores()],
                    "errors_of_last_run": [list(error) for error in self._scores.errors],
                    "exit_status_of_pytest": exitstatus,
                }
            )
            if parquet.available():
                parquet.export(folder.path, folder.rows())

    def _about(self) -> dict[str, Any]:
        packages = ("pytest", "pytest-xdist", "litellm", "datasets")
        versions = {"pytest-codeeval": __version__, "python": platform.python_version()}
        for package in packages:
            with suppress(metadata.PackageNotFoundError):
                versions[package] = metadata.version(package)
        return {
            "versions": versions,
            "platform": sys.platform,
            "sandbox": "process",
            "options": self.settings.to_json(),
        }


def _decisive(spec: ModelSpec, settings: Settings, backend: ModelBackend) -> dict[str, Any]:
    """The settings that change answers or verdicts: results made with others are not to be mixed with these."""
    model = getattr(backend, "identity", spec.model)
    sampling = {} if spec.scripted else settings.to_json()["params"]
    return {"backend": spec.backend, "model": model, "endpoint": spec.endpoint, **sampling}


def _reason(report: pytest.TestReport) -> str:
    return str(report.longrepr or "failed").strip().splitlines()[-1].removeprefix("Failed: ")
