from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.execution.sandbox.supervised import LIMITS
from tests.execution.sandbox.supervision import USERS, mounts, outside, supervise

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's")


@pytest.fixture(scope="module", params=USERS)
def user(request):
    return request.param


@pytest.fixture(scope="module")
def results(user):
    jobs = ["look", "ordinary", "pool", "litter", "look", "daemon", "fail", "limits", "spin", "escape"]
    with outside(user) as world:
        world |= {"processes": LIMITS.processes, "scratch": LIMITS.scratch}
        return supervise("namespaces", jobs, user, world)


def by_name(results, name):
    return [result for result in results if result["job"] == name]


def test_nothing_gets_out(results):
    assert by_name(results, "escape")[0]["value"] == []


def test_right_solutions_work(results):
    assert by_name(results, "ordinary")[0]["value"] == []
    assert by_name(results, "pool")[0]["value"] == [1, 2]


def test_each_solution_finds_empty_folders(results):
    assert [result["value"] for result in by_name(results, "look")] == [{"files": [], "shm": []}] * 2


def test_no_process_outlives_the_sweep(results):
    assert all(result["gone"] for result in results)


def test_the_end_of_each_process_is_told(results):
    assert {result["job"]: result["code"] for result in results if result["code"]} == {
        "fail": 7,
        "spin": -signal.SIGKILL,
    }


def test_limits_are_set(results):
    assert by_name(results, "limits")[0]["value"] == [LIMITS.memory, LIMITS.file_size, 0]


def test_processes_of_its_own_are_shown_to_who_needs_them(user):
    (result,) = supervise("namespaces", ["processes"], user)
    assert result["value"] == [1, True, False]


def test_ten_runs_leave_no_mount(user):
    before = mounts()
    supervise("namespaces", ["litter"] * 10, user)
    assert mounts() == before


def test_the_inside_dies_with_the_supervisor():
    """What holds the pipe is the supervisor, the one inside, and the solution."""
    reader, writer = os.pipe()
    script = (
        "import os, sys, time; sys.path.insert(0, sys.argv[1])\n"
        "from pytest_codeeval.execution.sandbox.limits import Limits\n"
        "from pytest_codeeval.execution.sandbox.interpreter import python_runtime\n"
        "from pytest_codeeval.execution.sandbox.tiers.namespaces import Namespaces\n"
        "tier = Namespaces(python_runtime(), Limits())\n"
        "tier.enter()\n"
        "if os.fork() == 0: tier.confine(); os.write(int(sys.argv[2]), b'x')\n"
        "time.sleep(20)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, os.getcwd(), str(writer)], pass_fds=[writer], stderr=subprocess.DEVNULL
    )
    os.close(writer)
    started = os.read(reader, 1)
    process.kill()
    process.wait()
    if not started:
        pytest.skip("no namespaces here")
    start = time.monotonic()
    assert os.read(reader, 1) == b""
    assert time.monotonic() - start < 2
    os.close(reader)
