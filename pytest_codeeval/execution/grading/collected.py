"""Collected: the tests of a test module, of whatever form, run for what they are.

A module is executed as a main program. What it then holds is run: `check(candidate)`, where it does not call that
itself, unittest's TestCases, and functions and classes as pytest has them.
"""

from types import CodeType, FunctionType
from typing import Any

from pytest_codeeval.execution.grading.cases import Cases, is_case
from pytest_codeeval.execution.grading.functions import Functions, awaited, demand, hook, is_test_class
from pytest_codeeval.execution.grading.script import Script
from pytest_codeeval.execution.grading.tally import Tally


def run_tests(test: CodeType, names: dict[str, Any], entry: Any, *, call: bool, called: frozenset[str]) -> None:
    """Execute a test module in which `names` are known, and run its tests. Raises what the first that fails has raised.

    `entry` is given to `check()`, where the module defines it and leaves it to others to `call`. Test functions that
    the module calls by itself (`called`) are not run again.
    """
    tally = Tally()
    script = Script(test, names)
    cases, functions = Cases(script, tally), Functions(script, tally)
    with script.as_main(), cases.at_hand():
        script.execute()
        if call and "check" in script.space:
            check = script.space["check"]
            demand(awaited(check(entry)), check)
            tally.ran += 1
        _run(script, cases, functions, called)
    tally.demand()


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
