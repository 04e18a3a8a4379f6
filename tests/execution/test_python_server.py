"""PythonServer: started anew, with what it is to run, it still has what solutions may import."""

import signal
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.attempt import Attempt
from pytest_codeeval.execution.attempts.job import Job
from pytest_codeeval.execution.commands.sandbox_pool import SandboxPool
from pytest_codeeval.execution.languages.pythonserver import PythonServer
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.client import SandboxServer
from pytest_codeeval.execution.sandbox.limits import Limits
from pytest_codeeval.execution.sandbox.runtime import Runtime

JOB = Job("", "assert f(1) == 2", "f", call=False, values_only=True)
SOURCE = b"import iniconfig\ndef f(x): return x + 1\n"


@pytest.fixture
def server() -> Iterator[PythonServer]:
    made = PythonServer(SandboxChoice("plain", ("iniconfig",)))
    yield made
    made.close()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's account is Linux's")
def test_a_server_that_runs_solutions_runs_inputs_too_and_solutions_again(server: PythonServer) -> None:
    def cause() -> Cause:
        return server.graded(JOB, SOURCE, Limits(), "apart", 1.0).cause

    assert cause() is Cause.PASSED
    first = server.server
    (output,) = server.outputs(SOURCE, "f", ["[1]"], 1.0, 10.0, digests=False)
    assert output.value == "2"
    second = server.server
    assert second is not first
    assert cause() is Cause.PASSED
    assert server.server is second


class Alarm(BaseException):
    """What an alarm of the user's raises, as that of a plugin that ends tests which take too long."""


def _raise(*_: Any) -> None:
    raise Alarm


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's account is Linux's")
def test_a_run_that_is_interrupted_says_nothing_to_the_next(server: PythonServer) -> None:
    def run(source: bytes) -> Attempt:
        return server.tried(lambda: server.graded(JOB, source, Limits(), "apart", 5.0))

    assert run(SOURCE).cause is Cause.PASSED
    earlier = signal.signal(signal.SIGALRM, _raise)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(Alarm):
            run(b"def f(x):\n    while True: pass\n")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, earlier)
    assert server.server is None
    assert run(SOURCE).cause is Cause.PASSED


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's account is Linux's")
def test_nor_does_a_command_that_is_interrupted() -> None:
    pool, servers = SandboxPool(SandboxChoice("plain"), Runtime(("/usr",))), list[SandboxServer]()

    def run(server: SandboxServer) -> None:
        servers.append(server)
        if len(servers) == 2:
            raise Alarm

    try:
        pool._again(run)
        with pytest.raises(Alarm):
            pool._again(run)
        pool._again(run)
    finally:
        pool.close()
    assert servers[0] is servers[1] is not servers[2]
