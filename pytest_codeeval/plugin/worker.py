"""Worker: makes the items of a suite, and puts their results on the reports."""

from __future__ import annotations

import gc
import os
from collections.abc import Collection, Generator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError, CodeEvalError, DataAbsent, UsageError
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.core.text import printable
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.plugin import USAGE
from pytest_codeeval.plugin.attainable import refused
from pytest_codeeval.plugin.case import Case, Recorded, recorded_tasks
from pytest_codeeval.plugin.fuzzing import Fuzzing
from pytest_codeeval.plugin.items import CASE, cases_of, is_suite_item, skipped_param
from pytest_codeeval.plugin.judged import demand_judged, wanting, warn_of_weak_tests
from pytest_codeeval.plugin.judges import judges_for
from pytest_codeeval.plugin.keptverdicts import KeptVerdicts
from pytest_codeeval.plugin.loadedsuite import LoadedSuite, as_asked, load_suite
from pytest_codeeval.plugin.manners import leave_alone
from pytest_codeeval.plugin.metrics import demand_known, metrics_from
from pytest_codeeval.plugin.names import NAMES
from pytest_codeeval.plugin.plan import Plan
from pytest_codeeval.plugin.rivals import Rivals
from pytest_codeeval.plugin.runners import Runners
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.plugin.suite_preparation import answer_tested, gradable_languages, prepared, sound, untried
from pytest_codeeval.plugin.suitemark import suite_of
from pytest_codeeval.plugin.tools import ItemTools
from pytest_codeeval.plugin.turns import turns_of
from pytest_codeeval.scoring.code.calibration import Calibration
from pytest_codeeval.scoring.conversation import reply_of

if TYPE_CHECKING:
    from pytest_codeeval.generation.service import Completions

WORKER: pytest.StashKey[Worker] = pytest.StashKey()
_NO_DATASET = "no --dataset was given: --dataset FILE.jsonl, --dataset DIR or --dataset OWNER/NAME"


