"""The same document as an HTML page that needs nothing else, in the look of the report."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from pytest_codeeval.core.text import printable
from pytest_codeeval.results.page.template import asset, environment, hashed
from pytest_codeeval.results.tracker.section import Section

GENERATOR = "pytest-codeeval tracker"
_MOST_OF_NOTES = 1 << 20


def page(sections: Sequence[Section], notes: bytes) -> bytes:
    """Return the page; notes stand in it as they are written."""
    style = asset("page.css")
    said = printable(notes.decode("utf-8", "replace").replace("\r\n", "\n").strip("\n"), limit=_MOST_OF_NOTES)
    text = (
        environment()
        .get_template("sections.html")
        .render(
            title="Model tracker",
            generator=GENERATOR,
            style=Markup(style),  # noqa: S704 - the package's own
            style_hash=hashed(style),
            notes=escape(said),
            sections=sections,
        )
    )
    return text.encode("utf-8", "replace")
