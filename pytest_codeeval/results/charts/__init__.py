"""Charts of results: Vega-Lite specifications with the table of the same figures, drawn as SVG and PNG."""

from pytest_codeeval.results.charts.chart import Absent as Absent
from pytest_codeeval.results.charts.chart import Chart as Chart
from pytest_codeeval.results.charts.charts import charts_of as charts_of

__all__ = ["Absent", "Chart", "charts_of"]
