"""UnknownTasks: the tasks of recordings that no suite of the run has."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pytest_codeeval.core.text import printable

_SHOWN = 3
_KEPT = 100


class UnknownTasks:
    """What is left of the recorded ids of each model when those of the suites are taken away, suite by suite."""

    def __init__(self, recorded: Mapping[str, Mapping[str, int]]) -> None:
        self._left = {label: dict.fromkeys(counts) for label, counts in recorded.items()}
        self._compared = False

    def take_away(self, matched: Mapping[str, Collection[str]]) -> None:
        """Take away the ids that a suite has, by the label of the model."""
        self._compared = True
        for label, ids in matched.items():
            for recorded_id in ids:
                self._left.get(label, {}).pop(recorded_id, None)

    def to_json(self, label: str) -> dict[str, Any]:
        """Return what is left of a model with recordings, as plain JSON values; nothing of another one."""
        if label not in self._left or not self._compared:
            return {}
        left = list(self._left[label])
        return {"unknown_tasks": {"count": len(left), "first": left[:_KEPT]}}

    def lines(self) -> Iterator[str]:
        """Yield a line for each model of which some are left."""
        for label, left in self._left.items():
            if left and self._compared:
                named = ", ".join(list(left)[:_SHOWN]) + (", …" if len(left) > _SHOWN else "")
                verb = "1 recorded task is" if len(left) == 1 else f"{len(left)} recorded tasks are"
                yield printable(f"{label}: {verb} of no suite of this run, and not scored ({named})")
