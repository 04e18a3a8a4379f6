"""Chart: one picture of results, and the table of what it shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pytest_codeeval.results.charts import converter


@dataclass(frozen=True)
class Chart:
    """A chart: `name` is that of its file, `spec` its Vega-Lite specification with the data in it.

    `headers` and `rows` are the table of the same figures, as text that nobody has escaped: the names in it are those
    of models and suites, which may be anything.
    """

    name: str
    title: str
    spec: dict[str, Any] = field(repr=False)
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def svg(self) -> str:
        """Return the picture to stand in a page: no ground, and the page's own colour of text.

        Raises MissingExtra without the converter.
        """
        return converter.svg(self.spec, self.name, self.title)

    def svg_file(self) -> str:
        """Return the picture to stand alone: black on white. Raises MissingExtra without the converter."""
        return converter.svg(self.spec, self.name, self.title, alone=True)

    def png(self, dpi: int = 300) -> bytes:
        """Return the picture in dots, fewer an inch than asked if it would be too large for a viewer.

        Raises MissingExtra without the converter.
        """
        return converter.png(self.svg_file(), dpi)


@dataclass(frozen=True, slots=True)
class Absent:
    """A chart that the results have no data for, and why."""

    name: str
    reason: str
