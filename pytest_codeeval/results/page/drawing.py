"""Small drawings within tables, as SVG: where a figure lies, and the shares that make up a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from pytest_codeeval.results.page.leaderboard import Figure

_FILLS = 8


def bar(figure: Figure) -> Markup:
    """Draw a share with its interval; nothing for a figure that is no share."""
    if figure.share is None:
        return Markup("")
    low, high = figure.ends
    return Markup(
        '<svg class=bar viewBox="0 0 100 8" preserveAspectRatio=none aria-hidden=true>'
        '<rect class=ground width=100 height=8 /><rect class=value width="{:.1f}" y=2 height=4 />'
        '<path class=interval d="M{:.1f} 1v6M{:.1f} 4H{:.1f}M{:.1f} 1v6" vector-effect=non-scaling-stroke /></svg>'
    ).format(100 * figure.share, low, low, high, high)


def shares(counts: Mapping[str, int], names: Sequence[str]) -> Markup:
    """Draw counts side by side, in the order and the colours of their names."""
    total = sum(counts.values())
    pieces, start = [], 0.0
    for place, name in enumerate(names):
        width = 100 * counts.get(name, 0) / total if total else 0.0
        if width:
            pieces.append(
                Markup("<rect class=f{} x={:.2f} width={:.2f} height=8><title>{} {:.1f} %</title></rect>").format(
                    fill(place), start, width, name.replace("_", " "), width
                )
            )
        start += width
    return Markup('<svg class=shares viewBox="0 0 100 8" preserveAspectRatio=none aria-hidden=true>{}</svg>').format(
        Markup("").join(pieces)
    )


def swatch(place: int) -> Markup:
    """Draw the colour of a name."""
    return Markup(
        '<svg class=swatch viewBox="0 0 8 8" aria-hidden=true><rect class=f{} width=8 height=8 /></svg>'
    ).format(fill(place))


def fill(place: int) -> int:
    """Return the colour of a name by its place; the last one is for all that come behind."""
    return min(place, _FILLS - 1)
