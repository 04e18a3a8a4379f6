"""Control groups of slots: what they count, and that none is left, however a server ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from pytest_codeeval.execution.sandbox import groups
from pytest_codeeval.execution.sandbox.account import Account
from pytest_codeeval.execution.sandbox.client import SandboxServer
from pytest_codeeval.execution.sandbox.interpreter import python_runtime
from pytest_codeeval.execution.sandbox.programs import GRADING
from pytest_codeeval.execution.sandbox.slotclient import TierRefused


@pytest.fixture
def server():
    try:
        made = SandboxServer("namespaces", [python_runtime()] * 2, GRADING)
    except TierRefused as error:
        pytest.skip(str(error))
    if not made.slots[0].meter.grouped:
        made.close()
        pytest.skip("no control groups can be made here")
    yield made
    made.close()


def made_for(owner: int) -> list[str]:
    return [
        f"{parent}/{name}"
        for _, parent in groups._parents()
        for name in os.listdir(parent)
        if name.startswith(f"codeeval-{owner}-")
    ]


def is_occupied(path: str) -> bool:
    with suppress(FileNotFoundError):
        return bool(Path(path, "cgroup.procs").read_text())
    return False


def test_each_slot_has_groups_until_the_server_ends(server):
    owner = server._process.pid
    assert {Path(path).name for path in made_for(owner)} == {f"codeeval-{owner}-0", f"codeeval-{owner}-1"}
    server.close()
    assert made_for(owner) == []


def test_what_a_killed_server_left_goes_with_the_next(server):
    owner = server._process.pid
    assert made_for(owner)
    os.kill(owner, signal.SIGKILL)
    server.close()
    for _ in range(100):
        if not any(map(is_occupied, made_for(owner))):
            break
        time.sleep(0.05)
    # Or with one that another test has started meanwhile.
    SandboxServer("namespaces", [python_runtime()], GRADING).close()
    assert made_for(owner) == []


CHILD = """
import os, signal, sys, time
sys.path.insert(0, sys.argv[1])
from pytest_codeeval.execution.sandbox import groups
group = groups.join(f"{sys.argv[2]}-9")
print(group.cpu, group.memory, sep="\\n", flush=True)
sys.stdin.readline()
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
ended, held_open = os.pipe()
if os.fork() == 0:
    until = time.process_time() + 0.2
    while time.process_time() < until: pass
    os._exit(0)
os.close(held_open)
os.read(ended, 1)
time.sleep(0.1)
held = bytearray(64 << 20)
print("done", flush=True)
sys.stdin.readline()
"""


def test_it_counts_children_that_nobody_waits_for_and_memory():
    root = str(Path(groups.__file__).parents[3])
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, root, str(os.getpid())], stdin=-1, stdout=-1, text=True, bufsize=1
    )
    try:
        group = groups.Group(child.stdout.readline().strip(), child.stdout.readline().strip())
        if not group.cpu:
            pytest.skip("no control groups can be made here")
        account = Account(group)
        cpu, memory = account.cpu_seconds(), account.memory_bytes()
        print(file=child.stdin)
        assert child.stdout.readline() == "done\n"
        assert account.cpu_seconds() - cpu > 0.19
        if group.memory:
            assert 60 << 20 < account.memory_bytes() - memory < 80 << 20
        account.close()
        assert account.cpu_seconds() == account.memory_bytes() == 0
    finally:
        child.kill()
        child.communicate()
        groups.remove(os.getpid())


def test_without_groups_nothing_is_counted_and_nothing_fails(monkeypatch):
    monkeypatch.setattr(groups, "_parents", lambda: iter([("cpuacct", "/proc"), ("memory", "/missing")]))
    assert groups.join("1-0") == groups.Group()
    groups.remove(1)
    account = Account(groups.Group())
    assert (account.cpu_seconds(), account.memory_bytes(), account.kernel_bytes()) == (0, 0, 0)
