"""SampleOrder: the one order of samples in a file, whoever evaluated them, and in which order they came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Identity = tuple[str, str, int]
"""Suite, task and number of a sample."""


class SampleOrder:
    """Suites in the order of `datasets`, tasks as these have them planned, then by the number of the sample.

    What no dataset plans, as in folders of earlier versions, comes behind that, each suite and task in the place where
    it comes first.
    """

    def __init__(self, datasets: Mapping[str, Mapping[str, Any]]) -> None:
        self._suites = {suite: number for number, suite in enumerate(datasets)}
        self._tasks = {
            suite: {task_id: number for number, task_id in enumerate(about.get("planned") or ())}
            for suite, about in datasets.items()
        }

    def sorted(self, identities: Iterable[Identity]) -> list[Identity]:
        """Return the identities in their order."""
        found = list(identities)
        suites = dict(self._suites)
        tasks = {suite: dict(known) for suite, known in self._tasks.items()}
        for suite, task_id, _ in found:
            suites.setdefault(suite, len(suites))
            of_suite = tasks.setdefault(suite, {})
            of_suite.setdefault(task_id, len(of_suite))
        return sorted(found, key=lambda one: (suites[one[0]], tasks[one[0]][one[1]], one[2]))
