"""The score table as text."""

from __future__ import annotations

import pytest

from pytest_codeeval.core.metric import Mean, PassAt, PassAtOf
from pytest_codeeval.core.verdict import Cause, Outcome
from pytest_codeeval.reports.scoreboard import Scoreboard
from pytest_codeeval.reports.table import WIDTH, as_text, score_table
from tests.reports.rows import PASS, TIMEOUT, UNGRADED, WRONG, dataset, result


def test_the_columns_are_those_that_have_something_to_say() -> None:
    scores = Scoreboard()
    scores.add(result(1, PASS))
    usage = ["tokens out", "cost"]
    assert score_table(scores.scores(), ())[0] == ["model", "suite", "problems", "pass@1 (95 %)", "passed", *usage]
    scores.add(result(2, TIMEOUT))
    scores.add(result(3, Cause.THINKING_LEAKED))
    scores.add_error("m", "s", "T/4", "down")
    headers, rows = score_table(scores.scores(), ())
    assert headers[4:] == ["passed", "timeout", "no code", "errors", *usage]
    assert rows[0][4:] == ["1", "1", "1", "1", "30", "$1.50"]
    assert rows[0][3].startswith("33.3% (")


def test_the_headline_stands_before_what_is_like_it() -> None:
    scores = Scoreboard()
    described = [PassAtOf("base").to_json(), PassAt().to_json(), Mean("another").to_json()]
    scores.add_dataset({**dataset(problems=1), "metrics": described})
    for index in range(2):
        row = {"model": "m", "suite": "s", "task_id": "T/1", "sample_index": index, "outcome": "passed", "passed": True}
        scores.add_row({**row, "measures": {"base": 1.0}})
    headers, _ = score_table(scores.scores(), (2, 1))
    names = ("another", "pass@1", "pass@2", "pass^2", "base pass@1", "base pass@2")
    assert headers[3:9] == [f"{name} (95 %)" for name in names]


def test_a_part_of_a_suite_says_so() -> None:
    scores = Scoreboard()
    scores.add_dataset(dataset(problems=3))
    scores.add(result(1, PASS))
    assert score_table(scores.scores(), ())[1][0][2] == "1 of 3"
    for task in (2, 3):
        scores.add(result(task, PASS))
    assert score_table(scores.scores(), ())[1][0][2] == "3"


def test_problems_that_nobody_graded_are_told_from_those_that_were() -> None:
    scores = Scoreboard()
    scores.add(result(1, PASS))
    scores.add(result(2, UNGRADED))
    scores.add_error("m", "s", "T/3", "down")
    assert score_table(scores.scores(), ())[1][0][2] == "1 of 3"


def test_the_members_of_a_family_stand_by_their_number() -> None:
    scores = Scoreboard()
    scores.add(result(1, *[PASS, WRONG] * 5))
    headers, rows = score_table(scores.scores(), (10, 1, 2))
    assert headers[3:8] == [f"{name} (95 %)" for name in ("pass@1", "pass@2", "pass^2", "pass@10", "pass^10")]
    assert [cell.partition("%")[0] for cell in rows[0][3:8]] == ["50.0", "77.8", "22.2", "100.0", "0.0"]


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


MODEL, SUITE = "vllm:Qwen/Qwen2.5-Coder-32B-Instruct-GPTQ-Int4", "humanevalpack-rust-of-my-own"


@pytest.mark.parametrize(("model", "suite"), [("m", "s"), ("gpt-4o-mini-2024-07-18", "humaneval"), (MODEL, SUITE)])
def test_lines_stay_within_a_hundred_columns_and_no_number_is_lost(model: str, suite: str) -> None:
    headers = ["model", "suite", "problems", *(f"pass@{k} (95 %)" for k in (1, 10, 100)), *map(str, Outcome), "errors"]
    rows = [
        [name, suite, *(f"{number}00{count}" for number in range(len(headers) - 2))]
        for count, name in enumerate((model, f"{model}-b"))
    ]
    lines = as_text(headers, rows)
    assert max(map(len, lines)) <= WIDTH
    words = " ".join(lines).split()
    assert all(words.count(cell) == 1 for row in rows for cell in row[2:])
    for row in rows:
        for name, cell in zip(headers[2:], row[2:], strict=True):
            # Each figure ends where its header does, in the nearest line of headers above it.
            at = next(number for number, line in enumerate(lines) if cell in line.split())
            head = next(line for line in reversed(lines[:at]) if name in line)
            assert head.index(name) + len(name) == lines[at].index(cell) + len(cell)


def test_names_that_leave_no_room_stand_above_their_figures() -> None:
    headers = ["model", "suite", "problems", *(f"pass@{k} (95 %)" for k in (1, 10, 100))]
    rows = [[MODEL, SUITE, "24 of 164", *["100.0% (75.8%–100.0%)"] * 3]]
    assert as_text(headers, rows) == [
        "     problems          pass@1 (95 %)         pass@10 (95 %)        pass@100 (95 %)",
        f"{MODEL}  {SUITE}",
        "    24 of 164  100.0% (75.8%–100.0%)  100.0% (75.8%–100.0%)  100.0% (75.8%–100.0%)",
    ]


def test_names_longer_than_a_line_stand_one_below_the_other() -> None:
    assert as_text(["model", "suite", "n"], [["m" * 90, "s" * 20, "1"]]) == ["    n", "m" * 90, "s" * 20, "    1"]
