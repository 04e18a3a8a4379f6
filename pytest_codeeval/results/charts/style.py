"""Style: colours that the colour-blind tell apart, and what all charts have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Spec = dict[str, Any]
Row = dict[str, Any]

# Okabe and Ito, "Color Universal Design", 2008; its black is left to text, as pages may be dark.
BLUE, SKY, GREEN, YELLOW = "#0072B2", "#56B4E9", "#009E73", "#F0E442"
ORANGE, VERMILION, PURPLE, GREY = "#E69F00", "#D55E00", "#CC79A7", "#999999"
TEXT = "currentColor"
_LINE = "#88888888"
_COLOURS = (BLUE, ORANGE, GREEN, VERMILION, SKY, PURPLE, GREY)
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
INTERVAL = "95 % interval over problems"

_CONFIG: Spec = {
    "aria": False,  # the picture is one image with a title, and its table stands beside it
    "font": "Arial, Helvetica, Liberation Sans, sans-serif",
    "view": {"stroke": None},
    # Each size is named, as a picture is measured in larger ones than it is drawn in.
    "text": {"fontSize": 11},
    "axis": {
        "labelColor": TEXT,
        "titleColor": TEXT,
        "labelLimit": 0,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "domainColor": _LINE,
        "tickColor": _LINE,
        "gridColor": _LINE,
        "gridOpacity": 0.5,
    },
    "legend": {
        "labelColor": TEXT,
        "titleColor": TEXT,
        "labelLimit": 0,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "symbolSize": 90,
    },
    "header": {"labelColor": TEXT, "titleColor": TEXT, "labelLimit": 0, "labelFontSize": 12, "labelFontWeight": "bold"},
    "title": {
        "color": TEXT,
        "subtitleColor": TEXT,
        "anchor": "start",
        "offset": 14,
        "fontSize": 15,
        "subtitleFontSize": 12,
    },
    "facet": {"spacing": 24},
    "concat": {"spacing": 36},
}


def figure(title: str, parts: Sequence[Spec], subtitle: str = INTERVAL) -> Spec:
    """Return a whole specification of one part, or of several below each other."""
    body: Spec = dict(parts[0]) if len(parts) == 1 and "title" not in parts[0] else {"vconcat": list(parts)}
    heading = {"text": title, **({"subtitle": subtitle} if subtitle else {})}
    return {"title": heading, "padding": 16, "config": _CONFIG, **body}


def within(said: str, *, on_dark: bool) -> Row:
    """Return the data of a text that stands on a colour, which `written_within` draws."""
    return {"white": said if on_dark else "", "black": "" if on_dark else said}


def written_within(encoding: Spec, size: int) -> list[Spec]:
    """Return the layers that draw texts in the ink that can be read on their colours."""
    return [
        {
            "mark": {"type": "text", "fontSize": size, "color": ink},
            "encoding": {**encoding, "text": {"field": ink, "type": "nominal"}},
        }
        for ink in ("white", "black")
    ]


def names(field: str, domain: Sequence[str], **axis: Any) -> Spec:
    """Return an encoding by names, in the order given."""
    look = {"title": None, "domain": False, "ticks": False, "labelPadding": 6, **axis}
    return {"field": field, "type": "nominal", "scale": {"domain": list(domain)}, "axis": look}


def panels(rows: Sequence[Row], domain: Sequence[str], columns: int, inner: Spec, spacing: int = 24) -> Spec:
    """Return one panel for each value of `panel`, in the order given; a single one needs no frame."""
    header = {"title": None, "labelAnchor": "start"}
    return {
        "data": {"values": list(rows)},
        "facet": {"field": "panel", "type": "nominal", "sort": list(domain), "header": header},
        "columns": columns,
        "spacing": {"row": 20, "column": spacing},
        "spec": inner,
    }


def by_model(models: Sequence[str]) -> tuple[Spec, Spec]:
    """Return the encodings of models by colour and, as colours come round and are not told apart by all, by shape."""
    n = range(len(models))
    legend = {"title": None, "orient": "bottom", "symbolOpacity": 1, "columns": 3 if max(map(len, models)) < 30 else 2}
    colours, shapes = ([kinds[i % len(kinds)] for i in n] for kinds in (_COLOURS, _SHAPES))
    return (
        {**_by(models, colours), "legend": legend},
        {**_by(models, shapes), "legend": legend},
    )


def _by(models: Sequence[str], kinds: Sequence[str]) -> Spec:
    return {"field": "model", "type": "nominal", "scale": {"domain": list(models), "range": list(kinds)}}
