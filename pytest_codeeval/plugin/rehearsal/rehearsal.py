"""Rehearsal: the hooks of a run that only says what it would do, and its exit code."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from pytest_codeeval.core.errors import CodeEvalError
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.generation.store import CompletionStore
from pytest_codeeval.generation.storefile import FILE_NAME
from pytest_codeeval.plugin import USAGE
from pytest_codeeval.plugin.case import Case
from pytest_codeeval.plugin.items import cases_of, without_skipped
from pytest_codeeval.plugin.judges import unneeded
from pytest_codeeval.plugin.names import NAMES
from pytest_codeeval.plugin.rehearsal import planned, shown
from pytest_codeeval.plugin.rehearsal.estimate import Estimate, estimate
from pytest_codeeval.plugin.rehearsal.preparing import Prepared
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.plugin.stageoptions import FAULTS
from pytest_codeeval.plugin.worker import Worker


class Rehearsal:
    """Has items collected and none run; `prompts` is for how many problems of each suite these are shown."""

    def __init__(
        self,
        config: pytest.Config,
        settings: Settings,
        worker: Worker,
        prepared: Prepared,
        *,
        plan: bool | str,
        prompts: int,
    ) -> None:
        """Take `plan` as the option has it: for FAULTS nothing is said but what is missing, or does nothing."""
        self._names = config.stash[NAMES]
        self._settings = settings
        self._worker = worker
        self._prepared = prepared
        self._plan = plan
        self._prompts = prompts
        self._cases: list[Case] = []
        self._lines: list[str] = []
        self._idle = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note what cannot be collected."""
        if report.failed:
            said = str(report.longrepr).strip() or "it cannot be collected"
            ours = said.startswith(USAGE)
            self._prepared.lack(said.removeprefix(USAGE) if ours else f"{report.nodeid}: {said.splitlines()[-1]}")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(self) -> Generator[None]:
        """Note a threshold that could not be judged, instead of ending the run for it."""
        try:
            return (yield)
        except pytest.UsageError as error:
            self._prepared.lack(error)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Put into words what would be run, and run nothing."""
        kept, skipped = without_skipped(session.items)
        ranks = {spec.label: rank for rank, spec in enumerate(self._settings.models)}
        self._cases = sorted(cases_of(kept), key=lambda case: ranks[case.spec.label])
        if not self._cases and not self._prepared.missing:
            for reason in skipped.values() or ["no suite was collected; name a file or folder that has some."]:
                self._prepared.lack(reason)
        self._lines = [*self._planned(), *self._shown()]
        return True

    def _planned(self) -> Iterator[str]:
        if not self._plan:
            return
        found = list(self._estimates())
        for reason in planned.lacking(found, self._cases, self._settings, self._worker.kept):
            self._prepared.lack(reason)
        yield from planned.lines_of(found, self._settings, self._prepared.sandbox)
        yield from self._prepared.notes
        judged = any(case.scorer.judged or case.scorer.may_judge for case in self._cases)
        left_out = self._worker.lacks or not self._cases  # what that would need is not known
        self._idle = printable(unneeded(self._settings, judged=judged or bool(left_out)))
        if self._idle:
            yield self._idle

    def _estimates(self) -> Iterator[Estimate]:
        path = Path(self._settings.results)
        store = CompletionStore.existing(path) if (path / FILE_NAME).is_file() else None
        try:
            for (label, _), cases in shown.by_model_and_suite(self._cases).items():
                yield estimate(cases, self._settings, self._prepared.backends.get(label), store)
        except CodeEvalError as error:
            self._prepared.lack(error)
        finally:
            if store is not None:
                store.close()

    def _shown(self) -> Iterator[str]:
        for case in shown.first_of_each(self._cases, self._prompts):
            yield from shown.lines_of(case, self._prepared.backends.get(case.spec.label))

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None]:
        """Let the exit code say whether the run could start."""
        yield
        for reason in self._worker.lacks.values() if self._plan else ():  # here, as collection may end before the loop
            self._prepared.lack(reason)
        if session.exitstatus != pytest.ExitCode.INTERRUPTED:
            lacks = bool(self._prepared.missing)
            session.exitstatus = pytest.ExitCode.USAGE_ERROR if lacks else pytest.ExitCode.OK

    @pytest.hookimpl
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say it."""
        if self._plan == FAULTS:
            for reason in self._prepared.missing:
                terminalreporter.write_line(printable(self._names.in_text(reason)))
            if self._idle:
                terminalreporter.write_line(f"codeeval: {self._idle}")
            return
        terminalreporter.section("code evaluation: nothing is sent, and nothing is run")
        for line in self._lines:
            terminalreporter.write_line(line)
        missing = self._prepared.missing
        if missing:
            what = counted(len(missing), "thing is", "things are")
            terminalreporter.write_line(f"{what} missing, and the run cannot start as it was asked for:", red=True)
            for reason in missing:
                terminalreporter.write_line(f"  {printable(self._names.in_text(reason))}", red=True)
        elif self._plan:
            terminalreporter.write_line("nothing is missing: the run can start", green=True)
