"""The pytest plugin: idle and free of cost without `--model`, else it casts this process as controller or worker."""

from __future__ import annotations

import inspect
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.plugin.inifile import settle
from pytest_codeeval.plugin.names import NAMES, Names
from pytest_codeeval.plugin.options import add_options
from pytest_codeeval.plugin.suitefiles import suite_module

USAGE = "codeeval: "
"""How a collection error that is the user's to mend begins."""

REFUSAL = "codeeval refuses: "
"""How a worker's message begins that the whole run cannot be."""

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
    settle(config, config.stash[NAMES])
    if not config.getoption("codeeval_models"):
        if gates := config.getoption("codeeval_fail_under"):
            message = f"--fail-under={gates[0]} needs a model to judge; name one with --model, such as --model=demo."
            raise pytest.UsageError(config.stash[NAMES].in_text(message))
        config.pluginmanager.register(_Idle(config.stash[NAMES]), "codeeval-idle")
        return
    from pytest_codeeval.plugin.cast import cast

    cast(config)


class _Idle:
    """Stands in for the plugin where no model was named: a suite is one skipped item that says so."""

    def __init__(self, names: Names) -> None:
        model = names.of("model")
        self._reason = f"no {model} was given: try {model}=demo, or {model}=reference"
        self._header = names.header if model != "--model" else []

    @pytest.hookimpl
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if _is_suite(metafunc.definition):
            names = [name for name in inspect.signature(metafunc.function).parameters if name in metafunc.fixturenames]
            names = [name for name in names if name != "request"]
            skipped = pytest.param(*[None] * len(names), marks=pytest.mark.skip(reason=self._reason), id="no-model")
            metafunc.parametrize(names, [skipped])

    @pytest.hookimpl
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say which name the model's is, to whom a suite was skipped that may have given it by another's."""
        skipped = (str(report.longrepr) for report in terminalreporter.stats.get("skipped", ()))
        if self._header and any(self._reason in said for said in skipped):
            for line in self._header:
                terminalreporter.write_line(line)


def _is_suite(node: pytest.Item) -> bool:
    if node.get_closest_marker("suite") is None:
        return False
    from pytest_codeeval.plugin.suitemark import suite_of

    return suite_of(node) is not None
