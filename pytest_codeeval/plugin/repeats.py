"""Repeats: what another plugin runs again is no further sample; the first verdict of a run counts."""

from __future__ import annotations

from pytest_codeeval.core.result import Result
from pytest_codeeval.core.text import printable

_SHOWN = 5

Identity = tuple[str, str, str]


class Repeats:
    """Knows the problems that have a result in this run, and which of them came out otherwise when run again.

    The first verdict counts: if a later one did, a plugin that runs failures again would make of a score of one sample
    one of several.
    """

    def __init__(self) -> None:
        self._first: dict[Identity, tuple[bool | None, ...]] = {}
        self._again: set[Identity] = set()
        self._changed: dict[Identity, None] = {}

    def is_first(self, result: Result) -> bool:
        """Return whether a result is the first of its problem and model in this run, and take note of it."""
        identity = (result.model, result.suite, result.task_id)
        passed = tuple(sample.score.passed for sample in result.samples)
        if identity not in self._first:
            self._first[identity] = passed
            return True
        self._again.add(identity)
        if self._first[identity] != passed:
            self._changed[identity] = None
        return False

    def notes(self) -> list[str]:
        """Say what was run again, if anything, and what came out otherwise."""
        if not self._again:
            return []
        count = "1 problem was" if len(self._again) == 1 else f"{len(self._again)} problems were"
        notes = [f"{count} run more than once (repeats, reruns): each sample counts once, by its first verdict"]
        if self._changed:
            ids = [task_id for _, _, task_id in self._changed]
            more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
            notes.append(f"  another verdict came later for {printable(', '.join(ids[:_SHOWN]))}{more}")
        return notes
