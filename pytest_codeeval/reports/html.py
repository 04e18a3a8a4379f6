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


def filters_html(outcomes: Mapping[str, int], suites: Mapping[str, int], *, has_media: bool = False) -> str:
    """Return the controls that choose rows by outcome and by suite, with how many rows each has, and their script.

    The empty name stands for the rows that are no results: errors, and tests of another kind. `has_media` says that
    some row shows a picture or a video.
    """
    if not outcomes:
        return ""
    bar = _group("outcome", outcomes) + (_group("suite", suites) if len(suites) > 1 else "")
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
