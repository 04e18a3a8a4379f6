"""Vega-Lite to SVG and PNG by vl-convert, which needs no browser and is given nothing to fetch."""

from __future__ import annotations

import re
from functools import partial
from html import escape
from typing import Any

from pytest_codeeval.core.errors import CodeEvalError
from pytest_codeeval.core.extra import needed

_INCH = 72.0
_MOST_DOTS = 60_000_000
"""About what viewers show; to draw that many takes half a gigabyte."""
_SIZE = re.compile(r'width="([0-9.]+)" height="([0-9.]+)"')
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAG = re.compile(r"<[^>]*>")
_OF_OBJECTS = re.compile(
    r"__(?:proto|defineGetter|defineSetter|lookupGetter|lookupSetter)__|constructor|hasOwnProperty|isPrototypeOf|"
    r"propertyIsEnumerable|toLocaleString|toString|valueOf"
)
"""What every object of JavaScript has: Vega looks names up in objects, and takes these for known."""
_WIDER = 1.2
"""How much wider than Arial, by which texts are measured, a viewer's font may be: DejaVu and Verdana are that wide."""
_FONT_SIZE = re.compile(r'(?<=font-size=")([0-9.]+)(?=px")')
_ID = re.compile(r'(\bid="|url\(#|href="#)([^")]+)')


def svg(spec: dict[str, Any], name: str, title: str, *, alone: bool = False) -> str:
    """Return a specification drawn as one `<svg>` without script; `alone` for a file of its own, black on white.

    Ids are counted behind `name`, so that several fit into one page and the same one is drawn alike again.
    Raises MissingExtra without vl-convert.
    """
    ground = {"config": {"background": "white"}} if alone else {"config": {"background": None}}
    drawn: str = _convert("vegalite_to_svg", _roomy(_clean(spec)), allowed_base_urls=[], **ground)
    ids: dict[str, str] = {}
    number = partial(_ID.sub, lambda found: found[1] + ids.setdefault(found[2], f"{name}-{len(ids)}"))
    as_meant = partial(_FONT_SIZE.sub, lambda found: f"{float(found[1]) / _WIDER:.4g}")
    drawn = _TAG.sub(lambda tag: as_meant(number(tag[0])), drawn)
    head = f'<svg role="img" overflow="visible" aria-labelledby="{name}-title" ' + ('color="black" ' if alone else "")
    start = drawn.index(">") + 1
    title = f'<title id="{name}-title">{escape(title)}</title>'
    return head + drawn[len("<svg ") : start] + title + drawn[start:]


def png(drawn: str, dpi: int) -> bytes:
    """Return an SVG in dots. Raises MissingExtra without vl-convert."""
    found = _SIZE.search(drawn)
    width, height = (float(side) for side in found.groups()) if found else (_INCH, _INCH)
    most = _INCH * (_MOST_DOTS / (width * height)) ** 0.5
    dots: bytes = _convert("svg_to_png", drawn, ppi=min(dpi, most))
    return dots


def _roomy(part: Any) -> Any:
    """Return a specification with larger letters, so that all texts are given room for those of a wider font."""
    if isinstance(part, dict):
        larger = {key for key, value in part.items() if key.lower().endswith("fontsize") and isinstance(value, int)}
        return {key: value * _WIDER if key in larger else _roomy(value) for key, value in part.items()}
    return [_roomy(one) for one in part] if isinstance(part, list) else part


def _clean(part: Any) -> Any:
    """Return a specification without what vl-convert stumbles over, seen as before.

    Over a character that no XML has it aborts the whole process; a name that objects have gets a space behind it.
    """
    if isinstance(part, str):
        return f"{part} " if _OF_OBJECTS.fullmatch(part) else _NO_XML.sub("\ufffd", part)
    if isinstance(part, dict):
        return {key: _clean(value) for key, value in part.items()}
    return [_clean(one) for one in part] if isinstance(part, list) else part


def _convert(function: str, *arguments: Any, **options: Any) -> Any:
    library = needed("vl_convert", "charts", "drawing a chart", "vl-convert-python")
    try:
        return getattr(library, function)(*arguments, **options)
    except ValueError as error:
        raise CodeEvalError(f"a chart could not be drawn by vl-convert: {' '.join(str(error).split())[:300]}") from None
