"""What the page tells of one sample: all columns that hold something, long texts cut."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite
from typing import Any

from pytest_codeeval.core.columns import COLUMNS

_ELSEWHERE = ("task_id", "model", "suite", "sample_index", "passed", "outcome", "result")
"""Columns that the grid has already, or that say the same once more."""

_SHOWN = tuple(column for column in COLUMNS if column.name not in _ELSEWHERE)
_NOT_TRIED = "none"
_UNKNOWN_AS_0 = ("seconds", "max_rss")
_DEEPEST, _MOST_PARTS = 6, 200


def record_of(row: Mapping[str, Any], limit: int) -> dict[str, Any]:
    """Return the columns of a sample that hold something; `cut` says of those cut at `limit` how long they were.

    All of it is JSON of the strict kind, which has no NaN, whatever the row holds.
    """
    found: dict[str, Any] = {}
    cut: dict[str, int] = {}
    for column in _SHOWN:
        value = column.of(row)
        if value is None or value is False or value == "":
            continue
        if type(value) is not str:
            value = _plain(value, limit)
            if column.type is str and not isinstance(value, str):
                value = json.dumps(value)
            # A nought says something, but where it stands for what is not known.
            if not value and (isinstance(value, list | dict) or column.name in _UNKNOWN_AS_0):
                continue
        if isinstance(value, str) and len(value) > limit:
            cut[column.name] = len(value)
            value = value[:limit]
        found[column.name] = value
    if found.get("fuzz") == _NOT_TRIED and "counterexample" not in found:
        del found["fuzz"]
    return {**found, "cut": cut} if cut else found


def _plain(value: object, limit: int) -> object:
    """Return a value with all that is in it cut to size; what is still too large becomes text, to be cut as such."""
    within = _within(value, limit, _DEEPEST)
    if isinstance(within, list | dict):
        text = json.dumps(within)
        return within if len(text) <= 4 * limit else text
    return within


def _within(value: object, limit: int, depth: int) -> object:
    if isinstance(value, str):
        return value if len(value) <= limit else f"{value[:limit]} … cut here, of {len(value):,} characters"
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    if not isinstance(value, list | dict):
        return value
    if not depth:
        return "… (nested too deeply to be shown)"
    left_out = len(value) - _MOST_PARTS
    if isinstance(value, list):
        shown: list[object] = [_within(part, limit, depth - 1) for part in value[:_MOST_PARTS]]
        return [*shown, f"… {left_out:,} more"] if left_out > 0 else shown
    named = {str(name)[:limit]: _within(value[name], limit, depth - 1) for name in list(value)[:_MOST_PARTS]}
    return {**named, "…": f"{left_out:,} more"} if left_out > 0 else named
