"""CheckedFile: by which settings each problem of a folder was scored, one line a problem, in `checked.jsonl`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.jsonl import append_rows, read_whole_lines

CHECKED = "checked.jsonl"
Facts = Mapping[str, Any]
"""What verdicts depend on beside the settings of the folder, the dataset and the answers, as plain JSON values."""


class CheckedFile:
    """Appends to the file; the last line of a problem counts, and only for the very rows that it was written for."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / CHECKED
        self._last: dict[tuple[str, str], tuple[Facts, str]] | None = None

    def add(self, suite: str, task_id: str, by: Facts, lines: Iterable[str]) -> None:
        """Note what a problem was scored by, the lines of which are in `samples.jsonl`.

        Raises StorageError where the disk does not take it.
        """
        sha256 = hash_of(lines)
        append_rows(self._path, [{"suite": suite, "task_id": task_id, "by": dict(by), "rows": sha256}])
        if self._last is not None:
            self._last[suite, task_id] = by, sha256

    def is_by(self, rows: Sequence[Mapping[str, Any]], by: Facts) -> bool:
        """Whether the rows of a problem, which are all in order, were scored by these settings."""
        found = self._known().get((rows[0]["suite"], rows[0]["task_id"])) if rows else None
        return found is not None and found == (dict(by), hash_of(map(json.dumps, rows)))

    def demand_same(self, suite: str, by: Facts) -> None:
        """Raise UsageError where problems of a suite were scored by other settings, and would now be by these."""
        for (name, _), (earlier, _) in self._known().items():
            if name == suite and earlier != dict(by):
                names = (one for one in sorted({*earlier, *by}) if earlier.get(one) != by.get(one))
                said = ", ".join(f"{one} was {earlier.get(one)} and is {by.get(one)}" for one in names)
                raise UsageError(
                    f"{str(self._path.parent)!r} holds verdicts of {suite} by other settings ({said}); give --force to "
                    "have them replaced, or another --results."
                )

    def _known(self) -> dict[tuple[str, str], tuple[Facts, str]]:
        if self._last is None:
            self._last = {}
            for row in read_whole_lines(self._path):
                suite, task_id, by, rows = (row.get(name) for name in ("suite", "task_id", "by", "rows"))
                if isinstance(suite, str) and isinstance(task_id, str) and isinstance(by, dict):
                    self._last[suite, task_id] = by, str(rows)
        return self._last


def hash_of(lines: Iterable[str]) -> str:
    """Return a hash of lines as they stand in `samples.jsonl`."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
