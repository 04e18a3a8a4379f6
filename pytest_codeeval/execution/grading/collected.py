"""Collected: the tests of a test module, of whatever form, run for what they are.

A module is executed as a main program. What it then holds is run: `check(candidate)`, where it does not call that
itself, unittest's TestCases, and functions and classes as pytest has them.
"""

import importlib
from contextlib import suppress
from types import CodeType, FunctionType
from typing import Any

from pytest_codeeval.execution.grading.cases import Cases, is_case
from pytest_codeeval.execution.grading.functions import Functions, awaited, demand, hook, is_test_class
from pytest_codeeval.execution.grading.script import Script
from pytest_codeeval.execution.grading.tally import Tally


def script_of(test: CodeType, names: dict[str, Any], job: dict[str, Any]) -> Script:
    """Return a test module in which `names` are known, and the modules that it uses without an import (`lent`)."""
    return Script(test, {**_lent(job["lent"], names), **names})


def run_tests(script: Script, entry: Any, job: dict[str, Any]) -> None:
    """Execute a test module and run its tests. Raises what the first that fails has raised.

    The job says of the module whether its `check()` is to be called with the entry point (`call`), which functions it
    calls by itself (`called`), and which return a condition (`conditions`).
    """
    tally = Tally()
    cases, functions = Cases(script, tally), Functions(script, tally, job["conditions"])
    with script.as_main(), cases.at_hand(), functions.at_hand():
        script.execute()
        if job["call"] and "check" in script.space:
            check = script.space["check"]
            demand(awaited(check(entry)), check, job["conditions"])
            tally.ran += 1
        _run(script, cases, functions, frozenset(job["called"]))
    tally.demand()


def _lent(modules: list[str], names: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for module in modules:
        with suppress(Exception):  # one that this machine has not is missed by the tests, if at all
            found |= {} if module in names else {module: importlib.import_module(module)}
    return found


def _run(script: Script, cases: Cases, functions: Functions, called: frozenset[str]) -> None:
    """Run what the module has defined, in its order."""
    found = script.defined()
    tests = [(name, value) for name, value in found if is_case(value) or _is_plain(name, value, called)]
    if not tests:
        return
    hook(script.space, "setup_module", script.module)
    try:
        for _, value in tests:
            if is_case(value):
                cases.run()
            elif isinstance(value, type):
                functions.run_class(value)
            else:
                functions.run_function(value)
    finally:
        hook(script.space, "teardown_module", script.module)


def _is_plain(name: str, value: object, called: frozenset[str]) -> bool:
    if not getattr(value, "__test__", True):
        return False
    return is_test_class(name, value) or (isinstance(value, FunctionType) and name[:4] == "test" and name not in called)
