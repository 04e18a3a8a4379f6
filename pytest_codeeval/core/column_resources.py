"""RESOURCES: what the programs of a sample took, for the table of columns."""

from __future__ import annotations

from collections.abc import Mapping
from math import fsum
from typing import Any

from pytest_codeeval.core.column import Column, Group, Row


def _stages(row: Row) -> list[Mapping[str, Any]]:
    return row.get("stages") or []


RESOURCES = (
    Column(
        "cpu_seconds",
        float,
        Group.SCORE,
        lambda sample: fsum(stage.cpu_seconds for stage in sample.score.stages),
        "CPU time of all stages",
        older=lambda row: fsum(stage["cpu_seconds"] for stage in _stages(row)),
    ),
    Column(
        "wall_seconds",
        float,
        Group.SCORE,
        lambda sample: fsum(stage.wall_seconds for stage in sample.score.stages),
        "how long they took",
        older=lambda row: fsum(stage["wall_seconds"] for stage in _stages(row)),
    ),
    Column(
        "max_rss",
        int,
        Group.SCORE,
        lambda sample: max((stage.max_rss for stage in sample.score.stages), default=0),
        "the largest of their memory in bytes, 0 if unknown",
        older=lambda row: max((stage["max_rss"] for stage in _stages(row)), default=0),
    ),
)
