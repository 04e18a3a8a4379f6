"""A slot, asked over its socket as a worker does: what it says of the scratch folder while a program runs."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator

import pytest

from pytest_codeeval.execution.commands.command_sandbox import ROOM
from pytest_codeeval.execution.commands.framing import packed
from pytest_codeeval.execution.sandbox.client import SandboxServer
from pytest_codeeval.execution.sandbox.descriptors import in_memory, pipe
from pytest_codeeval.execution.sandbox.interpreter import python_runtime
from pytest_codeeval.execution.sandbox.programs import COMMANDS, GRADING, Programs
from pytest_codeeval.execution.sandbox.runtime import Runtime
from pytest_codeeval.execution.sandbox.slotclient import SlotClient, TierRefused


@pytest.fixture(scope="module", params=["namespaces", "landlock", "plain"])
def slot(request: pytest.FixtureRequest) -> Iterator[SlotClient]:
    try:
        server = SandboxServer(
            request.param, [Runtime((*python_runtime().readable, "/usr"), processes=True)], COMMANDS, ROOM
        )
    except TierRefused as error:
        pytest.skip(str(error))
    yield server.slots[0]
    server.close()


class Shell:
    """A script that runs in a slot, and says a line when it has come so far."""

    def __init__(self, slot: SlotClient, script: str) -> None:
        job = in_memory(packed({"argv": ["/bin/sh", "-c", script], "env": {}}, {}))
        self._reader, writer = pipe()
        slot.run(Programs.EXECUTE, [job, writer], 5.0)
        os.close(job)
        os.close(writer)

    def line(self) -> bytes:
        return os.read(self._reader, 100)

    def close(self) -> None:
        os.close(self._reader)


@pytest.fixture
def run(slot: SlotClient) -> Iterator[object]:
    started: list[Shell] = []

    def start(script: str) -> Shell:
        started.append(Shell(slot, script))
        return started[-1]

    yield start
    for shell in started:
        shell.close()


@pytest.mark.parametrize(
    ("script", "pristine"),
    [
        ("true", True),
        ("touch file", False),
        ("touch file; rm file", False),
        ("mkdir folder", False),
        ("ln -s /etc link", False),
    ],
)
def test_it_tells_whether_a_program_has_left_its_folder_alone(slot, run, script, pristine):
    shell = run(f"echo begun; {script}; echo done; sleep 20")
    told = b""
    while b"done" not in told:
        told += shell.line()
    assert slot.is_pristine() is pristine
    assert not slot.end().by_itself, "to be asked ends nothing"
    shell = run("echo begun; sleep 20")
    assert shell.line() == b"begun\n"
    assert slot.is_pristine(), "the next finds a folder like new"
    slot.end()


def test_a_program_that_has_ended_is_not_pristine(slot, run):
    shell = run("echo begun")
    while shell.line():
        pass
    while slot.is_pristine():
        pass
    assert slot.end().by_itself


def test_a_server_is_ended_whatever_becomes_of_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    def sleep(_: float) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    server = SandboxServer("plain", [python_runtime()], GRADING)
    monkeypatch.setattr(time, "sleep", sleep)
    server.close()
    assert server._process.returncode == 0  # by itself, and not killed
