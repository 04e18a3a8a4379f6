from __future__ import annotations

import os
import signal
import sys
import tempfile
import time

import pytest

from tests.execution.sandbox.supervised import LIMITS, LONG
from tests.execution.sandbox.supervision import USERS, outside, supervise

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Landlock is Linux's")


@pytest.fixture(scope="module", params=USERS)
def user(request):
    return request.param


@pytest.fixture(scope="module")
def results(user):
    jobs = ["look", "ordinary", "litter", "look", "daemon", "fail", "limits", "spin", "escape"]
    with outside(user) as world, tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        found = supervise("landlock", jobs, user, world, folder=folder)
        assert os.listdir(folder) == [], "the scratch folder is removed at the end"
        return found


def by_name(results, name):
    return [result for result in results if result["job"] == name]


def test_nothing_gets_out(results):
    assert by_name(results, "escape")[0]["value"] == []


def test_right_solutions_work(results):
    assert by_name(results, "ordinary")[0]["value"] == []


def test_each_solution_finds_an_empty_folder(results):
    assert [result["value"]["files"] for result in by_name(results, "look")] == [[], []]


def test_no_process_outlives_the_sweep(results):
    assert all(result["gone"] for result in results)


def test_the_end_of_each_process_is_told(results):
    assert {result["job"]: result["code"] for result in results if result["code"]} == {
        "fail": 7,
        "spin": -signal.SIGKILL,
    }


def test_limits_are_set(results):
    assert by_name(results, "limits")[0]["value"] == [LIMITS.memory, LIMITS.file_size, 0]


def test_older_kernels_are_as_safe():
    """They know fewer rules, and the filter and the search for descendants stand in for these."""
    jobs = ["ordinary", "litter", "look", "daemon", "escape"]
    with outside("this user") as world:
        _, _, look, _, escape = results = supervise("landlock", jobs, world=world, abi=1)
    assert escape["value"] == []
    assert look["value"]["files"] == []
    assert all(result["gone"] for result in results)
    assert [failed.split(":")[0] for failed in results[0]["value"]] == ["kill a child"], "the price of no signal scope"


def test_without_a_tier_the_canary_gets_out():
    """Else it would prove nothing that it does not elsewhere."""
    with outside("this user") as world:
        escape, daemon = supervise("plain", ["escape", "daemon"], world=world)
    assert {"read a file", "write a file", "connect", "connect to a UNIX socket", "signal a process"} <= {
        *escape["value"]
    }
    assert daemon["gone"]


@pytest.mark.parametrize("tier", ["landlock", "plain"])
def test_a_supervisor_that_ends_amid_a_run_leaves_nothing(tier, tmp_path):
    """Whoever is left would hold the standard output of the supervisor open, and be waited for."""
    start = time.monotonic()
    assert supervise(tier, [], folder=str(tmp_path), close_amid_a_run=True) == []
    assert time.monotonic() - start < LONG / 2
    assert list(tmp_path.iterdir()) == []
