"""Cost against quality: what the answers cost, or how many tokens they have, and how good they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_codeeval.core.column import Total, price
from pytest_codeeval.results.charts.chart import Absent, Chart
from pytest_codeeval.results.charts.grid import Cell, Grid
from pytest_codeeval.results.charts.rates import said
from pytest_codeeval.results.charts.style import INTERVAL, Row, Spec, by_model, figure, panels

_SIDE = 220
_FAR_APART = 10
_ANSWERS = 1000


@dataclass(frozen=True, slots=True)
class _Measure:
    """What stands below: a column that is added up, for how many answers, and how the axis is called."""

    column: str
    answers: int
    axis: str
    title: str

    def of(self, cell: Cell) -> float | None:
        """Return what so many answers took; None if that is not known of all."""
        total = cell.score.total_of(self.column)
        samples = cell.score.outcomes.total()
        return total.sum / samples * self.answers if total.known == samples > 0 else None


_COST = _Measure("cost", _ANSWERS, f"US dollars for {_ANSWERS:,} answers", "Cost against quality")
_TOKENS = _Measure("completion_tokens", 1, "tokens of an answer", "Length of answers against quality")


def against_quality(grid: Grid) -> Chart | Absent:
    """Return cost and headline of each model in each suite; tokens instead if no cost is known."""
    name = "cost_against_quality"
    cells = [cell for suite in grid.suites for cell in grid.of_suite(suite)]
    measure = next((one for one in (_COST, _TOKENS) if any(one.of(cell) is not None for cell in cells)), None)
    if measure is None:
        return Absent(name, "neither cost nor tokens are known of all answers of a model in a suite")
    rows = [row for cell in cells for row in _rows(grid, cell, measure)]
    kinds = [[row for row in rows if row["percent"] is percent] for percent in (True, False)]
    parts = [_points(grid, here, measure) for here in kinds if here]
    if not parts:
        return Absent(name, "no model has both a figure and a cost that is known of all its answers")
    headers = ("model", "suite", "metric", "value", "95 % interval", measure.axis, "cost", "tokens out")
    table = tuple(_line(grid, cell, measure) for cell in cells)
    return Chart(name, measure.title, figure(measure.title, parts, INTERVAL), headers, table)


def _rows(grid: Grid, cell: Cell, measure: _Measure) -> list[Row]:
    """Return the data of a cell's point, nothing if one of its places is not known."""
    found, took = grid.figure(cell.model, cell.suite), measure.of(cell)
    if found is None or took is None:
        return []
    metric, estimate = found
    ends = {"value": estimate.value, "low": estimate.low, "high": estimate.high}
    place = {"model": grid.short[cell.model], "panel": grid.measured(cell.suite), "percent": metric.percent}
    return [{**place, **ends, "took": took}]


def _line(grid: Grid, cell: Cell, measure: _Measure) -> tuple[str, ...]:
    took = measure.of(cell)
    cost, tokens = (cell.score.total_of(name) for name in (_COST.column, _TOKENS.column))
    written = "unknown" if took is None else f"{took:,.4g}"
    sums = price(cost), _counted(tokens)
    headline = grid.headline(cell.suite)
    return cell.model, cell.suite, headline, *said(grid.figure(cell.model, cell.suite)), written, *sums


def _counted(total: Total) -> str:
    return f"{total.sum:,.0f}" if total.known else "–"


def _points(grid: Grid, rows: Sequence[Row], measure: _Measure) -> Spec:
    drawn = {row["model"] for row in rows}
    colour, shape = by_model([grid.short[model] for model in grid.models if grid.short[model] in drawn])
    took = [row["took"] for row in rows]
    apart = min(took) > 0 and max(took) / min(took) > _FAR_APART
    scale = {"type": "log"} if apart else {"zero": True}
    y: Spec = {"type": "quantitative", "axis": {"title": None, **({"format": "%"} if rows[0]["percent"] else {})}}
    y["scale"] = {"domain": [0, 1]} if rows[0]["percent"] else {"zero": True}
    axis = {"title": measure.axis, "format": "~r", "tickCount": 5, "grid": False}
    inner = {
        "width": _SIDE,
        "height": _SIDE,
        "encoding": {"x": {"field": "took", "type": "quantitative", "scale": scale, "axis": axis}, "color": colour},
        "layer": [
            {"mark": {"type": "errorbar"}, "encoding": {"y": {"field": "low", **y}, "y2": {"field": "high"}}},
            {
                "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
                "encoding": {"y": {"field": "value", **y}, "shape": shape},
            },
        ],
    }
    titles = list(dict.fromkeys(row["panel"] for row in rows))
    return panels(rows, titles, min(3, len(titles)), inner)
