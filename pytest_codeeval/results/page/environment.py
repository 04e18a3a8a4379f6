"""What all pages are put together with: templates, their style, and the hash by which their policy knows it."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from pytest_codeeval.core.text import printable

_LONGEST = 1000


def environment() -> Environment:
    """Return what renders templates: all text is escaped, its controls shown, and what is too long cut."""
    return Environment(
        loader=FunctionLoader(asset),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        keep_trailing_newline=True,
    )


def asset(*names: str) -> str:
    """Return a file of the package's own by its place among the assets."""
    return files(__package__).joinpath("assets", *names).read_text(encoding="utf-8")


def hashed(text: str) -> str:
    """Return the hash of a style or a script as a policy names it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _shown(value: Any) -> Any:
    """Return what stands in the page for a value: text from outside with its controls shown, and not too long."""
    return printable(value, limit=_LONGEST) if isinstance(value, str) and not isinstance(value, Markup) else value
