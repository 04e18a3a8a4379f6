"""Curves: pass@k over k, for the suites of which a problem has several samples."""

from __future__ import annotations

from pytest_codeeval.core.estimate import Estimate
from pytest_codeeval.core.metric import PassAt
from pytest_codeeval.results.charts.chart import Absent, Chart
from pytest_codeeval.results.charts.grid import Cell, Grid
from pytest_codeeval.results.charts.rates import said
from pytest_codeeval.results.charts.style import Row, Spec, by_model, figure, panels

_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_WIDTH, _APART = 240, 11


def pass_at_k(grid: Grid) -> Chart | Absent:
    """Return pass@k of each model in each suite, up to as many samples as every problem has."""
    name, title = "pass_at_k", "pass@k"
    rows: list[Row] = []
    table = []
    for suite in grid.suites:
        for cell in grid.of_suite(suite):
            for k, metric, estimate in _curve(cell):
                row = {"model": grid.short[cell.model], "panel": grid.heading(suite), "k": str(k)}
                rows.append({**row, "value": estimate.value, "low": estimate.low, "high": estimate.high})
                table.append((cell.model, suite, metric.name, *said((metric, estimate)), str(len(cell.score.graded))))
    if not rows:
        return Absent(name, "no suite that has pass@k was run with several samples a problem")
    headers = ("model", "suite", "metric", "value", "95 % interval", "problems")
    return Chart(name, title, figure(title, [_curves(grid, rows)]), headers, tuple(table))


def _curve(cell: Cell) -> list[tuple[int, PassAt, Estimate]]:
    """Return k, metric and estimate; nothing if there is but one point, or if the suite has other metrics."""
    problems = list(cell.score.graded.values())
    most = min(map(len, problems), default=0)
    if most < 2 or not any(isinstance(metric, PassAt) for metric in cell.score.metrics((1,))):
        return []
    asked = {k for k in (*_STEPS, *cell.pass_at, most) if k <= most}
    found = [(k, PassAt(k), PassAt(k).estimate(problems)) for k in sorted(asked)]
    return [(k, metric, estimate) for k, metric, estimate in found if estimate is not None]


def _curves(grid: Grid, rows: list[Row]) -> Spec:
    drawn = {row["model"] for row in rows}
    models = [grid.short[model] for model in grid.models if grid.short[model] in drawn]
    ks = sorted({row["k"] for row in rows}, key=int)
    colour, shape = by_model(models)
    place = {"type": "nominal", "scale": {"domain": models}}
    y: Spec = {"type": "quantitative", "scale": {"domain": [0, 1]}, "axis": {"title": None, "format": "%"}}
    axis = {"title": "k", "labelAngle": 0, "grid": False}
    point = {"field": "value", **y}
    width = max(_WIDTH, _APART * len(models) * len(ks))
    inner = {
        "width": width,
        "height": 240,
        "encoding": {
            "x": {"field": "k", "type": "ordinal", "scale": {"domain": ks}, "axis": axis},
            "xOffset": {"field": "model", **place},
            "color": colour,
        },
        "layer": [
            {"mark": {"type": "line", "strokeWidth": 1, "opacity": 0.6}, "encoding": {"y": point}},
            {"mark": {"type": "errorbar"}, "encoding": {"y": {"field": "low", **y}, "y2": {"field": "high"}}},
            {
                "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
                "encoding": {"y": point, "shape": shape},
            },
        ],
    }
    titles = list(dict.fromkeys(row["panel"] for row in rows))
    columns = 3 if width <= _WIDTH else 2
    return panels(rows, titles, min(columns, len(titles)), inner)
