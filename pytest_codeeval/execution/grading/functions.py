"""Functions: the tests of a module that stand in functions and plain classes, as pytest has them."""

import importlib
import itertools
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from types import FunctionType
from typing import Any

from pytest_codeeval.execution.grading.script import Script
from pytest_codeeval.execution.grading.tally import Tally

_SKIPPING = ("skip", "xfail")


class Functions:
    """Runs test functions, and the test methods of classes, one at a time; whatever fails raises what it raised."""

    def __init__(self, script: Script, tally: Tally, conditions: Collection[str]) -> None:
        self._script = script
        self._tally = tally
        self._conditions = conditions

    @contextmanager
    def at_hand(self) -> Iterator[None]:
        """Meanwhile `pytest.main()` in the module says that all is well: its tests are run in any case."""
        with ExitStack() as stack:
            if self._script.mentions("pytest"):
                with suppress(ImportError):
                    pytest = importlib.import_module("pytest")
                    stack.callback(setattr, pytest, "main", pytest.main)
                    vars(pytest)["main"] = lambda *_args, **_kwargs: 0
            yield

    def run_function(self, function: FunctionType) -> None:
        """Run a function of the module, as often as it is parametrized."""
        marks = self._marks(function)
        for arguments in self._settings(marks):
            hook(self._script.space, "setup_function", function)
            try:
                self._run(function, arguments)
            finally:
                hook(self._script.space, "teardown_function", function)

    def run_class(self, kind: type) -> None:
        """Run the test methods of a class, in their order, each on an object of its own."""
        found = {name: value for base in reversed(kind.__mro__) for name, value in vars(base).items()}
        methods = {name: value for name, value in found.items() if name.startswith("test") and callable(value)}
        about = {name: getattr(kind, name) for name in ("setup_class", "teardown_class") if hasattr(kind, name)}
        hook(about, "setup_class", kind)
        try:
            for name, method in methods.items():
                self._run_method(kind, name, self._marks(kind) + self._marks(method))
        finally:
            hook(about, "teardown_class", kind)

    def _run_method(self, kind: type, name: str, marks: list[Any]) -> None:
        for arguments in self._settings(marks):
            subject = kind()
            method = getattr(subject, name)
            about = {each: getattr(subject, each, None) for each in ("setup_method", "teardown_method")}
            hook(about, "setup_method", method)
            try:
                self._run(method, arguments)
            finally:
                hook(about, "teardown_method", method)

    def _run(self, test: Callable[..., Any], arguments: dict[str, Any]) -> None:
        try:
            demand(awaited(test(**arguments)), test, self._conditions)
        except BaseException as error:
            if not is_skip(error) or not self._script.raised(error):
                raise
            self._tally.skipped += 1
        else:
            self._tally.ran += 1

    def _settings(self, marks: list[Any]) -> Iterator[dict[str, Any]]:
        """Yield the arguments of each run of a test, none where it is to be skipped."""
        if any(mark.name in _SKIPPING or (mark.name == "skipif" and any(mark.args)) for mark in marks):
            self._tally.skipped += 1
            return
        axes = [self._axis(*mark.args[:2]) for mark in marks if mark.name == "parametrize" and len(mark.args) > 1]
        for chosen in itertools.product(*axes):
            yield {name: value for setting in chosen for name, value in setting.items()}

    def _axis(self, names: Any, values: Any) -> list[dict[str, Any]]:
        found = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
        settings = []
        for value in values:
            parts = getattr(value, "values", None) if type(value).__name__ == "ParameterSet" else None
            if any(mark.name in _SKIPPING for mark in map(_mark, getattr(value, "marks", ()) if parts else ())):
                self._tally.skipped += 1
                continue
            settings.append(dict(zip(found, parts or ([value] if len(found) == 1 else value), strict=True)))
        return settings

    def _marks(self, owner: Any) -> list[Any]:
        marks = getattr(owner, "pytestmark", [])
        every = self._script.space.get("pytestmark", []) if isinstance(owner, FunctionType) else []
        return [_mark(mark) for found in (every, marks) for mark in (found if isinstance(found, list) else [found])]


def hook(owner: Mapping[str, Any], name: str, argument: Any) -> None:
    """Call what is to be done before or after a test, where there is such a thing; it may want to know of which."""
    found = owner.get(name)
    if found is not None:
        code = getattr(found, "__code__", None)
        taken = code.co_argcount - hasattr(found, "__self__") if code is not None else 0
        awaited(found(argument) if taken else found())


def is_test_class(name: str, value: object) -> bool:
    """Whether pytest would take a class for one of tests."""
    return isinstance(value, type) and name.startswith("Test") and value.__init__ is object.__init__  # type: ignore[misc]


def awaited(result: Any) -> Any:
    """Return what was returned, once it has been waited for where it is to be awaited."""
    if not hasattr(type(result), "__await__"):
        return result
    import asyncio

    async def wait() -> Any:
        return await result

    return asyncio.run(wait())


def demand(result: Any, test: Any, conditions: Collection[str]) -> None:
    """Raise AssertionError for a test that returns that it did not hold: False, Python's or numpy's.

    `conditions` are the names of those that end by returning a condition, so that whatever is false in it has failed.
    """
    is_condition = getattr(test, "__qualname__", "") in conditions
    if type(result).__name__ == "ndarray":
        holds = bool(result.all()) or not is_condition
    else:
        holds = not (is_condition or type(result).__name__ in ("bool", "bool_")) or bool(result)
    if not holds:
        raise AssertionError(f"{getattr(test, '__name__', 'the test')} returned {result!r:.100}")


def is_skip(error: BaseException) -> bool:
    """Whether a test says by an exception that it is to be skipped."""
    kinds = [("unittest", "SkipTest"), ("_pytest.outcomes", "Skipped")]
    found = (getattr(sys.modules.get(module), name, None) for module, name in kinds)
    return any(isinstance(kind, type) and isinstance(error, kind) for kind in found)


def _mark(mark: Any) -> Any:
    return getattr(mark, "mark", mark)