class Worker:
    """Plays the worker's part in a pytest process."""

    def __init__(
        self,
        config: pytest.Config,
        settings: Settings,
        recorded: Recorded,
        service: Completions | None,
        announces: bool,
    ) -> None:
        self.settings = settings
        self._names = config.stash[NAMES]
        self._metrics = metrics_from(config)
        self._recorded = recorded
        self._service = service
        self._announces = announces
        # With -x a run may end at its first failure: what comes after that is then not asked ahead of time.
        self._prefetches = announces and not config.getoption("maxfail", 0)
        self._refused = False
        self._plan = Plan(settings.shard)
        self._unusable = False  # a suite, in the way that it is asked for
        self._suites: dict[str, LoadedSuite] = {}
        self._rivals = Rivals()
        self.lacks: dict[str, str] = {}  # by suite, what it is left out for
        choice = SandboxChoice(settings.sandbox, settings.allow_packages, settings.cache, settings.cache)
        self.runners = Runners(config.hook, choice)
        self._process = os.getpid()
        self._run: str = getattr(config, "workerinput", {}).get("testrunuid", "")
        self.fuzzing = Fuzzing(settings, self.runners, self._run)
        self.kept = KeptVerdicts(settings)
        config.stash[WORKER] = self

    def complete(self, requests: Sequence[CompletionRequest]) -> list[Completion]:
        """Return the answers to requests, waiting for them; see Completions."""
        if self._service is None:
            raise BackendError("this run only collects, so nothing is asked")
        if os.getpid() != self._process:
            raise BackendError(
                "a model cannot be asked from a process that was forked for one item, as pytest-forked does; run "
                "suites without --forked"
            )
        return self._service.complete(requests)

    def converse(self, case: Case) -> list[tuple[Completion, ...]]:
        """Return the answers of all turns, sample by sample, those between which tools were called among them."""
        if not self.settings.generates and not self.settings.checks:
            return self.kept.turns(case)
        # A turn that follows a score is none of a run that does not score.
        reply = reply_of(case.scorer, case.problem, self.tools(case)) if self.settings.checks else None
        return turns_of(case, self.complete, self.settings.thinking_marks, reply)

    def tools(self, case: Case) -> ItemTools:
        """Return what the scorer of a case may use."""
        loaded = self._suites.get(case.suite.name)
        limit = ((loaded and loaded.calibration) or Calibration(case.suite)).limit_of(case.problem)
        own = self.settings.judges
        judges = own if case.scorer.may_judge else judges_for(self.settings.models, own)
        return ItemTools(self, judges, case.suite_name, limit, case.problem, *self._rivals.of(case, self.settings))

    @pytest.hookimpl
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make one item a model and problem of the suite that the test is marked with."""
        suite = suite_of(metafunc.definition)
        if suite is None:
            return
        try:
            params = self._params(suite)
        except UsageError as error:
            self._unusable = True
            raise pytest.Collector.CollectError(printable(self._names.in_text(f"{USAGE}{error}"))) from None
        metafunc.parametrize(CASE, params, indirect=True)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
    ) -> Generator[None]:
        """Have other plugins leave our items alone; refuse a threshold that what they have left cannot be judged by."""
        leave_alone(filter(is_suite_item, items), config)
        yield
        # pytest-xdist goes on after an error of collection, but for one that the controller ends the run for.
        broken = self._unusable if hasattr(config, "workerinput") else session.testsfailed
        # And so it stays where this raises, or nothing will be run: the end of collection is told all the same.
        self._refused = True
        if not broken or config.getoption("continue_on_collection_errors"):
            self._refused = refused(config, self.settings, items, list(self._suites.values()))
        self._plan.take(items, config)

    @pytest.hookimpl
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """See that the suites can be believed, and tell the service what is going to be asked."""
        if hasattr(session.config, "workerinput"):  # its process ends with it
            gc.freeze()  # what all items need is not looked through for garbage again and again, at the end above all
        if self._service is None or self._refused:
            return
        if not (cases := cases_of(session.items)) and not self._plan:
            return
        self._make_ready(cases)
        self.kept.learn(session)
        judging = [one for one in cases if one.scorer.judged or (self.settings.judges and one.scorer.may_judge)]
        judged = {case.suite_name for case in judging if self.settings.checks}
        datasets = [self._announced(loaded, judged) for loaded in self._suites.values()]
        ahead = self._prefetches and self.settings.generates
        asked = (case.requests for case in cases if ahead and not case.spec.scripted)
        with suppress(CodeEvalError):  # each item meets it too, and says it
            self._service.announce(datasets, list(chain.from_iterable(asked)))

    @pytest.hookimpl
    def pytest_unconfigure(self) -> None:
        """End what the runners keep running between solutions."""
        self.runners.close()

    def _announced(self, loaded: LoadedSuite, judged: Collection[str]) -> dict[str, Any]:
        """Return what the controller is told of a suite; `recorded` are the recorded ids that are of its problems."""
        recorded = {label: recorded_tasks(loaded, counts).matched for label, counts in self._recorded.items()}
        plan = {"plan": self._plan.of_suite(loaded)} if self._announces else {}
        by = self.kept.by(loaded.name)
        return {**loaded.to_json(), "recorded": recorded, "judged": loaded.name in judged, "by": by, **plan}

    def _make_ready(self, cases: Sequence[Case]) -> None:
        if not self.settings.checks or (self.settings.self_test == "off" and not self.settings.calibrate):
            return
        for name, loaded in [(name, one) for name, one in self._suites.items() if one.self_test is None]:
            selected = {case.problem.task_id for case in cases if case.suite_name == loaded.name}
            if not loaded.is_code:
                if selected and self._announces:  # it is quick, and only what is announced is told on
                    self._suites[name] = answer_tested(loaded, self.runners.of, selected, self.settings)
                continue
            runners = self.runners.among(gradable_languages(loaded))
            if selected and runners:
                self._suites[name] = prepared(loaded, runners, selected, self.settings, self._run)
            elif selected and self.settings.self_test == "full":
                self._suites[name] = replace(loaded, self_test=untried(loaded))

    def _params(self, suite: Suite) -> list[Any]:
        if suite.name == "dataset" and not self.settings.dataset:
            return [self._left_out(suite.name, _NO_DATASET)]
        if reason := self._lacking([suite.language] if suite.scorer is None else []):
            return [self._left_out(suite.name, reason)]
        settings = self.settings.on(suite.name)
        suite = as_asked(suite, settings)
        demand_known(suite, self._metrics)
        loaded = self._suites.get(suite.name)
        if loaded is None:
            try:
                loaded = self._suites[suite.name] = load_suite(suite, settings)
            except DataAbsent as error:
                return [self._left_out(suite.name, str(error))]
        elif loaded.suite != suite:
            raise UsageError(f"two suites are named {suite.name!r}; give one of them another name.")
        cases, missing = self._rivals.make_cases(loaded, settings, self._recorded)
        tools = {case.spec.label: case.tools for case in cases if case.tools}
        loaded = self._suites[suite.name] = replace(loaded, tools=tools)
        languages = {case.problem.language for case in cases if case.problem.test}
        if reason := self._lacking(languages):
            return [self._left_out(loaded.name, reason)]
        if not self.runners.lacking(languages):
            loaded = self._suites[suite.name] = self._gradable(loaded, languages)
        params = [
            self._left_out(loaded.name, reason, case.id)
            if (reason := wanting(case, self.settings, self.runners, self.kept))
            else pytest.param(case, id=case.id)
            for case in cases
        ]
        skipped = [skipped_param(reason, task_id) for task_id, reason in loaded.dataset.skipped.items()]
        return params + skipped + [skipped_param(reason) for reason in missing]

    def _gradable(self, loaded: LoadedSuite, languages: Collection[str]) -> LoadedSuite:
        """Return a suite whose tests are fit to judge by; what is not is refused or warned of."""
        for language in languages:
            self.runners.of(language)
        demand_judged(loaded, self.runners.of)
        if loaded.dataset.strict and self._service is not None and self.settings.checks:
            loaded = sound(loaded, self.runners, self.settings, self._run)
        warn_of_weak_tests(loaded, self.runners.of)
        return loaded

    def _lacking(self, languages: Collection[str]) -> str:
        """Return what this machine lacks to check languages, in words; nothing where none is checked here."""
        return self.runners.lacking(languages) if self.settings.checks else ""

    def _left_out(self, suite: str, reason: str, name: str = "none") -> Any:
        """Return what is skipped for want of something that the user may bring."""
        self.lacks.setdefault(suite, reason)
        return skipped_param(reason, name)
