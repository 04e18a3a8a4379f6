"""Rows that anybody may have edited."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.core.column import Column, Group, Total
from pytest_codeeval.core.columns import sample_rows
from pytest_codeeval.reports import samplerow, suitescore
from pytest_codeeval.reports.samplerow import identity, readable
from pytest_codeeval.reports.scoreboard import Scoreboard
from tests.reports.rows import PASS, UNTIDY, WRONG, result, rust

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
ROWS = [row for found in (result(1, PASS), result(2, WRONG), rust(3, UNTIDY)) for row in sample_rows(found)]


def scored(row: dict[str, Any]) -> dict[str, Any]:
    """Return the score that one row makes."""
    board = Scoreboard()
    board.add_row(readable(row))
    return board.scores()[0].to_json()


@pytest.mark.parametrize("row", ROWS, ids=["passed", "wrong", "staged"])
def test_a_row_of_ours_is_read_as_it_is(row: dict[str, Any]) -> None:
    board = Scoreboard()
    board.add_row(row)
    assert identity(row) == (row["suite"], row["task_id"], 0)
    assert scored(json.loads(json.dumps(row))) == board.scores()[0].to_json()


@given(st.sampled_from(ROWS), st.data())
def test_no_edited_row_breaks_a_score_or_passes_by_it(row: dict[str, Any], data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(sorted(row)), min_size=1, max_size=4, unique=True))
    edited = {**row, **{name: data.draw(JSON, name) for name in names}}
    for name in data.draw(st.lists(st.sampled_from(sorted(row)), max_size=2, unique=True)):
        edited.pop(name)
    if identity(edited) is not None:
        assert scored(edited)["outcomes"].get("passed", 0) == (edited["passed"] is True)


@pytest.mark.parametrize("missing", ["outcome", "cause", "stages", "cost", "completion_tokens", "weak"])
def test_an_older_row_counts_by_what_it_has(missing: str) -> None:
    row = {name: value for name, value in ROWS[0].items() if name != missing}
    assert identity(row) is not None
    assert scored(row)["outcomes"] == {"passed": 1}


@pytest.mark.parametrize(
    "edit",
    [{"passed": "yes"}, {"passed": False}, {"outcome": "wrong_answer"}, {"task_id": ["T/1"]}, {"sample_index": True}],
)
def test_a_row_that_is_no_verdict_is_none(edit: dict[str, Any]) -> None:
    assert identity({**ROWS[0], **edit}) is None


def test_a_column_that_a_row_is_too_old_for_is_added_up_from_what_the_row_has(monkeypatch) -> None:
    column = Column("rate", float, Group.ANSWER, None, "", total="mean", older=lambda row: row["completion_tokens"] / 2)
    for module in (samplerow, suitescore):
        monkeypatch.setattr(module, "TOTALS", (column,))
    board = Scoreboard()
    for number, more in enumerate(({}, {"rate": 4.0}, {"rate": None}, {"rate": "none"})):
        board.add_row(readable({**ROWS[0], "completion_tokens": 2, "sample_index": number, **more}))
    assert board.scores()[0].total_of("rate") == Total(5.0, 2)


def test_figures_below_zero_are_figures() -> None:
    row = readable({**ROWS[0], "value": -1.5, "measures": {"logprob": -3.25, "none": "x", "nan": float("nan")}})
    assert (row["value"], row["measures"]) == (-1.5, {"logprob": -3.25})
    assert readable({**ROWS[0], "cost": -1})["cost"] is None
