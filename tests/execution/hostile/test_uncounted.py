"""Attacks on limits, isolation and state, in each tier, as root and as an ordinary user."""

from __future__ import annotations

from tests.execution.hostile.corpus import faults, trial
from tests.execution.hostile.uncounted import UNCOUNTED
from tests.execution.hostile.ways import in_each_way, quarter, way


@in_each_way
def test_everything_counts_and_nothing_is_left(tier: str, ordinary: bool, part: int) -> None:
    user, _ = way(tier, ordinary=ordinary)
    rows = [row for row in quarter(UNCOUNTED, part) if tier in row.get("tiers", [tier])]
    said = trial(tier, user, rows)
    assert not faults(rows, said), "\n".join(faults(rows, said))
