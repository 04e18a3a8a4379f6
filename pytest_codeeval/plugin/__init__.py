"""The pytest plugin: idle and free of cost without `--model`, else it casts this process as controller or worker."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.plugin.fileoptions import take_in
from pytest_codeeval.plugin.inifile import settle
from pytest_codeeval.plugin.names import NAMES
from pytest_codeeval.plugin.options import add_options
from pytest_codeeval.plugin.suitefiles import suite_module

USAGE = "codeeval: "
"""How a collection error that is the user's to mend begins."""

REFUSAL = "codeeval refuses: "
"""How a worker's message begins that the whole run cannot be."""

_OF_MODELS = {
    "fail-under": "codeeval_fail_under",
    "stage": "codeeval_stage",
    "plan": "codeeval_plan",
    "show-prompts": "codeeval_show_prompts",
}
"""Options that say something of models, with where their values are."""

MARKER = "suite(SUITE): the benchmark whose problems the test is run for, one item per model and problem"


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare the options."""
    config: Any = pluginmanager.get_plugin("pytestconfig")
    config.stash[NAMES] = add_options(parser)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> Generator[None, object, object]:
    """Read short names as ours where nobody else has them, the conftests included that pytest loads meanwhile."""
    from pytest_codeeval.plugin.shortnames import see_conftests, spell_out

    names = early_config.stash[NAMES]
    see_conftests(early_config, args, names)
    result = yield
    spell_out(early_config, args, names)
    take_in(early_config, args, names)
    return result


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare the hooks that other plugins may implement."""
    from pytest_codeeval.plugin import hookspecs

    pluginmanager.add_hookspecs(hookspecs)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Name the items of the package's own suite files."""
    return suite_module(module_path, parent)


def pytest_configure(config: pytest.Config) -> None:
    """Cast the roles of this process: asking and reporting (controller), generating and checking items (worker)."""
    config.addinivalue_line("markers", MARKER)
    names = config.stash[NAMES]
    settle(config, names)
    told = getattr(config, "workerinput", None)  # by the controller of pytest-xdist
    refusal = "" if told is None else told.get(REFUSAL, "")
    try:
        if "codeeval" in told if told is not None else config.getoption("codeeval_models"):
            from pytest_codeeval.plugin.roles import assign_roles

            assign_roles(config)
            return
        if told is None:
            _demand_no_model(config)
    except pytest.UsageError as error:
        asked = {"model": "codeeval_models", **_OF_MODELS}
        if not all(names.is_from_ini(name) for name, dest in asked.items() if config.getoption(dest)):
            raise
        refusal = str(error)
    from pytest_codeeval.plugin.idle import Idle

    config.pluginmanager.register(Idle(config, refusal), "codeeval-idle")


def _demand_no_model(config: pytest.Config) -> None:
    """Raise UsageError if a run without a model was asked for what only one with a model can do."""
    for name, dest in _OF_MODELS.items():
        if given := config.getoption(dest):
            asked = (
                f"--fail-under={given[0]} needs a model to judge" if name == "fail-under" else f"--{name} needs a model"
            )
            message = f"{asked}; name one with --model, such as --model=demo."
            raise pytest.UsageError(config.stash[NAMES].in_text(message))
