"""Sample rows as they stand in a file that anybody may have edited, or another version written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_codeeval.core.columns import TOTALS
from pytest_codeeval.core.verdict import Outcome

_OUTCOMES = frozenset(Outcome)
_MOST = 1 << 63  # past the integers that tables take


def identity(row: Mapping[str, Any]) -> tuple[str, str, int] | None:
    """Return suite, task and number of a sample; None for a row that is none, and can be in no score."""
    suite, task_id, index = (row.get(name) for name in ("suite", "task_id", "sample_index"))
    passed, outcome = row.get("passed"), row.get("outcome")
    if not (isinstance(suite, str) and isinstance(task_id, str) and isinstance(row.get("model"), str)):
        return None
    if type(index) is not int or not isinstance(passed, bool):
        return None
    # A row that contradicts itself is no verdict.
    if isinstance(outcome, str) and outcome in _OUTCOMES and (outcome == Outcome.PASSED) != passed:
        return None
    return suite, task_id, index


def readable(row: dict[str, Any]) -> dict[str, Any]:
    """Return a sample's row with whatever its other fields hold that is not theirs taken out."""
    stages = row.get("stages")
    # Not those that are not there: an older row may say them in another way.
    numbers = {column.name: _number(row[column.name]) for column in TOTALS if column.name in row}
    outcome, measures = row.get("outcome"), row.get("measures")
    value = row.get("value") if _finite(row.get("value")) is not None else None
    return {
        **row,
        **numbers,
        "outcome": outcome if isinstance(outcome, str) else "",
        **({"value": value} if "value" in row else {}),
        "measures": _measures(measures) if isinstance(measures, dict) else {},
        "stages": [_stage(stage) for stage in stages if _is_stage(stage)] if isinstance(stages, list) else [],
    }


def _is_stage(stage: object) -> bool:
    return isinstance(stage, dict) and isinstance(stage.get("name"), str) and isinstance(stage.get("passed"), bool)


def _stage(stage: Mapping[str, Any]) -> dict[str, Any]:
    measured = {name: _number(stage.get(name)) or 0 for name in ("cpu_seconds", "wall_seconds", "max_rss")}
    counts = stage.get("counts")
    return {**stage, **measured, "counts": counts if isinstance(counts, dict) else {}}


def _measures(measures: Mapping[str, Any]) -> dict[str, float]:
    return {name: value for name, value in measures.items() if _finite(value) is not None}


def _number(value: object) -> Any:
    found = _finite(value)
    return found if found is not None and found >= 0 else None


def _finite(value: object) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if -_MOST < value < _MOST else None  # no NaN either
