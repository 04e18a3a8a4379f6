"""Cases: the unittest.TestCase classes of a test module, run by unittest's own rules."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pytest_codeeval.execution.grading.script import Script
from pytest_codeeval.execution.grading.tally import Tally

_REPLACED = ("main", "TestProgram")


class Cases:
    """Runs each test of a module's TestCases once, whoever asks for it: the module itself, or whoever collects."""

    def __init__(self, script: Script, tally: Tally) -> None:
        self._script = script
        self._tally = tally
        self._started: set[tuple[type, str]] = set()

    @contextmanager
    def at_hand(self) -> Iterator[None]:
        """Meanwhile `unittest.main()` in the module runs its TestCases and goes on, and so do runners of its own.

        The first test that fails ends either, by what it raised.
        """
        if not self._script.mentions("unittest"):
            yield
            return
        import unittest

        def main(*_args: Any, **_kwargs: Any) -> Any:
            program = unittest.TestResult()
            program.result = self.run()  # type: ignore[attr-defined]
            return program

        runner: Any = unittest.TextTestRunner
        kept = [(unittest, name, getattr(unittest, name)) for name in _REPLACED] + [(runner, "run", runner.run)]
        for name in _REPLACED:
            setattr(unittest, name, main)
        runner.run = lambda _runner, test: self._outcome_of(test)
        try:
            yield
        finally:
            for owner, name, value in kept:
                setattr(owner, name, value)

    def run(self) -> Any:
        """Run the tests that were not run yet; return a TestResult. Raises what the first that fails has raised."""
        import unittest

        suite = unittest.TestSuite()
        for _, kind in self._script.defined():
            if is_case(kind):
                names = unittest.defaultTestLoader.getTestCaseNames(kind)  # type: ignore[arg-type]
                suite.addTests(kind(name) for name in names if (kind, name) not in self._started)
        more = self._script.space.get("load_tests")
        if callable(more) and not self._started:
            suite = more(unittest.defaultTestLoader, suite, None)
        return self._outcome_of(suite)

    def _outcome_of(self, test: Callable[[Any], Any]) -> Any:
        """Run a test or a suite of them."""
        # The library is imported by tests that use it: it is as large as all that a test costs otherwise.
        import unittest

        made: Any = type("Result", (_Recorder, unittest.TestResult), {})
        result = made()
        result.script, result.tally, result.started = self._script, self._tally, self._started
        test(result)
        if result.failures:
            raise result.failures[0][1]
        return result


def is_case(kind: object) -> bool:
    """Whether something is a subclass of TestCase."""
    library = sys.modules.get("unittest")
    return library is not None and isinstance(kind, type) and issubclass(kind, library.TestCase)


class _Recorder:
    """What a TestResult of this module's does otherwise than unittest's: it counts, and ends tests where one fails."""

    script: Script
    tally: Tally
    started: set[tuple[type, str]]
    stop: Callable[[], None]
    failures: list[Any]

    def startTest(self, test: Any) -> None:  # noqa: N802 - unittest's names
        self.started.add((type(test), getattr(test, "_testMethodName", "")))

    def addSuccess(self, _test: Any) -> None:  # noqa: N802
        self.tally.ran += 1

    def addExpectedFailure(self, _test: Any, _err: Any) -> None:  # noqa: N802
        self.tally.ran += 1

    def addError(self, test: Any, err: Any) -> None:  # noqa: N802
        self.failures.append((test, err[1]))
        self.stop()

    addFailure = addError  # noqa: N815

    def addSubTest(self, test: Any, _subtest: Any, err: Any) -> None:  # noqa: N802
        if err is not None:
            self.addError(test, err)

    def addUnexpectedSuccess(self, test: Any) -> None:  # noqa: N802
        self.addError(test, (None, AssertionError(f"{test.id()} was expected to fail")))

    def addSkip(self, test: Any, _reason: str) -> None:  # noqa: N802
        raised = sys.exc_info()
        if self.script.raised(raised[1]):
            self.tally.skipped += 1
        else:  # a solution does not skip its tests
            self.addError(test, raised)
