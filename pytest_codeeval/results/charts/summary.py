"""The summary of models: every metric of every model in every suite, as numbers for other programs."""

from __future__ import annotations

from pytest_codeeval.core.column import Total
from pytest_codeeval.results.charts.grid import Cell, Grid

HEADERS = (
    "model",
    "suite",
    "metric",
    "value",
    "low",
    "high",
    "method",
    "graded",
    "problems",
    "samples",
    "passed",
    "errors",
    "tokens_in",
    "tokens_out",
    "cost",
)


def summary(grid: Grid) -> list[tuple[str, ...]]:
    """Return the rows of HEADERS; a suite without a figure has one row, so that it is not passed over in silence."""
    return [row for cell in grid.cells for row in _rows(cell)]


def _rows(cell: Cell) -> list[tuple[str, ...]]:
    score = cell.score
    counts = (len(score.graded), cell.of, score.outcomes.total(), score.outcomes["passed"], len(score.errors))
    sums = (_known(score.total_of(name)) for name in ("prompt_tokens", "completion_tokens", "cost"))
    about = (*map(str, counts), *sums)
    figures = [
        (name, repr(found.value), repr(found.low), repr(found.high), found.method)
        for name, (_, found) in cell.estimates.items()
    ]
    return [(cell.model, cell.suite, *figure, *about) for figure in figures or [("",) * 5]]


def _known(total: Total) -> str:
    """Write a sum; what is known of some answers only is no sum of all."""
    return f"{total.sum:.12g}" if total.known and not total.unknown else ""
