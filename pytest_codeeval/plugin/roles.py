"""Casts the roles of a process: the controller asks and reports, a worker generates items and checks them.

With pytest-xdist they are different processes, joined by the wire; without it one process plays both.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pytest_codeeval.core.errors import CodeEvalError, UsageError
from pytest_codeeval.core.text import encodable
from pytest_codeeval.execution.sandbox.choice import SandboxChoice, TierReport
from pytest_codeeval.generation.wireclient import WireClient
from pytest_codeeval.plugin.interrupts import Interrupts
from pytest_codeeval.plugin.names import NAMES
from pytest_codeeval.plugin.options import read_settings
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.plugin.stageoptions import FAULTS, prompts_from

NO_ISOLATION = TierReport("not used", False)
"""Stands for that of a run in which no program is run."""

if TYPE_CHECKING:
    from pytest_codeeval.generation.service import Completions
    from pytest_codeeval.plugin.case import Recorded
    from pytest_codeeval.plugin.console import Console
    from pytest_codeeval.plugin.controller import Controller
    from pytest_codeeval.plugin.run import Run
    from pytest_codeeval.plugin.worker import Worker


def assign_roles(config: pytest.Config) -> None:
    """Register the roles that this process plays.

    Raises pytest.UsageError (exit code 4) for a run that cannot be.
    """
    if hasattr(config, "workerinput"):
        _cast_worker(config, json.loads(config.workerinput["codeeval"]))
    else:
        _cast_controller(config)


def _cast_controller(config: pytest.Config) -> None:
    # Here, as a worker has no use for them, and there may be many workers.
    from pytest_codeeval.plugin.backends import make_backends
    from pytest_codeeval.plugin.controller import Controller
    from pytest_codeeval.plugin.metrics import metrics_from
    from pytest_codeeval.plugin.openrun import open_run, recorded_by
    from pytest_codeeval.plugin.suitefiles import demand_here
    from pytest_codeeval.plugin.writers import writers

    try:
        demand_here(config.args, config.invocation_params.dir)
        outside = tuple(name for names in config.hook.pytest_codeeval_backends() for name in names)
        settings = read_settings(config, outside)
        prompts = prompts_from({"show_prompts": config.getoption("codeeval_show_prompts")})
        if prompts or config.getoption("codeeval_plan"):
            _cast_rehearsal(config, settings, prompts)
            return
        if _distributed(config):
            _demand_utf8([*sys.argv, *map(str, config.invocation_params.args), str(config.rootpath)])
        at_end = writers(config) if settings.shows else {}
        backends = make_backends(config, settings)
        run = None
        if not config.getoption("collectonly"):
            config.pluginmanager.register(Interrupts(config), "codeeval-interrupts")
            isolation = _isolation(settings) if settings.checks else NO_ISOLATION
            # Workers take the very tier that the head of the run names, and do not choose again.
            settings = replace(settings, sandbox=isolation.name if settings.checks else settings.sandbox)
            run = open_run(settings, backends, isolation, metrics_from(config))
    except CodeEvalError as error:
        raise pytest.UsageError(config.stash[NAMES].in_text(str(error))) from None
    except OSError as error:
        raise pytest.UsageError(f"the run cannot begin: {error}") from None
    recorded = recorded_by(backends)
    if run is not None:
        _register_controller(config, settings, run, Controller(config, settings, run, recorded))
        for name, writer in at_end.items():
            writer.folders = run.folders
            config.pluginmanager.register(writer, name)
    if not _distributed(config):
        _register_worker(config, settings, recorded, run.service if run else None, announces=True)


def _register_controller(config: pytest.Config, settings: Settings, run: Run, controller: Controller) -> None:
    config.pluginmanager.register(controller, "codeeval-controller")
    if config.get_verbosity() >= 0:
        _speak(config, controller.console, settings, run)
    if _distributed(config):
        from pytest_codeeval.plugin.crashes import Crashes
        from pytest_codeeval.plugin.workforce import fit

        controller.head = fit(config, settings)
        crashes = Crashes({spec.label for spec in settings.models}, controller.lose)
        config.pluginmanager.register(crashes, "codeeval-crashes")


def _cast_rehearsal(config: pytest.Config, settings: Settings, prompts: int) -> None:
    """Register what plays a run without asking or running anything, in this process alone."""
    from pytest_codeeval.plugin.openrun import recorded_by
    from pytest_codeeval.plugin.rehearsal.preparing import prepare
    from pytest_codeeval.plugin.rehearsal.rehearsal import Rehearsal

    for name, alone in (("dist", "no"), ("tx", []), ("numprocesses", None)):  # before pytest-xdist looks at them
        if hasattr(config.option, name):
            setattr(config.option, name, alone)
    plan = config.getoption("codeeval_plan")
    prepared = prepare(config, settings, whole=bool(plan), reach=plan != FAULTS)
    # Without its recording nothing is known of what a recorded model is asked.
    models = tuple(spec for spec in settings.models if not spec.scripted or spec.label in prepared.backends)
    settings = replace(settings, models=models)
    worker = _register_worker(config, settings, recorded_by(prepared.backends), None, announces=True)
    rehearsal = Rehearsal(config, settings, worker, prepared, plan=plan, prompts=prompts)
    config.pluginmanager.register(rehearsal, "codeeval-rehearsal")


def _speak(config: pytest.Config, console: Console, settings: Settings, run: Run) -> None:
    """Have it said how far the run is."""
    from pytest_codeeval.plugin.live import Live
    from pytest_codeeval.plugin.progress import Progress

    progress = Progress([spec.label for spec in settings.models], lambda: run.service.traffic)
    config.pluginmanager.register(Live(config, console, progress), "codeeval-live")


def _cast_worker(config: pytest.Config, message: dict) -> None:  # type: ignore[type-arg]
    settings = Settings.from_json(message["settings"])
    config.stash[NAMES].written.update(message["names"])
    client = WireClient(message["address"])
    first = config.workerinput["workerid"] == "gw0"  # type: ignore[attr-defined]
    _register_worker(config, settings, message["recorded"], client, announces=first)
    config.pluginmanager.register(Interrupts(config, in_worker=True), "codeeval-interrupts")


def _demand_utf8(texts: Sequence[str]) -> None:
    """See that pytest-xdist can tell its workers what this process was told.

    Raises UsageError where it cannot.
    """
    for text in texts:
        if text != encodable(text):
            raise UsageError(
                f"pytest-xdist takes no name that is not UTF-8 ({text!a}); set PYTHONUTF8=1 if it is the locale "
                "that says otherwise, or run with -n 0."
            )


def _isolation(settings: Settings) -> TierReport:
    """Find out which tier of the sandbox this machine gives, before a model is asked.

    Raises UsageError where it does not give the one that was asked for.
    """
    from pytest_codeeval.execution.sandbox.probe import probe

    return probe(SandboxChoice(settings.sandbox, settings.allow_packages))


def _register_worker(
    config: pytest.Config, settings: Settings, recorded: Recorded, service: Completions | None, *, announces: bool
) -> Worker:
    # Here, as a controller whose items run elsewhere has no use for them.
    from pytest_codeeval.plugin import fixtures
    from pytest_codeeval.plugin.itemreport import ItemReports
    from pytest_codeeval.plugin.worker import Worker

    worker = Worker(config, settings, recorded, service, announces)
    config.pluginmanager.register(worker, "codeeval-worker")
    config.pluginmanager.register(ItemReports(), "codeeval-item-reports")
    if not settings.shows:
        from pytest_codeeval.plugin.askonly import AskOnly  # for one stage only

        config.pluginmanager.register(AskOnly(), "codeeval-ask-only")
    config.pluginmanager.register(fixtures, "codeeval-fixtures")
    return worker


def _distributed(config: pytest.Config) -> bool:
    """Whether pytest-xdist runs the items elsewhere, by the rule of xdist itself."""
    return config.getoption("dist", "no") != "no" and not config.getoption("collectonly")
