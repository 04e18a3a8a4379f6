"""KeptRows: the samples that a folder holds, found by problem, without holding them all."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import StorageError
from pytest_codeeval.reports.samplefile import last_places


class KeptRows:
    """Reads `samples.jsonl` as it is when it is first asked; what is appended later is not seen."""

    def __init__(self, samples: Path) -> None:
        self._path = samples
        self._places: dict[tuple[str, str], dict[int, int]] | None = None

    def of(self, suite: str, task_id: str, count: int) -> list[dict[str, Any]]:
        """Return the rows of the first samples of a problem, in order; none unless all of them are there.

        Raises StorageError where the file cannot be read.
        """
        if self._places is None:
            found: defaultdict[tuple[str, str], dict[int, int]] = defaultdict(dict)
            for (name, task, index), place in last_places(self._path)[0].items():
                found[name, task][index] = place
            self._places = dict(found)
        places = self._places.get((suite, task_id), {})
        if not all(index in places for index in range(count)):
            return []
        try:
            with self._path.open("rb") as file:
                return [_row(file, places[index]) for index in range(count)]
        except (OSError, ValueError) as error:
            raise StorageError(f"{self._path} cannot be read: {error}") from None


def _row(file: Any, place: int) -> dict[str, Any]:
    file.seek(place)
    row: dict[str, Any] = json.loads(file.readline())
    return row
