"""Stages: what share of the samples got through each stage, such as build, lints and tests, or the checks of a call."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_codeeval.core.estimate import ratio
from pytest_codeeval.core.metric import Mean
from pytest_codeeval.reports.stages import OVERALL, shown
from pytest_codeeval.results.charts.chart import Absent, Chart
from pytest_codeeval.results.charts.grid import Cell, Figure, Grid
from pytest_codeeval.results.charts.rates import bar, bars, said
from pytest_codeeval.results.charts.style import INTERVAL, Row, Spec, figure

_RATE = Mean("rate")
_HEADERS = ("model", "suite", "stage", "rate", "95 % interval", "samples")


def tools(grid: Grid) -> Chart | Absent:
    """Return the rates of all stages by model and suite, for the suites that have several."""
    name, title = "tool_specific_performance", "Rates by stage"
    staged: dict[tuple[str, ...], list[str]] = {}
    for suite in dict.fromkeys(cell.suite for cell in grid.cells if cell.score.stage_names):
        staged.setdefault(_stages(grid.of_suite(suite)), []).append(suite)
    rows: list[tuple[str, ...]] = []
    found: list[Spec] = []
    for stages, suites in staged.items():
        drawn: list[Row] = []
        for suite in suites:
            for stage in stages:
                for model in grid.models:
                    cell = grid.cell(model, suite)
                    rate = _rate(cell, stage) if cell else None
                    if cell:
                        rows.append((model, suite, shown(stage), *said(rate), str(cell.score.tally.samples)))
                    drawn.append(_bar(grid, model, suite, stage, rate))
        found += bars(drawn, _lines(grid, suites), len(stages))
    if not found:
        return Absent(name, "no suite has stages, such as build, clippy and test, or the checks of a call")
    models = list(grid.short.values())
    about = INTERVAL if len(models) > 1 else f"{models[0]}, {INTERVAL}"
    return Chart(name, title, figure(title, found, about), _HEADERS, tuple(rows))


def _stages(cells: Iterable[Cell]) -> tuple[str, ...]:
    return (*dict.fromkeys(stage for cell in cells for stage in cell.score.stage_names), OVERALL)


def _lines(grid: Grid, suites: list[str]) -> list[str]:
    one = len(grid.models) == 1
    return [grid.heading(suite) for suite in suites] if one else [grid.short[model] for model in grid.models]


def _bar(grid: Grid, model: str, suite: str, stage: str, rate: Figure | None) -> Row:
    if len(grid.models) == 1:
        return bar(grid.heading(suite), shown(stage), rate)
    return bar(grid.short[model], f"{grid.heading(suite)} · {shown(stage)}", rate)


def _rate(cell: Cell, stage: str) -> Figure | None:
    """Return the share of the samples that passed a stage: what did not get as far did not pass it."""
    names = cell.score.stage_names
    if stage != OVERALL and stage not in names:
        return None
    sums = [(float(tally.columns(names)[stage]), float(tally.samples)) for tally in cell.score.stages.values()]
    return (_RATE, ratio(sums)) if sums else None
