"""Shared by the unit tests: hypothesis without a deadline, and the folder of benchmark data."""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.probe import probe

os.environ.pop("GITHUB_STEP_SUMMARY", None)  # the page of a job is not for the runs that tests make
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # each of these runs would compile pytest's and our modules anew

# litellm imports this, which then finds distributions in the standard library's place. Imported within a run in the
# process of a test it would go when that run ends, and leave a process that finds no plugin.
with suppress(ModuleNotFoundError):
    import importlib_metadata  # noqa: F401

# pytest reads this file too where a suite's path is not there, and to run a suite needs no tools of development.
try:
    from hypothesis import settings
except ModuleNotFoundError:

    def pytest_collectstart() -> None:
        raise pytest.UsageError(
            "these are the tests of pytest-codeeval itself, which need its extra `dev`: python3 dev.py test; to "
            "evaluate a model name a suite, as in pytest suites/test_starter.py --model=demo"
        )
else:
    # A busy machine is no failure, and a tenth of the usual number of examples is what all of them have time for.
    settings.register_profile("codeeval", deadline=None, max_examples=10)
    settings.load_profile("codeeval")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("slow"):
        faulthandler.cancel_dump_traceback_later()  # it takes minutes, and has limits of its own


@pytest.fixture
def data() -> Path:
    """The folder that CODEEVAL_DATA names; without it the test is skipped."""
    folder = os.environ.get("CODEEVAL_DATA")
    if not folder:
        pytest.skip("CODEEVAL_DATA is not set: it names the folder of benchmark data")
    return Path(folder)


@pytest.fixture(scope="session")
def runner() -> Iterator[PythonRunner]:
    """A runner in the strongest sandbox that this machine gives; where it gives none the test is skipped."""
    try:
        tier = probe(SandboxChoice()).name
    except UsageError as error:
        pytest.skip(str(error))
    runner = PythonRunner(SandboxChoice(tier))
    yield runner
    runner.close()
