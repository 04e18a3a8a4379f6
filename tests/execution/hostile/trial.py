"""Runs hostile solutions through one runner, in a process of its own, and prints verdicts and harm as JSON.

Standard input: {"tier", "rows", "dataset", "packages", "seconds", "user"}, of which `user` is who to become first. A
row is {"id", "task_id", "prompt", "test", "entry_point", "code"} and maybe "seconds", and "slow" if it may be that what
it leaves is not removed in time.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from tests.execution.hostile.world import SECRET, Peak, World, below, wait_until_gone

_SUBREAPER = 36
CONTROL = Problem("Control/0", "", "assert twice(2) == 4\nassert twice([1]) == [1, 1]", "twice")
CONTROLS = {"def twice(x):\n    return x * 2\n": "passed", "def twice(x):\n    return x\n": "wrong_answer"}


def main() -> None:
    """Do as standard input says."""
    job = json.loads(sys.stdin.read())
    # Nobody who descends from this process gets away unseen.
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory(prefix="trial-") as name:
        if (user := job["user"]) is not None:
            os.chown(name, user, user)
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
        # Not to be cleaned up by who cannot: the world is removed by its own user.
        with tempfile.TemporaryDirectory(dir=name) as place, tempfile.TemporaryDirectory(dir=name) as temporary:
            tempfile.tempdir = temporary
            os.environ["TMPDIR"] = temporary
            print(json.dumps(run(job, Path(place), Path(temporary))))


def run(job: dict[str, Any], place: Path, temporary: Path) -> dict[str, Any]:
    os.environ |= SECRET
    world = World(place, job["dataset"])
    runner = PythonRunner(SandboxChoice(job["tier"], tuple(job["packages"])))
    results, harm = [], []
    control(runner, harm)
    servers = server_of(runner)
    everybody = set(below(os.getpid()))
    peak = Peak(os.getpid(), str(temporary), 0.1)
    start = os.times()
    slow = False  # whether the row before left so much that another server may be quicker than removing it
    for row in job["rows"]:
        began = time.monotonic()
        problem = Problem(
            row["task_id"], row["prompt"], row["test"], row["entry_point"], row.get("canonical_solution", "")
        )
        try:
            verdict = runner.check(problem, world.told(row["code"]), row.get("seconds", job["seconds"]))
            said = {
                "passed": verdict.passed,
                "cause": verdict.cause.value,
                "detail": verdict.detail,
                "weak": verdict.weak,
                "cpu": verdict.stages[0].cpu_seconds,
            }
        except Exception as error:
            said = {"passed": False, "cause": type(error).__name__, "detail": str(error), "weak": False}
        everybody |= set(below(os.getpid()))
        left = below(runner._grading.server.slots[0].supervisor) if runner._grading.server else []
        hurt = world.harm() + [f"process {pid} is left" for pid in left]
        if (now := server_of(runner)) != servers:
            hurt += [] if slow or row.get("slow") else [f"the server {servers} had to be replaced by {now}"]
            servers = now
        slow = row.get("slow", False)
        results.append({"id": row["id"], **said, "harm": hurt, "took": round(time.monotonic() - began, 3)})
    control(runner, harm)
    most = peak.stop()
    runner.close()
    harm += [f"process {pid} is left at the end" for pid in wait_until_gone([*everybody, *below(os.getpid())])]
    harm += [f"{path.name} is left at the end" for path in temporary.iterdir()]
    harm += world.harm()
    world.close()
    end = os.times()
    cpu = sum(end[:4]) - sum(start[:4])
    return {"results": results, "harm": harm, "peak": most, "cpu": round(cpu, 2)}


def control(runner: PythonRunner, harm: list[str]) -> None:
    """Check that right and wrong are still told apart."""
    for code, cause in CONTROLS.items():
        if (verdict := runner.check(CONTROL, code, 3.0)).cause.value != cause:
            harm.append(f"a control solution is said to be {verdict}")


def server_of(runner: PythonRunner) -> list[int]:
    server = runner._grading.server
    return [server._process.pid, server.slots[0].supervisor] if server else []


if __name__ == "__main__":
    main()
