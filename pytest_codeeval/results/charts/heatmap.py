"""Heat maps: one figure for each model and suite, or part of one, in colour and as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pytest_codeeval.results.charts.chart import Absent, Chart
from pytest_codeeval.results.charts.grid import Figure, Grid
from pytest_codeeval.results.charts.labels import labels
from pytest_codeeval.results.charts.rates import NO_FIGURE, problems, said
from pytest_codeeval.results.charts.style import TEXT, Row, Spec, figure, names, within, written_within

_SCHEME = "cividis"  # made for the colour-blind; dark to bright, so that it holds in grey as well
_BRIGHT = 0.46
_STEP, _LETTER, _PART = 62, 6, 30
_HEADERS = ("model", "suite", "metric", "value", "95 % interval", "problems")
_NOT_ON_SCALE = "#dddddd"


def suites(grid: Grid) -> Chart | Absent:
    """Return the headline of each model in each suite, as a map."""
    name, title = "success_rate_heatmap", "Success rates by model and suite"
    measured = [suite for suite in grid.suites if grid.headline(suite)]
    if not measured:
        return Absent(name, NO_FIGURE)
    body = _map(grid, measured, {suite: grid.measured(suite) for suite in measured})
    return Chart(name, title, figure(title, [body], ""), _HEADERS, _table(grid, measured))


def parts(grid: Grid) -> Chart | Absent:
    """Return the same for the parts of suites: languages, categories, difficulties."""
    name, title = "performance_by_part", "Success rates by part of a suite"
    found: list[Spec] = []
    rows: list[tuple[str, ...]] = []
    for whole, all_parts in grid.parts.items():
        measured = [part for part in all_parts if grid.headline(part)]
        short = labels([part.removeprefix(f"{whole}-") for part in measured], _PART)
        heads = dict(zip(measured, short, strict=True))
        if measured:
            head = {"text": f"{grid.heading(whole)} · {grid.metric(measured[0])}", "fontSize": 12, "frame": "group"}
            found.append({"title": head, **_map(grid, measured, heads)})
            rows += _table(grid, measured)
    if not found:
        return Absent(name, "no suite has parts, such as languages or categories")
    spec = {**figure(title, found, ""), "resolve": {"scale": {"color": "shared"}}}
    return Chart(name, title, spec, _HEADERS, tuple(rows))


def _table(grid: Grid, measured: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (cell.model, suite, grid.headline(suite), *said(grid.figure(cell.model, suite)), problems(cell))
        for suite in measured
        for cell in grid.of_suite(suite)
    )


def _map(grid: Grid, measured: Sequence[str], heads: Mapping[str, str]) -> Spec:
    """Return a map of models and suites, the longer of both downwards."""
    asked = [model for model in grid.models if any(grid.cell(model, suite) for suite in measured)]
    models = [grid.short[model] for model in asked]
    flat = len(heads) <= len(models)
    across, down = (list(heads.values()), models) if flat else (models, list(heads.values()))
    cells: dict[str, list[Row]] = {"share": [], "other": [], "none": []}
    for suite in measured:
        for model in asked:
            x, y = (heads[suite], grid.short[model]) if flat else (grid.short[model], heads[suite])
            kind, about = _cell(grid.figure(model, suite))
            cells[kind].append({"x": x, "y": y, **about})
    slanted = max(map(len, across)) * _LETTER > _STEP
    angle = {"labelAngle": -40, "labelAlign": "left"} if slanted else {"labelAngle": 0}
    return {
        "width": {"step": _STEP},
        "height": {"step": 24},
        "encoding": {"x": names("x", across, orient="top", **angle), "y": names("y", down)},
        "layer": [layer for kind, rows in cells.items() if rows for layer in _layers(rows, kind)],
    }


def _cell(found: Figure | None) -> tuple[str, Row]:
    """Return the kind of a cell, and its data."""
    if found is None:
        return "none", {"said": "–"}
    metric, estimate = found
    text = metric.written(estimate.value)
    if not metric.percent:
        return "other", within(text, on_dark=False)
    return "share", {"share": estimate.value, **within(text, on_dark=estimate.value < _BRIGHT)}


def _layers(rows: Sequence[Row], kind: str) -> list[Spec]:
    data = {"values": list(rows)}
    legend = {"title": None, "format": "%", "gradientLength": 120}
    shade = {"field": "share", "type": "quantitative", "scale": {"scheme": _SCHEME, "domain": [0, 1]}, "legend": legend}
    mark: Spec = {"type": "rect", "width": {"band": 0.97}, "height": {"band": 0.94}}
    if kind == "none":
        mark |= {"fill": None, "stroke": "#88888888", "strokeDash": [2, 2]}
        dash = {"mark": {"type": "text", "color": TEXT}, "encoding": {"text": {"field": "said", "type": "nominal"}}}
        return [{"data": data, "mark": mark}, {"data": data, **dash}]
    if kind == "other":
        mark |= {"fill": _NOT_ON_SCALE}
    colour = {"encoding": {"color": shade}} if kind == "share" else {}
    return [{"data": data, "mark": mark, **colour}, *({"data": data, **layer} for layer in written_within({}, 11))]
