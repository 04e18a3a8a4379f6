"""The pytest plugin: idle and free of cost without `--model`, else it casts this process as controller or worker."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from pytest_codeeval.plugin.options import add_options
from pytest_codeeval.plugin.suitefiles import suite_module

USAGE = "codeeval: "
"""How a collection error that is the user's to mend begins."""

REFUSAL = "codeeval refuses: "
"""How a worker's message begins that the whole run cannot be."""

MARKER = "suite(SUITE): the benchmark whose problems the test is run for, one item per model and problem"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    add_options(parser)


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
    if not config.getoption("codeeval_models"):
        if gates := config.getoption("codeeval_fail_under"):
            message = f"--fail-under={gates[0]} needs a model to judge; name one with --model, such as --model=demo."
            raise pytest.UsageError(message)
        config.pluginmanager.register(_Idle(), "codeeval-idle")
        return
    from pytest_codeeval.plugin.cast import cast

    cast(config)


class _Idle:
    """Stands in for the plugin where no model was named: a suite is one skipped item that says so."""

    @pytest.hookimpl
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if metafunc.definition.get_closest_marker("suite") is not None:
            names = [name for name in inspect.signature(metafunc.function).parameters if name != "request"]
            reason = "no --model was given: try --model=demo, or --model=reference"
            skipped = pytest.param(*[None] * len(names), marks=pytest.mark.skip(reason=reason), id="no-model")
            metafunc.parametrize(names, [skipped])
