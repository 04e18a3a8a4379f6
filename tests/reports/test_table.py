"""The score table as text."""

from __future__ import annotations

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.reports.scoreboard import Scoreboard
from pytest_codeeval.reports.table import as_text, score_table
from tests.reports.rows import PASS, TIMEOUT, WRONG, dataset, result


def test_the_columns_are_those_that_have_something_to_say() -> None:
    scores = Scoreboard()
    scores.add(result(1, PASS))
    assert score_table(scores.scores(), ())[0] == ["model", "suite", "problems", "pass@1 (95 %)", "passed"]
    scores.add(result(2, TIMEOUT))
    scores.add(result(3, Cause.THINKING_LEAKED))
    scores.add_error("m", "s", "T/4", "down")
    headers, rows = score_table(scores.scores(), ())
    assert headers[4:] == ["passed", "timeout", "no code", "errors"]
    assert rows[0][4:] == ["1", "1", "1", "1"]
    assert rows[0][3].startswith("33.3% (")


def test_a_part_of_a_suite_says_so() -> None:
    scores = Scoreboard()
    scores.add_dataset(dataset(problems=3))
    scores.add(result(1, PASS))
    assert score_table(scores.scores(), ())[1][0][2] == "1 of 3"
    for task in (2, 3):
        scores.add(result(task, PASS))
    assert score_table(scores.scores(), ())[1][0][2] == "3"


def test_a_model_without_enough_samples_has_no_figure() -> None:
    scores = Scoreboard()
    scores.add(result(1, PASS, WRONG))
    scores.add(result(1, PASS, model="n"))
    headers, rows = score_table(scores.scores(), (1, 2))
    column = headers.index("pass@2 (95 %)")
    assert rows[0][column].startswith("100.0% (")
    assert rows[1][column] == "–"


def test_every_row_has_a_cell_for_every_header() -> None:
    scores = Scoreboard()
    scores.add(result(1, PASS))
    scores.add(result(1, TIMEOUT, model="n"))
    scores.add_error("o", "s", "T/1", "down")
    headers, rows = score_table(scores.scores(), ())
    assert {len(row) for row in rows} == {len(headers)}


def test_no_score_is_a_table_without_rows() -> None:
    assert score_table([], ()) == (["model", "suite", "problems"], [])


def test_columns_are_aligned() -> None:
    assert as_text(["model", "suite", "n"], [["m", "humaneval", "164"], ["long-name", "s", "1"]]) == [
        "model      suite        n",
        "m          humaneval  164",
        "long-name  s            1",
    ]
