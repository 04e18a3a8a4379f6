"""A run gives back every descriptor that it opened, however it ended."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.languages.python import PythonRunner

PROBLEM = Problem("own/0", "", "assert double(2) == 4", "double", "def double(x): return 2 * x")
# Passes an object that cannot leave its process, so that the tests share one with the solution.
SHARED = Problem("own/1", "", "class Box:\n    size = 4\nassert double(Box()) == 8", "double")
SOLUTIONS = [
    "def double(x): return 2 * getattr(x, 'size', x)",
    "def double(x): return x",
    "def double(x): raise ValueError",
    "def double(x:",
    "import os\ndef double(x): os._exit(0)",
    "import os\ndef double(x): os.close(3); os.close(4)",
    "def double(x):\n    while True: pass",
    "import sys\nsys.setrecursionlimit(10**9)\ndef double(x): return double(x)",
]


def opened() -> set[str]:
    """Return the descriptors of this process, the one that lists them aside."""
    return {name for name in os.listdir("/proc/self/fd") if os.path.lexists(f"/proc/self/fd/{name}")}


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs a system that lists descriptors")
@pytest.mark.parametrize("problem", [PROBLEM, SHARED], ids=["proxied", "shared"])
def test_runs_leave_no_descriptor_open(runner: PythonRunner, problem: Problem) -> None:
    runner.check(problem, SOLUTIONS[0], 1.0)  # the server has its own
    before = opened()
    causes = {runner.check(problem, f"{source}\n# {turn}", 0.3).cause for turn in range(3) for source in SOLUTIONS}
    assert len(causes) > 3
    # What one of them leaves, it has left three times. Fewer are another test's, which this process may have run.
    assert len(opened()) < len(before) + 3


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs a system that lists descriptors")
def test_a_run_that_cannot_be_leaves_no_descriptor_open(runner: PythonRunner) -> None:
    runner.check(PROBLEM, SOLUTIONS[0], 1.0)
    before = opened()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    none_left = next(number for number in range(soft) if str(number) not in before)
    resource.setrlimit(resource.RLIMIT_NOFILE, (none_left, hard))
    try:
        with pytest.raises(SandboxError):
            runner.check(PROBLEM, f"{SOLUTIONS[0]}\n# scarce", 1.0)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    verdict = runner.check(PROBLEM, f"{SOLUTIONS[0]}\n# again", 1.0)
    assert verdict.cause is Cause.PASSED
    assert len(opened()) <= len(before)


LIMITED = """
import resource
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.execution.sandbox.choice import SandboxChoice

runner = PythonRunner(SandboxChoice())
problem = Problem("own/0", "", "assert double(2) == 4", "double")
for source, limit in (("def double(x): return 2 * x", 60.0), ("def double(x):\\n    while True: pass", 0.5)):
    print(runner.check(problem, source, limit).cause.value)
runner.close()
"""


def test_a_user_whose_cpu_time_is_limited_gets_verdicts(runner: PythonRunner) -> None:
    said = subprocess.run([sys.executable, "-c", LIMITED], capture_output=True, text=True, timeout=60)
    assert (said.stdout.split(), said.stderr) == (["passed", "cpu_time"], "")
