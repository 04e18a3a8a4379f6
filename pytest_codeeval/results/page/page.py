"""The page: all that is told of runs, put together as one document that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from pytest_codeeval import __version__
from pytest_codeeval.core.result import in_words
from pytest_codeeval.core.text import printable
from pytest_codeeval.results.page.blocks import packed
from pytest_codeeval.results.page.charts import Charts
from pytest_codeeval.results.page.compared import Compared
from pytest_codeeval.results.page.differences import Differences
from pytest_codeeval.results.page.drawing import bar, shares, swatch
from pytest_codeeval.results.page.environment import asset, environment, hashed
from pytest_codeeval.results.page.grid import Grid
from pytest_codeeval.results.page.leaderboard import Leaderboard
from pytest_codeeval.results.results import Results

GENERATOR = "pytest-codeeval report"
_AT_ONCE = 200  # pieces of the template that are put together before they are handed on
_SCRIPT = ("texts", "holdings", "view", "filters", "grid", "cell", "colours", "difference", "start")
"""Parts of the script in their order; they are one scope, as the page is its own and shares nothing."""
_PLACES = (
    ("leaderboard", "Leaderboard"),
    ("differences", "Differences"),
    ("charts", "Charts"),
    ("heatmap", "Heat map"),
    ("outcomes", "Outcomes"),
    ("grid", "Problems"),
    ("settings", "Settings"),
)


def page_of(results: Results) -> Iterator[str]:
    """Yield the page piece by piece."""
    grid = Grid(results)
    compared, differences, charts = Compared.of(results), Differences.of(results), Charts.of(results)
    style, script = asset("page.css"), _script()
    shown = {"differences": len(results.runs) > 1, "charts": bool(charts.drawn)}
    pages = environment()
    pages.globals.update(bar=bar, shares=shares, swatch=swatch, words=in_words)
    template = pages.get_template("page.html")
    stream = template.stream(
        title=_title(results),
        generator=GENERATOR,
        version=__version__,
        style=Markup(style),  # noqa: S704 - the package's own
        style_hash=hashed(style),
        script=Markup(script),  # noqa: S704 - the package's own
        script_hash=hashed(script),
        places=[(place, name) for place, name in _PLACES if shown.get(place, True)],
        compared=compared,
        board=Leaderboard.of(results, grid.seconds),
        differences=differences,
        charts=charts,
        grid=packed(grid.to_json()),
        blocks=(("prompt", grid.prompts.texts), ("sample", grid.samples.texts)),
    )
    stream.enable_buffering(_AT_ONCE)
    yield from stream


def _title(results: Results) -> str:
    names = list(dict.fromkeys(run.name for run in results.runs))
    if len(names) > 3:
        return f"{len(names)} runs of code evaluation"
    return f"Code evaluation: {', '.join(printable(name, limit=80) for name in names)}"


def _script() -> str:
    parts = "\n".join(asset("script", f"{name}.js") for name in _SCRIPT)
    return f'"use strict";\n(() => {{\n{parts}}})();\n'
