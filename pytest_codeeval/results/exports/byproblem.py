"""The samples of a run, put together by problem without holding more than one problem's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pytest_codeeval.core.errors import StorageError
from pytest_codeeval.core.jsonl import placed_lines
from pytest_codeeval.reports.samplerow import identity, readable
from pytest_codeeval.results.run import Run


def by_problem(run: Run, suite: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield task id and samples, the latest of each by their numbers, in the order in which problems came first.

    Raises StorageError where the file cannot be read.
    """
    places: dict[str, dict[int, int]] = {}
    for place, row in placed_lines(run.samples_path):
        found = identity(row)
        if found is not None and found[0] == suite:
            places.setdefault(found[1], {})[found[2]] = place
    try:
        with run.samples_path.open("rb") as lines:
            for task_id, samples in places.items():
                rows = []
                for _, place in sorted(samples.items()):
                    lines.seek(place)
                    rows.append(readable(json.loads(lines.readline())))
                yield task_id, rows
    except (OSError, ValueError) as error:
        raise StorageError(f"{run.samples_path} cannot be read: {error}") from None
