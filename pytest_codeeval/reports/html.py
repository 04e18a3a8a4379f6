"""What stands around the table of pytest-html's page: style, score table, filters and their script."""

from collections import Counter
from collections.abc import Mapping, Sequence

from pytest_codeeval.reports.asset import asset
from pytest_codeeval.reports.markup import one_line
from pytest_codeeval.reports.stagetable import Table

_LEFT = 2
"""How many columns of words a table has, where it has not one more."""


def style_html() -> str:
    """Return the one stylesheet that all rows share."""
    return f"<style>{asset('report.css')}</style>"


def score_table_html(
    headers: Sequence[str], rows: Sequence[Sequence[str]], notes: Sequence[str], *further: Table
) -> str:
    """Return the score table, with further tables and notes below it, as HTML."""
    if not rows and not notes:
        return ""
    tables = "".join(map(_table, [Table(headers, rows), *further]))
    return f"<div class=ce>{tables}{''.join(f'<p>{one_line(note, 1000)}</p>' for note in notes)}</div>"


def head_html(scores: str, settings: Sequence[tuple[str, str]]) -> str:
    """Return what stands before all else, which the script puts there: scores (HTML) and the settings of the run."""
    rows = "".join(f"<tr><th>{one_line(name)}<td>{one_line(value, 4000)}" for name, value in settings)
    table = f"<div class=ce><table class=ce-settings>{rows}</table></div>" if rows else ""
    viewport = '<meta name=viewport content="width=device-width, initial-scale=1">'
    return f"{viewport}<section class=ce-head><h2>Scores</h2>{scores}<h2>Run</h2>{table}</section>"


def filters_html(groups: Mapping[str, Mapping[str, int]], *, has_media: bool = False) -> str:
    """Return the controls that choose rows by words and by each of `groups`, and their script.

    These are a column's values, with how many rows each has; the outcomes are always shown. The empty value stands for
    the rows that are no results: errors, and tests of another kind. `has_media` says that some row shows a picture or a
    video.
    """
    if not any(groups.values()):
        return ""
    search = "<label class=ce-search>Search <input type=search name=words autocomplete=off></label>"
    shown = {name: counted for name, counted in groups.items() if name == "outcome" or len(counted) > 1}
    bar = search + "".join(_group(name, counted) for name, counted in shown.items())
    count = "<span class=ce-count role=status></span><button type=button class=ce-clear hidden>show all</button>"
    media = " data-media" if has_media else ""
    return f"<form class=ce-filters{media}>{bar}{count}</form><script>{asset('report.js')}</script>"


def _table(table: Table) -> str:
    if not table.rows:
        return ""
    head = "".join(f"<th>{one_line(text)}</th>" for text in table.headers)
    body = "".join("<tr>" + "".join(f"<td>{one_line(text)}</td>" for text in row) + "</tr>" for row in table.rows)
    kind = "ce-scores" if table.left == _LEFT else '"ce-scores ce-words"'
    drawn = f"<table class={kind}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f"<details><summary>{one_line(table.title)}</summary>{drawn}</details>" if table.title else drawn


def _group(name: str, counted: Mapping[str, int]) -> str:
    boxes = "".join(
        f'<label><input type=checkbox name={name} value="{value}">{value or "no result"} <small>{count}</small></label>'
        for value, count in Counter(counted).most_common()
    )
    return f"<fieldset><legend>Only {name}</legend>{boxes}</fieldset>"
