"""The corpus of hostile and odd solutions, in each tier, as root and as an ordinary user."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.execution.hostile.corpus import corpus, dataset, faults, has_numpy, trial
from tests.execution.hostile.ways import in_each_way, quarter, way


@in_each_way
def test_no_verdict_is_wrong_and_nothing_comes_to_harm(data: Path, tier: str, ordinary: bool, part: int) -> None:
    if not (data / "hostile" / "hostile.jsonl").exists():
        pytest.skip("CODEEVAL_DATA has no hostile/hostile.jsonl")
    user, python = way(tier, ordinary=ordinary)
    rows = quarter(corpus(data), part)
    if not has_numpy(python):
        # What needs a package is only told where there is that package.
        rows = [row for row in rows if row["id"] != "right_numpy"]
    said = trial(tier, user, rows, dataset(data))
    assert not faults(rows, said), "\n".join(faults(rows, said))
