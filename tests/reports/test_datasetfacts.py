"""What `run.json` says of a dataset, edited by anybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pytest_codeeval.reports.datasetfacts import datasets_of
from pytest_codeeval.reports.scoreboard import Scoreboard
from pytest_codeeval.reports.table import score_table

WRONG: tuple[Any, ...] = (None, True, -1, float("inf"), 1 << 70, "x", [], [[]], [None], {}, {"a": [[]]})
ABOUT = {
    "suite": "s",
    "problems": 2,
    "language": "python",
    "parts": {"easy": ["T/1"]},
    "scored_name": "s-scored",
    "scored_ids": ["T/1"],
    "faults": {"T/1": "broken"},
    "tools": {"m": "native"},
    "note": "a note",
    "metrics": [{"name": "pass@k"}, {"name": "mean of parts", "parts": ["easy"]}],
}


def edits() -> Iterator[tuple[str, dict[str, Any]]]:
    for wrong in WRONG:
        for name in ABOUT:
            yield f"{name}={wrong}", {**ABOUT, name: wrong}
        yield f"parts of a metric={wrong}", {**ABOUT, "metrics": [{"name": "mean", "parts": wrong}]}


@pytest.mark.parametrize("about", [pytest.param(about, id=name) for name, about in edits()])
def test_an_edited_field_breaks_no_table(about: dict[str, Any]) -> None:
    board = Scoreboard(["m"])
    for dataset in datasets_of({"datasets": {"s": about}}).values():
        board.add_dataset(dataset)
    board.add_row({"model": "m", "suite": "s", "task_id": "T/1", "passed": True})
    headers, rows = score_table(board.scores(), ())
    assert len(rows[0]) == len(headers)
    assert board.faults is not None
    assert isinstance(board.notes, list)


def test_fields_of_the_right_form_stay() -> None:
    assert datasets_of({"datasets": {"s": ABOUT}}) == {"s": ABOUT}
