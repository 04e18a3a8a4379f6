"""Whole runs of the plugin, as a user starts them."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import pytest_codeeval
from pytest_codeeval.execution.sandbox import probe

SUITES = Path(pytest_codeeval.__file__).parent / "suites"

# What a run in a test's own process was the first to load goes with it, and the next would meet two copies of a class.
for _module in pkgutil.walk_packages(pytest_codeeval.__path__, "pytest_codeeval."):
    if not re.search(r"\.(suites|grading|__main__)\b", _module.name):
        importlib.import_module(_module.name)
# So do large packages, which take a quarter of a second of each such run.
for _name in ("numpy", "pyarrow.parquet", "aiohttp", "netrc"):
    with suppress(ModuleNotFoundError):
        importlib.import_module(_name)

Run = Callable[..., pytest.RunResult]

_PROBE, _PROBED = probe.probe, cache(probe.probe)

# A shell that starts the tests in the background has them, and all that they start, ignore SIGINT.
_PYTEST = """
import signal, sys, pytest
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
for number in map(int, filter(None, sys.argv.pop(1).split())):
    signal.signal(number, signal.SIG_IGN)
sys.exit(pytest.main(sys.argv[1:]))
"""


@pytest.fixture(scope="session")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all of these runs, so that each suite is tested and measured once."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "codeeval-cache"


@pytest.fixture
def suite_folder(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, cache_folder: Path) -> Path:
    """A folder with the project's own suite files, and nothing else."""
    monkeypatch.setenv("CODEEVAL_CACHE", str(cache_folder))
    # Plugins of the development environment that a run has no use for, and that take a second to load.
    pytester.makeini("[pytest]\naddopts = -p no:cacheprovider -p no:hypothesispytest -p no:anyio -p no:pytest_cov")
    for file in SUITES.glob("test_*.py"):
        (pytester.path / file.name).write_text(file.read_text())
    return pytester.path


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, suite_folder: Path) -> Run:
    """Run pytest on suite files; the outcome stands under `results/`.

    In a process of its own, which costs two seconds, but where `here` says that nothing of the run depends on that: it
    brings no plugin of its own, nothing ends its process, and its summary and files are all that is looked at.
    """

    def run(
        *arguments: str, suite: str = "starter", environment: dict[str, str] | None = None, here: bool = False
    ) -> pytest.RunResult:
        for name, value in (environment or {}).items():
            monkeypatch.setenv(name, value)
        files = [] if suite == "all" else [f"test_{name}.py" for name in suite.split()]
        if here:
            # What isolation this machine gives is found out once for all of them, and anew in each process of its own.
            with pytest.MonkeyPatch.context() as patched:
                if probe.probe is _PROBE:
                    patched.setattr(probe, "probe", _PROBED)
                return pytester.runpytest_inprocess(*files, *arguments)
        return pytester.runpytest_subprocess(*files, *arguments, timeout=240)

    return run


@pytest.fixture
def samples(suite_folder: Path) -> Callable[..., list[dict[str, Any]]]:
    """Read back the samples of a run."""

    def samples(model: str = "demo") -> list[dict[str, Any]]:
        lines = (suite_folder / "results" / model / "samples.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]

    return samples


@pytest.fixture
def started(suite_folder: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start pytest without waiting for it; what still runs at the end of the test is ended."""
    processes = []

    def started(
        *arguments: str, environment: dict[str, str] | None = None, own_group: bool = False, ignored: int | str = ""
    ) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", _PYTEST, str(int(ignored)) if ignored else "", *arguments],
            cwd=suite_folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0 if own_group else None,
            env={**os.environ, **(environment or {})},
        )
        processes.append(process)
        return process

    yield started
    for process in processes:
        process.kill()
        process.communicate()
