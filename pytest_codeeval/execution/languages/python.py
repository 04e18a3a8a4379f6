"""PythonRunner: Python solutions against HumanEval's `check()` or plain asserts."""

from __future__ import annotations

import ast
import json
import re
import secrets
from pathlib import Path

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause, StageResult, Verdict
from pytest_codeeval.execution.grading import python_child
from pytest_codeeval.execution.sandbox.limits import Limits
from pytest_codeeval.execution.sandbox.sandbox import Ending, ExecResult, Sandbox

_CHILD = Path(python_child.__file__)


class PythonRunner:
    """Runs a solution and its test in one sandboxed process."""

    language = "python"

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def check(self, problem: Problem, code: str, cpu_seconds: float) -> Verdict:
        """Run `code` against the problem's test; see Runner."""
        limits = Limits(cpu_seconds=cpu_seconds)
        nonce = secrets.token_hex(16)
        result = self._sandbox.run(_CHILD, _job(problem, code, nonce, limits), limits)
        report = _report(result, nonce)
        cause, detail = _judge(result, report, limits)
        name = report.get("stage", "load") if report else "test"
        stage = StageResult(name, cause is Cause.PASSED, result.cpu_seconds, result.wall_seconds)
        return Verdict(cause, detail, (stage,))


def preamble(problem: Problem) -> str:
    """Return what the prompt defines before the entry point: imports and helpers, which a test may use."""
    stub = problem.stub
    found = re.search(rf"^(?:@.*\n)*(?:async\s+def|def|class)\s+{re.escape(problem.entry_point)}\b", stub, re.MULTILINE)
    before = stub[: found.start()] if found else ""
    try:
        ast.parse(before)
    except (SyntaxError, ValueError):
        return ""
    return before


def _job(problem: Problem, code: str, nonce: str, limits: Limits) -> bytes:
    defines_check = problem.entry_point and re.search(r"^def check\(", problem.test, re.MULTILINE)
    called = re.search(r"^check\(", problem.test, re.MULTILINE)
    job = {
        "solution": code,
        "preamble": preamble(problem),
        "test": problem.test,
        "entry_point": problem.entry_point,
        "call": f"check({problem.entry_point})" if defines_check and not called else "",
        "nonce": nonce,
        "limits": {
            "cpu_seconds": limits.cpu_seconds,
            "wall_seconds": limits.wall_seconds,
            "memory": limits.memory,
            "file_size": limits.file_size,
            "open_files": limits.open_files,
        },
    }
    return json.dumps(job).encode("ascii")


def _report(result: ExecResult, nonce: str) -> dict[str, str] | None:
    try:
        report = json.loads(result.report)
        if report["nonce"] == nonce and report["cause"] in set(Cause):
            return {name: str(report[name]) for name in ("cause", "detail", "stage")}
    except (ValueError, KeyError, TypeError, RecursionError):
        pass  # whatever else came through the pipe is the solution's own writing
    return None


def _judge(result: ExecResult, report: dict[str, str] | None, limits: Limits) -> tuple[Cause, str]:
    if report is not None:
        return Cause(report["cause"]), report["detail"]
    if result.ending is Ending.REPORTED:
        return Cause.EXITED, "wrote something else where the tests report how they ended"
    if result.ending is Ending.CPU_TIME:
        return Cause.CPU_TIME, f"used more than {limits.cpu_seconds:g} s of CPU time"
    if result.ending is Ending.WALL_TIME:
        return (
            Cause.WALL_TIME,
            f"not done after {limits.wall_seconds:g} s, having used {result.cpu_seconds:.1f} s of CPU",
        )
    if result.ending is Ending.SIGNALLED:
        return Cause.CRASHED, f"killed by signal {result.code}"
    return Cause.EXITED, f"ended the program before the tests did (exit status {result.code})"
