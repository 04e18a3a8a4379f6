"""With the plugins that users have most: their tests run as before, unused and used, and verdicts are the same.

`python3 dev.py guests` has them all in an environment of their own, where none loads by itself, and tries each.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

ROWS = """{"task_id": "right", "prompt": "do f", "entry_point": "f", "test": "def check(c): assert c(1) == 2"}
{"task_id": "wrong", "prompt": "do f", "entry_point": "f", "test": "def check(c): assert c(1) == 3"}
"""
ANSWERS = """{"task_id": "right", "response": "def f(x):\\n    return x + 1"}
{"task_id": "wrong", "response": "def f(x):\\n    return x + 1"}
"""
SUITE = """
import pytest
from pytest_codeeval import benchmarks

@pytest.mark.suite(benchmarks.DATASET)
def test_rows(check, solutions):
    result = check(solutions)
    assert result.passed == (result.task_id == "right"), result.explanation
"""
CAUSES = {"right": "passed", "wrong": "wrong_answer"}
INI = "[pytest]\ncodeeval_dataset = rows.jsonl\ncodeeval_self_test = off\n"
USED = ["--codeeval-model=replay:answers.jsonl"]
TWICE = "N = []\ndef test_twice():\n    N.append(1)\n    assert len(N) > 1\n"
UNLIKE = "import pytest, socket\ndef test_no_network():\n    with pytest.raises(Exception):\n        socket.socket()\n"

# What each is given, and a test that has need of it.
GUESTS = {
    "pytest-xdist": ([], ""),
    "pytest-html": (["--html=report.html"], ""),
    "pytest-metadata": (["--metadata", "a", "b"], "def test_metadata(metadata): assert metadata['a'] == 'b'"),
    "pytest-cov": (["--cov=."], "def test_cov(cov): assert cov"),
    "hypothesis": ([], "from hypothesis import given, strategies\n@given(strategies.none())\ndef test(x): pass"),
    "anyio": ([], "import pytest\n@pytest.mark.anyio\nasync def test(anyio_backend): pass"),
    "flaky": (["--force-flaky", "--max-runs=2"], TWICE),
    "pytest-asyncio": (["--asyncio-mode=auto", "-oasyncio_default_fixture_loop_scope=function"], "async def test(): 1"),
    "pytest-base-url": (["--base-url=http://x"], "def test(base_url): assert base_url == 'http://x'"),
    "pytest-bdd": ([], ""),
    "pytest-benchmark": (["--benchmark-disable"], "def test(benchmark): benchmark(int)"),
    "pytest-django": ([], ""),
    "pytest-env": (["-oenv=GUEST=x"], "import os\ndef test(): assert os.environ['GUEST'] == 'x'"),
    "pytest-httpx": ([], "def test(httpx_mock): assert httpx_mock"),
    "pytest-json-report": (["--json-report"], ""),
    "pytest-mock": ([], "def test(mocker): assert mocker.patch('os.getcwd', return_value='x')"),
    "pytest-order": ([], "import pytest\n@pytest.mark.order(1)\ndef test(): pass"),
    "pytest-playwright": (["--browser=firefox"], ""),
    "pytest-randomly": (["-p", "no:cacheprovider"], ""),
    "pytest-repeat": (["--count=2"], ""),
    "pytest-rerunfailures": (["--reruns=1"], TWICE),
    "pytest-retry": (["--retries=1"], TWICE),
    "pytest-socket": (["--disable-socket"], UNLIKE),
    "pytest-split": (["--splits=1", "--group=1"], ""),
    "pytest-subtests": ([], "def test(subtests):\n    with subtests.test('a'): pass"),
    "pytest-sugar": ([], ""),
    "pytest-timeout": (["--timeout=60"], "import pytest\n@pytest.mark.timeout(30)\ndef test(): pass"),
    "syrupy": (["--snapshot-update"], "def test(snapshot): assert 1 == snapshot"),
}
# Those that others stand on.
NEEDS = {"pytest-html": ["pytest-metadata"], "pytest-playwright": ["pytest-base-url"]}
# Those that meddle with processes, time, sockets or the order of items are tried over workers too.
SPREAD = {"pytest-xdist", "pytest-cov", "pytest-randomly", "pytest-rerunfailures", "pytest-socket", "pytest-timeout"}
# pytest's own, left out.
WITHOUT = ["terminal", "capture", "cacheprovider logging warnings faulthandler threadexception unraisableexception"]


def entry_points(distribution: str) -> list[str]:
    """Return what loads a plugin where none is loaded by itself; without it the test is skipped."""
    try:
        points = metadata.distribution(distribution).entry_points.select(group="pytest11")
    except metadata.PackageNotFoundError:
        pytest.skip(f"{distribution} is not installed: python3 dev.py guests")
    return [option for point in points for option in ("-p", point.name)]


@pytest.fixture
def project(tmp_path: Path, cache_folder: Path):
    """A user's project with a suite beside its own tests; returns how pytest ends in it, with its output."""
    (tmp_path / "pytest.ini").write_text(INI)
    (tmp_path / "rows.jsonl").write_text(ROWS)
    (tmp_path / "answers.jsonl").write_text(ANSWERS)
    (tmp_path / "test_rows.py").write_text(SUITE)
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "CODEEVAL_CACHE": str(cache_folder)}
    for name in [name for name in environment if name.startswith(("PYTEST_XDIST", "PYTEST_ADDOPTS", "COV_"))]:
        del environment[name]

    def project(*arguments: str) -> None:
        command = [sys.executable, "-m", "pytest", "-p", "codeeval", *arguments]
        result = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240, check=False
        )
        assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"

    return project


def causes(folder: Path) -> dict[str, str]:
    """Return what came of each row."""
    lines = (folder / "results" / "replay-answers" / "samples.jsonl").read_text().splitlines()
    return {row["task_id"]: row["cause"] for row in map(json.loads, lines)}


@pytest.mark.skipif("PYTEST_DISABLE_PLUGIN_AUTOLOAD" not in os.environ, reason="python3 dev.py guests tries each")
@pytest.mark.parametrize("guest", GUESTS)
def test_a_plugin_and_this_one_leave_each_other_alone(project, tmp_path, guest):
    options, test = GUESTS[guest]
    (tmp_path / "test_own.py").write_text(f"def test_own(): pass\n{test}\n")
    loaded = [option for name in [guest, *NEEDS.get(guest, [])] for option in entry_points(name)]
    project(*loaded, *options, "test_own.py")
    for workers in [[], ["-n2", "-p", "xdist"]] if guest in SPREAD else [[]]:
        project(*loaded, *options, *USED, *workers)
        assert causes(tmp_path) == CAUSES
        shutil.rmtree(tmp_path / "results")


@pytest.mark.parametrize("names", WITHOUT)
def test_parts_of_pytest_may_be_left_out(project, tmp_path, names):
    project(*(f"-pno:{name}" for name in names.split()), *USED)
    assert causes(tmp_path) == CAUSES
