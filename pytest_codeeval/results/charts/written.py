"""All charts and tables of results as the files that they are written to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_codeeval.results.charts import folder
from pytest_codeeval.results.charts.chart import Absent, Chart
from pytest_codeeval.results.charts.charts import all_of
from pytest_codeeval.results.charts.grid import Grid
from pytest_codeeval.results.charts.summary import HEADERS, summary
from pytest_codeeval.results.results import Results
from pytest_codeeval.results.tables import csvtext, latex, markdown

SUMMARY = "model_comparison_summary.csv"
_TABLES = ("tables.md", "tables.tex")
_KINDS = ("svg", "png")


@dataclass(frozen=True, slots=True)
class Written:
    """The names of the files that were written, the charts that were not, and the suites whose datasets differ."""

    names: tuple[str, ...]
    absent: tuple[Absent, ...] = ()
    differing: tuple[str, ...] = ()


def write_charts(results: Results, out: Path, dpi: int = 300) -> Written:
    """Write each chart as SVG and PNG, the summary as CSV, and the tables of the charts as Markdown and LaTeX.

    Raises UsageError if something is in the way (see `folder`), MissingExtra without what draws the charts.
    """
    grid = Grid(results)
    found = all_of(grid)
    charts = [one for one in found if isinstance(one, Chart)]
    names = [f"{chart.name}.{kind}" for chart in charts for kind in _KINDS]
    folder.check(out, [*names, SUMMARY, *_TABLES])  # before minutes are spent on drawing
    files: dict[str, bytes] = {}
    for chart in charts:
        files[f"{chart.name}.svg"] = chart.svg_file().encode("utf-8")
        files[f"{chart.name}.png"] = chart.png(dpi)
    files[SUMMARY] = csvtext.table(HEADERS, summary(grid)).encode("utf-8")
    files["tables.md"] = _tables(charts, markdown.table).encode("utf-8")
    files["tables.tex"] = _tables(charts, latex.table).encode("utf-8")
    could = [f"{one.name}.{kind}" for one in found for kind in _KINDS]
    folder.replace_files(out, files, [*could, SUMMARY, *_TABLES])
    absent = tuple(one for one in found if isinstance(one, Absent))
    return Written(tuple(files), absent, tuple(sorted(grid.differing)))


def _tables(charts: Sequence[Chart], table: Callable[[Sequence[str], Sequence[Sequence[str]], str], str]) -> str:
    return "\n".join(table(chart.headers, chart.rows, chart.title) for chart in charts)
