"""Rows that anybody may have edited."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.core.columns import sample_rows
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
