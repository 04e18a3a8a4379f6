"""PythonServer: started anew, with what it is to run, it still has what solutions may import."""

import sys
from collections.abc import Iterator

import pytest

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.job import Job
from pytest_codeeval.execution.languages.pythonserver import PythonServer
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.limits import Limits

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
