"""In-process: a solution and its tests in one process, as plain Python has it. By itself a pass of it is weak.

The report bears a number that was made for this run. A solution written for the purpose can find it in memory.
"""

import json
import os
import random
import types
from collections.abc import Callable
from typing import Any

from pytest_codeeval.execution.grading.collected import run_tests, script_of
from pytest_codeeval.execution.grading.failure import TEST, explain
from pytest_codeeval.execution.grading.lacking import lacking
from pytest_codeeval.execution.grading.loading import NAME, described, load, resolved, text_of
from pytest_codeeval.execution.grading.namespace import Fallback
from pytest_codeeval.execution.grading.testfacts import facts_of, seed_of


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
    names: dict[str, Any] = {}
    bound = facts_of(job["test"], sees_values_only=False).binds

    chance: list[Any] = []

    def lend(code: types.CodeType) -> Fallback | None:
        chance.append(random.getstate())
        lent = lacking(text_of(job["solution"]), code, bound)
        return _names_of(lambda: names, lent) if lent else None

    # A solution may lean on what the tests bind; what it binds itself goes first, as what they bind does for them.
    module, fault = load(job["solution"], lend)
    if fault:
        kind, *rest = fault
        return (kind, rest[0]) if kind == "syntax_error" else _failed(rest)
    solution = vars(module)
    names["__builtins__"] = Fallback(solution.__getitem__)
    entry_point, method = job["entry_point"], job["method"]
    asked = f"{entry_point}().{method}" if method else entry_point
    try:
        found = resolved(solution, asked)
    except BaseException as error:
        return _failed(described(error))
    if entry_point and not found:
        return "no_entry_point", f"{asked} is not defined"
    entry = found[0] if found else None
    if random.getstate() == chance[0]:  # else the solution has seeded it, and goes by that
        random.seed(seed_of(job))
    try:
        exec(compile(job["preamble"], "<prompt>", "exec", dont_inherit=True), names)
        if entry_point and not method:
            names[entry_point] = entry
        script = script_of(compile(job["test"], TEST, "exec", dont_inherit=True), names, job)
        names = script.space
        run_tests(script, entry, job)
    except BaseException as error:
        by_solution = _raised_by(error.__traceback__) == NAME or not isinstance(error, Exception)
        raised = {id(error): (error, described(error))} if by_solution else {}
        return explain(error, job["test"], [], raised)
    return "passed", ""


def _names_of(names: Callable[[], dict[str, Any]], lent: set[str]) -> Fallback:
    """Return builtins that have what the tests have bound so far, too."""

    def find(name: str) -> Any:
        if name not in lent:
            raise KeyError(name)
        return names()[name]

    return Fallback(find)


def _failed(said: list[Any]) -> tuple[str, str]:
    error = Exception()
    return explain(error, "", [], {id(error): (error, said)})


def _raised_by(trace: types.TracebackType | None) -> str:
    """Return whose code was the last to run: what it calls of a library is its own doing."""
    name = ""
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        name = file if file in (NAME, TEST) else name
        trace = trace.tb_next
    return name
