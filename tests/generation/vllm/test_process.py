"""The watcher with real processes: whatever way a run ends, nothing is left."""

import os
import signal
import subprocess
import sys
import time
import uuid

import pytest

from pytest_codeeval.generation.backends.vllm.process import ServerProcess
from tests.servers.marked import MARK, all_gone, marked
from tests.servers.pretend_vllm import executable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture
def environment():
    return {**os.environ, MARK: uuid.uuid4().hex, "VLLM_API_KEY": "k"}


@pytest.fixture
def command(tmp_path):
    return [str(executable(tmp_path)), "serve", "m", "--host=127.0.0.1", "--port=0"]


def wait_for(what, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not what() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert what()


def ready(log):
    wait_for(lambda: log.exists() and b"loading m" in log.read_bytes())


@pytest.mark.parametrize("told", ["{}", '{"stubborn": 1}'], ids=["obedient", "stubborn"])
def test_a_server_that_is_stopped_leaves_no_child(tmp_path, environment, command, told, monkeypatch):
    monkeypatch.setattr("pytest_codeeval.generation.backends.vllm.process.GRACE_SECONDS", 0.5)
    log = tmp_path / "log"
    process = ServerProcess(command, {**environment, "PRETEND": told}, log)
    ready(log)
    assert process.exit_status is None
    assert len(marked(environment[MARK])) == 3  # watcher, server, child
    process.stop()
    wait_for(lambda: process.exit_status is not None)
    assert process.exit_status == 0
    assert all_gone(environment[MARK], 0) == []


def test_a_server_that_dies_takes_its_child_along_and_says_how(tmp_path, environment, command):
    process = ServerProcess(command, {**environment, "PRETEND": '{"die": 1}'}, tmp_path / "log")
    wait_for(lambda: process.exit_status is not None)
    process.stop()
    assert process.exit_status == 1
    assert all_gone(environment[MARK], 0) == []
    assert b"the weights are torn" in (tmp_path / "log").read_bytes()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_when_the_run_is_killed_the_server_goes_too(tmp_path, environment, command, number):
    log = tmp_path / "log"
    program = (
        "import os, sys, time; from pathlib import Path\n"
        "from pytest_codeeval.generation.backends.vllm.process import ServerProcess\n"
        "process = ServerProcess(sys.argv[2:], os.environ, Path(sys.argv[1]))\n"
        "time.sleep(300)"
    )
    run = subprocess.Popen([sys.executable, "-c", program, str(log), *command], env=environment)
    try:
        ready(log)
        run.send_signal(number)
    finally:
        run.wait(timeout=20)
    assert all_gone(environment[MARK], 15) == []


def test_ctrl_c_in_the_terminal_does_not_reach_the_server(tmp_path, environment, command):
    process = ServerProcess(command, environment, tmp_path / "log")
    try:
        ready(tmp_path / "log")
        sessions = {os.getsid(int(pid)) for pid in os.listdir("/proc") if pid.isdecimal() and _ours(pid, environment)}
        assert sessions and os.getsid(0) not in sessions
    finally:
        process.stop()
        wait_for(lambda: process.exit_status is not None)


def _ours(pid, environment):
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return environment[MARK].encode() in file.read()
    except OSError:
        return False
