"""Once: remembers the verdicts on one problem, so that one text is run once for it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Verdict


class Once:
    """Verdicts by solution and limit, for as long as the same problem is asked for; one thread at a time."""

    def __init__(self) -> None:
        self._problem: Problem | None = None
        self._verdicts: dict[tuple[str, float], Verdict] = {}
        self._turn = threading.Lock()

    def verdict(self, problem: Problem, code: str, cpu_seconds: float, check: Callable[[], Verdict]) -> Verdict:
        """Return what `check` returned for this solution, which is called where it has not been yet."""
        with self._turn:
            if self._problem is not problem:
                self._problem, self._verdicts = problem, {}
            run = code, cpu_seconds
            if run not in self._verdicts:
                self._verdicts[run] = check()
            return self._verdicts[run]
