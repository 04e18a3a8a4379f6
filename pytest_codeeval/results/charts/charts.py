"""charts_of: all charts that results have data for."""

from __future__ import annotations

from collections.abc import Callable

from pytest_codeeval.results.charts import cost, curves, heatmap, outcomes, rates, stages
from pytest_codeeval.results.charts.chart import Absent, Chart
from pytest_codeeval.results.charts.grid import Grid
from pytest_codeeval.results.results import Results

_KINDS: tuple[Callable[[Grid], Chart | Absent], ...] = (
    rates.overall,
    heatmap.suites,
    curves.pass_at_k,
    outcomes.breakdown,
    heatmap.parts,
    stages.tools,
    cost.against_quality,
)


def charts_of(results: Results) -> list[Chart]:
    """Return the charts that the results have data for; what draws them is needed only when one is drawn."""
    return [chart for chart in all_of(Grid(results)) if isinstance(chart, Chart)]


def all_of(grid: Grid) -> list[Chart | Absent]:
    """Return every chart, or why there is none."""
    return [kind(grid) for kind in _KINDS]
