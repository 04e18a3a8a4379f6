"""Controller: asks the models, gathers results as they come, and says what came of the run."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.result import Result
from pytest_codeeval.core.text import printable
from pytest_codeeval.plugin import REFUSAL, USAGE
from pytest_codeeval.plugin.console import Console
from pytest_codeeval.plugin.crashes import DIED
from pytest_codeeval.plugin.names import NAMES
from pytest_codeeval.plugin.resuming import resuming
from pytest_codeeval.plugin.run import Run
from pytest_codeeval.plugin.secrets import without_secrets
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.plugin.stepsummary import append_step_summary
from pytest_codeeval.plugin.summary import Summary

if TYPE_CHECKING:
    import execnet
    from xdist.workermanage import WorkerController

    from pytest_codeeval.plugin.html import HtmlReport


class Controller:
    """The hooks of the process that asks and reports.

    `recorded` is how many samples there are of each task, for models whose backend knows that.
    """

    def __init__(self, config: pytest.Config, settings: Settings, run: Run, recorded: Mapping[str, Mapping[str, int]]):
        self._config = config
        self._settings = settings
        self._run = run
        self.console = Console(config)
        self.head: list[str] = []
        run.tell = self.console.say
        self._recorded = recorded
        parts = run.self_tests, run.repeats, run.unknown, run.judgments, run.staged
        self._summary = Summary(run.scores, settings, run.isolation, *parts)
        self._html = self._html_report()
        self._usage_error = False
        self._interrupted = False
        self._explained = 0  # failures that are a verdict on a problem

    # Workers

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_setupnodes(self, specs: Sequence[execnet.XSpec]) -> None:
        """Start workers without the keys that this process has in its environment."""
        asked = (*self._settings.models, *self._settings.judges)
        named = (spec.options.get("api_key_env") for spec in asked)
        without_secrets(specs, filter(None, named))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: WorkerController) -> None:
        """Tell a worker what to run and where to ask."""
        settings = self._settings.to_json()
        names = self._config.stash[NAMES].written
        message = {"settings": settings, "recorded": self._recorded, "address": self._run.listen(), "names": names}
        node.workerinput["codeeval"] = json.dumps(message)

    # Results

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what a report brings, before other plugins see it."""
        if report.failed and not getattr(report, "codeeval_passed", True) and not hasattr(report, "wasxfail"):
            self._explained += 1
        message = vars(report).pop("codeeval_results", None)  # pytest keeps reports to the end of the run
        self._run.staged.cut.update(vars(report).pop("codeeval_cut", ()))
        if isinstance(report, pytest.SubtestReport):
            pass  # of a part of an item, whose own report follows
        elif message is not None:
            self._keep(report, [Result.from_json(result) for result in json.loads(message)])
        elif report.failed and (hasattr(report, "codeeval_item") or report.when == DIED):
            item = getattr(report, "codeeval_item", None)
            model, suite, task_id = json.loads(item) if item else ("", "", report.nodeid)
            self._run.scores.add_error(model, suite, task_id, printable(_reason(report)))
        self._stop_if_hopeless()

    def lose(self, nodeid: str, why: str) -> None:
        """Count an item that brought no result, and no report of its own."""
        self._run.scores.add_error("", "", nodeid, printable(why))

    @pytest.hookimpl(tryfirst=True)
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a collection error that is the user's to mend, and end a run that a worker refuses."""
        said = str(report.longrepr) if report.failed else ""
        self._usage_error |= said.startswith(USAGE)
        if said.startswith(REFUSAL):
            raise pytest.UsageError(printable(said.removeprefix(REFUSAL)))
        distributed = self._config.pluginmanager.getplugin("dsession")
        if distributed and self._usage_error and not self._config.getoption("continue_on_collection_errors"):
            distributed.shouldstop = "collection failed"  # which ends a run without pytest-xdist as well

    def _html_report(self) -> HtmlReport | None:
        """Join pytest-html, where a report was asked for; it looks for its hooks as early as the session's start."""
        path = self._config.getoption("htmlpath", None)
        if not path:
            return None
        from pytest_codeeval.plugin.html import HtmlReport

        report = HtmlReport(
            Path(path),
            self._summary.table,
            self._run.scores.language,
            settings=lambda: self._summary.settings(self._config.invocation_params.args),
            unasked={spec.label for spec in self._settings.models if spec.scripted},
        )
        self._config.pluginmanager.register(report, "codeeval-html")
        return report

    def _keep(self, report: pytest.TestReport, results: Sequence[Result]) -> None:
        """Keep the result of the item's first run, and the one that is reported, if it was run again."""
        by, known = json.loads(vars(report).pop("codeeval_by", "[null, false]"))
        counted = [result for result in results if self._run.keep(result, by, known=known)]
        for result in counted:
            self._summary.causes.add(report.nodeid, result)
            self._summary.refuted.add(result)
            self._summary.unanswered.add(result)
        if self._html is not None:
            if counted:
                self._html.decorate(report, counted[0])
            else:
                self._html.mark_repeat(report, results[-1])

    def _stop_if_hopeless(self) -> None:
        fault = self._run.hopeless
        # pytest-xdist looks at a flag of its own.
        session = self._config.pluginmanager.getplugin("dsession") or self._config.pluginmanager.getplugin("session")
        if fault is not None and session is not None and not session.shouldstop:
            session.shouldstop = printable(str(fault))

    # Beginning and end

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Take hold of the terminal before items run."""
        self.console.open()

    @pytest.hookimpl
    def pytest_report_header(self) -> list[str]:
        """Say what is evaluated, how, and where the results go."""
        names = self._config.stash[NAMES]
        return [*map(names.in_text, self._summary.header()), *self.head, *names.header]

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None]:
        """Write what there is, let others write, and let the exit code say what pytest's own cannot."""
        self._interrupted = exitstatus == pytest.ExitCode.INTERRUPTED
        self._run.close()
        code, stopped = int(exitstatus), bool(session.shouldfail or session.shouldstop)
        judgements = self._summary.judge(
            code,
            stopped=stopped or self._run.fault is not None,
            unexplained=max(0, session.testsfailed - self._explained),
        )
        self._run.write(code, [judgement.to_json() for judgement in judgements])
        fault = UsageError("collection failed") if self._usage_error else self._run.fault
        if not self._is_bystander:
            session.exitstatus = self._summary.exit_code(code, fault, stopped, idle=self._run.idle_shard)
        try:
            yield
        except OSError as error:  # of a report of another plugin; the results are safe
            if error.errno is None:
                raise
            self._run.notes.append(f"a report could not be written: {error}; the results are safe")
            session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the score table and what was not the model's fault."""
        if self._is_bystander:
            return
        folders = [folder.path for folder in self._run.folders.values() if folder.started]
        stages = self._run.staged.lines(*self._run.progress, self._run.service.came)
        self._summary.write(terminalreporter, folders, self._run.fault, self._resuming(), list(stages))
        for note in filter(None, [*self._run.notes, append_step_summary(self._summary.table)]):
            terminalreporter.write_line(printable(note))

    def _resuming(self) -> str:
        """How a run goes on that was interrupted, or has not got all of its answers."""
        kept, wanted = self._run.progress
        done = kept == wanted and not self._interrupted
        if isinstance(self._run.fault, UsageError) or done or not self._settings.generates:
            return ""
        all_known = not self._config.getoption("maxfail", 0)
        return resuming(kept, wanted, fresh=self._settings.fresh, all_known=all_known)

    @property
    def _is_bystander(self) -> bool:
        """Whether this run of other tests has a model only because an ini file names one for all runs."""
        names, scores = self._config.stash[NAMES], self._run.scores
        asked = self._usage_error or self._run.fault or scores.errors or scores.scores()
        gated = self._settings.fail_under and not names.is_from_ini("fail-under")
        return names.is_from_ini("model") and not asked and not gated and not self._settings.stages

    @pytest.hookimpl
    def pytest_unconfigure(self) -> None:
        """End the service, whatever way the run went."""
        self._run.close()
        self.console.close()


def _reason(report: pytest.TestReport) -> str:
    return str(report.longrepr or "failed").strip().splitlines()[-1].removeprefix("Failed: ")
