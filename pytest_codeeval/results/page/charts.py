"""The charts of runs, as the page takes them in: pictures without scripts, each with the table of its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pytest_codeeval.core.errors import CodeEvalError
from pytest_codeeval.results.charts import charts_of
from pytest_codeeval.results.results import Results

_BY_ITSELF = "success_rate_heatmap"  # the page has one of its own, which can be sorted


@dataclass(frozen=True)
class Drawn:
    """One chart; `svg` is empty if there is nothing that draws it."""

    title: str
    svg: Markup
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Charts:
    """All of them, and what is missing to draw them."""

    drawn: Sequence[Drawn] = ()
    missing: str = ""

    @classmethod
    def of(cls, results: Results) -> Charts:
        """Draw the charts of runs, as far as that can be done: each has its table in any case."""
        drawn, missing = [], ""
        for chart in charts_of(results):
            if chart.name == _BY_ITSELF:
                continue
            try:
                svg = chart.svg()
            except CodeEvalError as error:
                svg, missing = "", str(error)
            # Made by the charts, which escape their texts, have no styles, and no ids in common.
            drawn.append(Drawn(chart.title, Markup(svg), chart.headers, chart.rows))  # noqa: S704
        return cls(drawn, missing)
