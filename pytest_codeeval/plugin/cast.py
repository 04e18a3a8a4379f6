"""Casts the roles of a process: the controller asks and reports, a worker generates items and checks them.

With pytest-xdist they are different processes, joined by the wire; without it one process plays both.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pytest_codeeval.core.errors import CodeEvalError
from pytest_codeeval.execution.sandbox.choice import SandboxChoice, TierReport
from pytest_codeeval.generation.wireclient import WireClient
from pytest_codeeval.plugin.names import NAMES
from pytest_codeeval.plugin.options import read_settings
from pytest_codeeval.plugin.settings import Settings

if TYPE_CHECKING:
    from pytest_codeeval.generation.service import Completions
    from pytest_codeeval.plugin.case import Recorded


def cast(config: pytest.Config) -> None:
    """Register the roles that this process plays.

    Raises pytest.UsageError (exit code 4) for a run that cannot be.
    """
    if hasattr(config, "workerinput"):
        _cast_worker(config, json.loads(config.workerinput["codeeval"]))
    else:
        _cast_controller(config)


def _cast_controller(config: pytest.Config) -> None:
    # Here, as a worker has no use for them, and there may be many workers.
    from pytest_codeeval.plugin.controller import Controller, make_backends
    from pytest_codeeval.plugin.run import Run, recorded_by

    try:
        outside = tuple(name for names in config.hook.pytest_codeeval_backends() for name in names)
        settings = read_settings(config, outside)
        backends = make_backends(config, settings)
        run = None
        if not config.getoption("collectonly"):
            isolation = _isolation(settings)
            # Workers take the very tier that the head of the run names, and do not choose again.
            settings = replace(settings, sandbox=isolation.name)
            run = Run(settings, backends, isolation)
    except CodeEvalError as error:
        raise pytest.UsageError(config.stash[NAMES].in_text(str(error))) from None
    recorded = recorded_by(backends)
    if run is not None:
        config.pluginmanager.register(Controller(config, settings, run, recorded), "codeeval-controller")
    if not _distributed(config):
        _register_worker(config, settings, recorded, run.service if run else None, announces=True)


def _cast_worker(config: pytest.Config, message: dict) -> None:  # type: ignore[type-arg]
    settings = Settings.from_json(message["settings"])
    client = WireClient(message["address"])
    first = config.workerinput["workerid"] == "gw0"  # type: ignore[attr-defined]
    _register_worker(config, settings, message["recorded"], client, announces=first)


def _isolation(settings: Settings) -> TierReport:
    """Find out which tier of the sandbox this machine gives, before a model is asked.

    Raises UsageError where it does not give the one that was asked for.
    """
    from pytest_codeeval.execution.sandbox.probe import probe

    return probe(SandboxChoice(settings.sandbox, settings.allow_packages))


def _register_worker(
    config: pytest.Config, settings: Settings, recorded: Recorded, service: Completions | None, *, announces: bool
) -> None:
    # Here, as a controller whose items run elsewhere has no use for them.
    from pytest_codeeval.plugin import fixtures
    from pytest_codeeval.plugin.worker import Worker

    worker = Worker(config, settings, recorded, service, announces)
    config.pluginmanager.register(worker, "codeeval-worker")
    config.pluginmanager.register(fixtures, "codeeval-fixtures")


def _distributed(config: pytest.Config) -> bool:
    """Whether pytest-xdist runs the items elsewhere, by the rule of xdist itself."""
    return config.getoption("dist", "no") != "no" and not config.getoption("collectonly")
