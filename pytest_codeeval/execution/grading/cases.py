"""Cases: the unittest.TestCase classes of a test module, run by unittest's own rules."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from pytest_codeeval.execution.grading.script import Script
from pytest_codeeval.execution.grading.tally import Tally

if TYPE_CHECKING:
    import unittest

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
                names = unittest.defaultTestLoader.getTestCaseNames(kind)
                suite.addTests(kind(name) for name in names if (kind, name) not in self._started)
        more = self._script.space.get("load_tests")
        if callable(more) and not self._started:
            suite = more(unittest.defaultTestLoader, suite, None)
        return self._outcome_of(suite)

    def _outcome_of(self, test: Callable[[Any], Any]) -> Any:
        """Run a test or a suite of them."""
        result, failures = _result(self._script, self._tally, self._started)
        test(result)
        with suppress(IndexError):
            raise failures[0]
        return result


def is_case(kind: object) -> bool:
    """Whether something is a subclass of TestCase."""
    library = sys.modules.get("unittest")
    return library is not None and isinstance(kind, type) and issubclass(kind, library.TestCase)


def _result(
    script: Script, tally: Tally, started: set[tuple[type, str]]
) -> tuple["unittest.TestResult", list[BaseException]]:
    """Return a TestResult and the list to which it adds what failing tests have raised."""
    # The library is imported by tests that use it: it is as large as all that a test costs otherwise.
    import unittest

    failures: list[BaseException] = []

    class Result(unittest.TestResult):
        """Counts tests, and ends them at the first that fails."""

        def startTest(self, test: Any) -> None:  # noqa: N802 - unittest's name
            super().startTest(test)
            started.add((type(test), getattr(test, "_testMethodName", "")))

        def _failed(self, error: BaseException) -> None:
            failures.append(error)
            self.failures.append((unittest.TestCase(), str(type(error).__name__)))
            self.stop()

        def addSuccess(self, test: Any) -> None:  # noqa: N802, ARG002
            tally.ran += 1

        def addError(self, test: Any, err: Any) -> None:  # noqa: N802, ARG002
            self._failed(err[1])

        addFailure = addError  # noqa: N815

        def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:  # noqa: N802, ARG002
            if err is not None:
                self._failed(err[1])

        def addExpectedFailure(self, test: Any, err: Any) -> None:  # noqa: N802, ARG002
            tally.ran += 1

        def addUnexpectedSuccess(self, test: Any) -> None:  # noqa: N802
            self._failed(AssertionError(f"{test.id()} was expected to fail"))

        def addSkip(self, test: Any, reason: str) -> None:  # noqa: N802, ARG002
            raised = sys.exc_info()[1]
            if script.raised(raised):
                tally.skipped += 1
            elif raised is not None:  # a solution does not skip its tests
                self._failed(raised)

    return Result(), failures
