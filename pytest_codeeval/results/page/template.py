"""The template of a page: how what comes from outside is put into one, and what a browser may do with it."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from pytest_codeeval.core.result import in_words
from pytest_codeeval.core.text import printable
from pytest_codeeval.results.page.drawing import bar, shares, swatch

GENERATOR = "pytest-codeeval report"
AT_ONCE = 200
"""Pieces of the template that are put together before they are handed on."""
_LONGEST = 1000


def environment() -> Environment:
    """Return what fills templates: all that is put in is escaped, and has no controls."""
    environment = Environment(
        loader=FunctionLoader(asset),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(bar=bar, shares=shares, swatch=swatch, words=in_words)
    return environment


def _shown(value: Any) -> Any:
    """Return what stands in the page for a value: text from outside with its controls shown, and not too long."""
    return printable(value, limit=_LONGEST) if isinstance(value, str) and not isinstance(value, Markup) else value


def asset(*names: str) -> str:
    """Return a file of the page as text."""
    return files(__package__).joinpath("assets", *names).read_text(encoding="utf-8")


def hashed(text: str) -> str:
    """Return what the page's policy knows a script or a style by."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
