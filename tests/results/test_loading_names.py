"""Names of runs that were loaded together."""

from __future__ import annotations

from pathlib import Path

from tests.results.chartruns import HOSTILE, results, rows


def test_runs_have_names_that_stay_apart_as_they_are_shown(tmp_path: Path) -> None:
    names = [run.name for run in results(tmp_path, *(rows("1", model=name) for name in HOSTILE)).runs]
    assert len(set(names)) == len(HOSTILE)
