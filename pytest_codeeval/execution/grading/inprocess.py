"""In-process: a solution and its tests in one process, for tests that a proxy cannot serve. A pass of it is weak.

The report bears a number that was made for this run. A solution written for the purpose can find it in memory.
"""

import json
import os
import types
from typing import Any

from pytest_codeeval.execution.grading.candidate import NAME, described, load
from pytest_codeeval.execution.grading.collected import run_tests
from pytest_codeeval.execution.grading.failure import TEST, explain


def main(job: dict[str, Any], report: int) -> None:
    """Run the job's solution and test, report how that ended in one JSON line; does not return."""
    write, dumps, leave, parent, nonce = os.write, json.dumps, os._exit, os.getpid(), job["nonce"]
    cause, detail = "tampering", "ended the tests by other means than theirs"
    try:
        cause, detail = _run(job)
    finally:
        # A solution may have forked, and its child come here by an exception of its own.
        if os.getpid() == parent:
            line = dumps({"nonce": nonce, "cause": cause, "detail": detail[:4000]})
            write(report, line.encode("ascii") + b"\n")
        leave(0)


def _run(job: dict[str, Any]) -> tuple[str, str]:
    module, fault = load(job["solution"])
    if fault:
        kind, *rest = fault
        return (kind, rest[0]) if kind == "syntax_error" else _failed(rest)
    names = dict(vars(module))
    entry_point = job["entry_point"]
    if entry_point and entry_point not in names:
        return "no_entry_point", f"{entry_point} is not defined"
    entry = names.get(entry_point)
    try:
        exec(compile(job["preamble"], "<prompt>", "exec", dont_inherit=True), names)
        if entry_point:
            names[entry_point] = entry
        test = compile(job["test"], TEST, "exec", dont_inherit=True)
        run_tests(test, names, entry, job)
    except BaseException as error:
        by_solution = _raised_by(error.__traceback__) == NAME or not isinstance(error, Exception)
        raised = {id(error): (error, described(error))} if by_solution else {}
        return explain(error, job["test"], [], raised)
    return "passed", ""


def _failed(said: list[Any]) -> tuple[str, str]:
    error = Exception()
    return explain(error, "", [], {id(error): (error, said)})


def _raised_by(trace: types.TracebackType | None) -> str:
    name = ""
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        trace = trace.tb_next
    return name
