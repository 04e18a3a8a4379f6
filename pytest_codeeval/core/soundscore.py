"""A sound score: what a scorer said, checked, as a scorer from outside may say anything and JSON does not take all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pytest_codeeval.core.errors import ScorerError
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.verdict import StageResult

_DEEPEST = 50
_MOST_BITS = 4096  # Python writes no number of more than 4,300 digits, and few readers take one of these


def sound(found: object) -> Score:
    """Return a score as it may be kept: what a model put into its answer and JSON has no form for is shown as text.

    Raises ScorerError for what is no score, or has no figures where these belong.
    """
    if not isinstance(found, Score):
        raise ScorerError(f"returned {type(found).__name__} and not a Score")
    if not isinstance(found.passed, bool | None):
        raise ScorerError(f"returned a Score with passed={_shown(found.passed)}, which has to be True, False or None")
    for name in ("detail", "found", "kind"):
        if not isinstance(getattr(found, name), str):
            raise ScorerError(f"returned a Score with {name}={_shown(getattr(found, name))}, which has to be a text")
    stages = found.stages
    if not isinstance(stages, tuple | list) or not all(isinstance(stage, StageResult) for stage in stages):
        raise ScorerError(f"returned a Score with stages={_shown(stages)}, which have to be StageResults")
    if found.value is not None and not _is_figure(found.value):
        raise ScorerError(f"returned a Score with value={_shown(found.value)}, which has to be a finite number")
    if not isinstance(found.measures, Mapping):
        raise ScorerError(f"returned a Score with measures={_shown(found.measures)}, which have to be figures by name")
    for name, figure in found.measures.items():
        if not isinstance(name, str) or not _is_figure(figure):
            raise ScorerError(
                f"returned a Score with the measure {_shown(name)}={_shown(figure)}, which has to be a finite number"
            )
    answer = _plain(found.answer, 0)
    return found if answer is found.answer else replace(found, answer=answer)


def _is_figure(value: object) -> bool:
    try:
        return isinstance(value, int | float) and math.isfinite(value)
    except OverflowError:  # a whole number that is larger than any float
        return False


def _plain(value: Any, depth: int) -> Any:
    """Return a value, the very same one if JSON takes all of it."""
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, int):
        return value if value.bit_length() <= _MOST_BITS else f"a number of {value.bit_length()} bits"
    if value is None or isinstance(value, str):
        return value
    if not isinstance(value, list | tuple | dict):
        return _shown(value)
    if depth >= _DEEPEST:
        return "…"
    if isinstance(value, dict):
        inner = {name if isinstance(name, str) else _shown(name): _plain(one, depth + 1) for name, one in value.items()}
        return value if all(inner.get(name) is one for name, one in value.items()) else inner
    items = [_plain(one, depth + 1) for one in value]
    return value if all(new is old for new, old in zip(items, value, strict=True)) else items


def _shown(value: object) -> str:
    try:
        return repr(value)[:80]
    except Exception:  # noqa: BLE001 - an object of somebody else's, which may raise anything
        return f"a {type(value).__name__}"
