"""Script: a test module while it is executed: its names, which code is its own, and what it has defined."""

import sys
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

MAIN = "__main__"

# What the tests' own code raises by: `self.skipTest`, `exit()`, `pytest.skip`.
_RAISERS = ("unittest.case", "_sitebuiltins", "_pytest.outcomes", "unittest.mock")

Defined = types.FunctionType | type


class Script:
    """A test module that is executed as a main program, so that its guard is entered.

    `space` holds its names: those that it is given (the solution's, the prompt's) and those that it defines.
    """

    def __init__(self, code: types.CodeType, names: Mapping[str, Any]) -> None:
        """`names` are put into the module before it is executed."""
        self._code = code
        self.module = types.ModuleType(MAIN)
        self.space = vars(self.module)
        self.space.update(names)
        self.space |= {"__name__": MAIN, "__file__": code.co_filename}
        self._own = frozenset(map(id, _codes(code)))

    @contextmanager
    def as_main(self) -> Iterator[None]:
        """Let others find the module by its name, as unittest, pickle and dataclasses do."""
        before = sys.modules.get(MAIN)
        sys.modules[MAIN] = self.module
        try:
            yield
        finally:
            if before is not None:
                sys.modules[MAIN] = before

    def execute(self) -> None:
        """Execute the module. An exit of its own ends it and is no exception; one with a status has failed."""
        try:
            exec(self._code, self.space)
        except SystemExit as error:
            if not self.raised(error):
                raise
            if error.code not in (None, 0):
                failed = AssertionError(f"the tests exited with {error.code!r:.200}")
                raise failed.with_traceback(error.__traceback__) from None

    def mentions(self, module: str) -> bool:
        """Whether the module's code names another one."""
        return any(module in code.co_names for code in _codes(self._code))

    def defined(self) -> list[tuple[str, Defined]]:
        """Return the functions and classes that the module has defined so far, with their names, in this order."""
        kinds = (types.FunctionType, type)
        found = [(name, value) for name, value in self.space.items() if isinstance(value, kinds)]
        return [(name, value) for name, value in found if value.__module__ == MAIN]

    def raised(self, error: BaseException | None) -> bool:
        """Whether the module's own code has raised an error by itself, and no solution that it called."""
        trusted = [vars(sys.modules[name]) for name in _RAISERS if name in sys.modules]
        trace, others = error.__traceback__ if error is not None else None, 0
        while trace is not None:
            frame = trace.tb_frame
            if id(frame.f_code) in self._own:
                others = 0
            elif not any(frame.f_globals is names for names in trusted) and frame.f_globals is not globals():
                others += 1
            trace = trace.tb_next
        return not others


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)
