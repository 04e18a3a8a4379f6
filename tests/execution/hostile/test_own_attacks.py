"""Attacks on how verdicts are reached here, and odd honest solutions, in each tier, as root and as an ordinary user."""

from __future__ import annotations

from tests.execution.hostile.corpus import faults, has_numpy, trial
from tests.execution.hostile.own_attacks import ROWS
from tests.execution.hostile.ways import in_each_way, quarter, way

ABOUT_THE_PROTOCOL = ("frame", "liar", "raise", "own", "patch", "find", "sleeps", "computes", "fakes")


@in_each_way
def test_no_verdict_is_wrong_and_nothing_comes_to_harm(tier: str, ordinary: bool, part: int) -> None:
    user, python = way(tier, ordinary=ordinary)
    numpy = has_numpy(python)
    rows = [row for row in quarter(ROWS, part) if tier in row.get("tiers", [tier]) and (numpy or not row.get("numpy"))]
    if ordinary:
        # Neither user nor tier makes a difference to what is said over the pipes: once is enough.
        rows = [row for row in rows if not row["id"].startswith(ABOUT_THE_PROTOCOL)]
    said = trial(tier, user, rows)
    found = faults(rows, said)
    found += [
        f"{row['id']} wrote without end"
        for row, result in zip(rows, said["results"], strict=True)
        if unbounded(row, result)
    ]
    assert not found, "\n".join(found)


def unbounded(row: dict, result: dict) -> bool:
    """Whether a solution that writes all it can was neither stopped nor refused."""
    return "bounded" in row and not result["passed"] and result["cause"] != "output"
