"""Stylesheet and script of the page, as they lie beside this module."""

from functools import cache
from importlib.resources import files


@cache
def asset(name: str) -> str:
    """Return the text of a file in `assets`."""
    return files(__package__).joinpath("assets", name).read_text(encoding="utf-8")
