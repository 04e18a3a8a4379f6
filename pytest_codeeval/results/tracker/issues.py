"""Known issues: why samples did not pass, the commonest causes of each cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pytest_codeeval.core.result import in_words
from pytest_codeeval.results.tracker.cell import Cell
from pytest_codeeval.results.tracker.section import Section, Table, Text

_SHOWN = 5


def issues(cells: Sequence[Cell]) -> Section:
    """Return the section."""
    rows = [row for cell in cells for row in _of(cell)]
    if not any(cell.runs for cell in cells):
        return Section("Known issues", [Text("Nothing was tested.")])
    if not rows:
        return Section("Known issues", [Text("None: no sample failed.")])
    said = f"The commonest causes for which samples did not pass, {_SHOWN} of each at most."
    heads = ["model", "preset", "cause", "samples", "of those that failed", "suites", "such as"]
    return Section("Known issues", [Text(said), Table(heads, rows)])


def _of(cell: Cell) -> list[list[str]]:
    counts: Counter[str] = Counter()
    where: dict[str, Counter[str]] = {}
    first: dict[str, str] = {}
    for suite in sorted(cell.runs):
        for task_id, found in sorted(cell.score(suite).causes.items(), key=lambda one: (len(one[0]), one[0])):
            for cause, count in found.items():
                counts[cause] += count
                where.setdefault(cause, Counter())[suite] += count
                first.setdefault(cause, task_id)
    total = counts.total()
    commonest = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:_SHOWN]
    return [
        [
            cell.model,
            cell.preset or "–",
            in_words(cause),
            f"{count:,}",
            f"{count / total:.0%}",
            ", ".join(sorted(where[cause], key=lambda suite: (-where[cause][suite], suite))),
            first[cause],
        ]
        for cause, count in commonest
    ]
