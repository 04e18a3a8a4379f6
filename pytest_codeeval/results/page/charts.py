"""The charts of runs, as the page takes them in: pictures without scripts, each with the table of its figures."""

from __future__ import annotations

import importlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.results.results import Results

_STYLE = re.compile(r'(<[^<>]*?)\sstyle="([^"]*)"')
_ID = re.compile(r'(\bid="|url\(#|href="#)([\w.-]+)')
_PLAIN = re.compile(r"[a-z-]+")
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
        """Draw the charts of runs."""
        try:
            charts_of = importlib.import_module("pytest_codeeval.results.charts").charts_of
        except ImportError:
            return cls()
        drawn, missing = [], ""
        for number, chart in enumerate(charts_of(results)):
            if chart.name == _BY_ITSELF:
                continue
            svg = ""
            if not missing:
                try:
                    svg = chart.svg()
                except UsageError as error:
                    missing = str(error)
            drawn.append(Drawn(chart.title, inline(svg, number), chart.headers, chart.rows))
        return cls(drawn, missing)


def inline(svg: str, number: int) -> Markup:
    """Return a picture as it may stand in the page beside others.

    The page's policy takes no `style` attributes, so that they become attributes of their own; ids are made unlike
    those of other pictures.
    """
    svg = svg[svg.find("<svg") :] if "<svg" in svg else ""
    svg = _STYLE.sub(lambda found: found[1] + _attributes(found[2]), svg)
    return Markup(_ID.sub(rf"\g<1>p{number}-\g<2>", svg))  # noqa: S704 - made by the charts, which escape their texts


def _attributes(style: str) -> str:
    pairs = (part.partition(":") for part in style.split(";"))
    named = ((name.strip(), value.strip()) for name, _, value in pairs if value.strip())
    return "".join(f' {name}="{value}"' for name, value in named if _PLAIN.fullmatch(name))
