"""Rates: figures with their intervals as bars, a panel for each suite or stage."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_codeeval.core.estimate import Estimate
from pytest_codeeval.core.metric import Metric
from pytest_codeeval.results.charts.chart import Absent, Chart
from pytest_codeeval.results.charts.grid import Cell, Figure, Grid
from pytest_codeeval.results.charts.style import SKY, TEXT, Row, Spec, figure, names, panels

NO_FIGURE = "no suite has a figure: nothing was graded"
_WIDTH = 190
_MANY = 8


def overall(grid: Grid) -> Chart | Absent:
    """Return the headline of each model in each suite."""
    name, title = "overall_success_rates", "Overall success rates"
    suites = [suite for suite in grid.suites if grid.headline(suite)]
    if not suites:
        return Absent(name, NO_FIGURE)
    rows, table = [], []
    for suite in suites:
        for model in grid.models:
            cell, found = grid.cell(model, suite), grid.figure(model, suite)
            rows.append(bar(grid.short[model], grid.measured(suite), found, incomplete(cell) if cell else ""))
            table += [(model, suite, grid.headline(suite), *said(found), problems(cell))] if cell else []
    lines = [grid.short[model] for model in grid.models]
    headers = ("model", "suite", "metric", "value", "95 % interval", "problems")
    return Chart(name, title, figure(title, bars(rows, lines)), headers, tuple(table))


def said(found: Figure | None) -> tuple[str, str]:
    """Return a figure and its interval as a table has them."""
    if found is None:
        return "–", "–"
    metric, estimate = found
    return metric.written(estimate.value), f"{metric.written(estimate.low)}–{metric.written(estimate.high)}"


def problems(cell: Cell) -> str:
    """Return how many problems a figure is of, and of how many if these are not all."""
    return incomplete(cell) or str(len(cell.score.graded))


def incomplete(cell: Cell) -> str:
    """Return how many problems are graded of how many, "" if all are."""
    graded = len(cell.score.graded)
    return f"{graded} of {cell.of}" if graded < cell.of else ""


def bar(line: str, panel: str, found: tuple[Metric, Estimate] | None, beside: str = "") -> Row:
    """Return the data of one bar: on which line of which panel it stands, and what is said beside it."""
    if found is None:
        return {"line": line, "panel": panel, "said": f"no figure ({beside})" if beside else "not run", "percent": True}
    metric, estimate = found
    text = metric.written(estimate.value) + (f" ({beside})" if beside else "")
    ends = {"value": estimate.value, "low": estimate.low, "high": estimate.high}
    return {"line": line, "panel": panel, "said": text, "percent": metric.percent, **ends}


def bars(rows: Sequence[Row], lines: Sequence[str], columns: int = 3) -> list[Spec]:
    """Return the panels of bars: shares first, which go to 100 %, then what has a scale of its own.

    A line that has no bar in any of them is left out.
    """
    plain = {row["panel"] for row in rows if not row["percent"]}
    found = []
    for percent in (True, False):
        here = [row for row in rows if (row["panel"] not in plain) is percent]
        drawn = {row["line"] for row in here if "value" in row}
        here, order = [row for row in here if row["line"] in drawn], [line for line in lines if line in drawn]
        if len(order) == 1:  # a panel with one bar says little
            here = [{**row, "line": row["panel"], "panel": row["line"]} for row in here]
            order = list(dict.fromkeys(row["line"] for row in here))
        if here:
            titles = list(dict.fromkeys(row["panel"] for row in here))
            room = max(40, 6 * max(len(row["said"]) for row in here))
            found.append(panels(here, titles, min(columns, len(titles)), _inner(order, percent=percent), room))
    return found


def _inner(lines: Sequence[str], *, percent: bool) -> Spec:
    scale: Spec = {"domain": [0, 1]} if percent else {"zero": True}
    axis = {"title": None, **({"format": "%", "values": [0, 0.25, 0.5, 0.75, 1]} if percent else {})}
    x: Spec = {"type": "quantitative", "scale": scale, "axis": axis}
    beside = {"x": {"value": _WIDTH + 6}, "text": {"field": "said"}}
    return {
        "width": _WIDTH,
        "height": {"step": 20 if len(lines) <= _MANY else 16},
        "encoding": {"y": names("line", lines)},
        "layer": [
            {
                "mark": {"type": "bar", "color": SKY, "height": {"band": 0.7}},
                "encoding": {"x": {"field": "value", **x}},
            },
            {
                "mark": {"type": "errorbar", "ticks": {"color": TEXT, "size": 7}, "rule": {"color": TEXT}},
                "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}},
            },
            {"mark": {"type": "text", "align": "left", "fontSize": 10, "color": TEXT}, "encoding": beside},
        ],
    }
