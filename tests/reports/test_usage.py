"""What answers took: unknown prices are said to be unknown, and never zero."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_codeeval.core.column import Total, price
from pytest_codeeval.core.columns import sample_rows
from pytest_codeeval.reports.scoreboard import Scoreboard
from pytest_codeeval.reports.suitescore import SuiteScore
from pytest_codeeval.reports.table import score_table
from pytest_codeeval.reports.usage import usage_line
from tests.reports.rows import PASS, dataset, result


def board(*costs: float | None, **more: Any) -> Scoreboard:
    """Make a scoreboard of a sample a task, at these costs."""
    scores = Scoreboard()
    for task, cost in enumerate(costs):
        (row,) = sample_rows(result(task, PASS))
        scores.add_row({**row, "cost": cost, "prompt_tokens": 1000, **more})
    return scores


def cost(*scores: SuiteScore) -> str:
    """Return what is said of the price of all answers of some scores."""
    return price(Total.of([score.total_of("cost") for score in scores]))


@pytest.mark.parametrize(
    ("costs", "said"),
    [
        ([0.5, 0.75], "$1.25"),
        ([0.0012, 0.0001], "$0.0013"),
        ([1e-6], "<$0.0001"),
        ([1234.5], "$1,234.50"),
        ([0.0], "$0.00"),
        ([0.5, None], "≥ $0.5000"),
        ([None, None], "unknown"),
        ([], "–"),
    ],
)
def test_a_price_is_known_or_said_not_to_be(costs: list[float | None], said: str) -> None:
    assert cost(*board(*costs).scores()) == said


def test_answers_without_tokens_are_not_missing_a_price() -> None:
    assert cost(*board(None, completion_tokens=None).scores()) == "–"


def test_a_model_is_summed_up_over_its_suites_and_not_over_their_parts() -> None:
    scores = board(0.5, None)
    scores.add_dataset(dataset(scored_name="s-test", scored_ids=["T/0"]))
    scores.add(result(7, PASS, suite="t"))
    assert [score.suite for score in scores.scores()] == ["s", "s-test", "t"]
    (found,) = scores.by_model().values()
    assert usage_line("m\x1b", found, priced=True) == (
        "m\\x1b: 3 answers, 2,000 tokens in, 30 tokens out, cost ≥ $1.00"
    )


def test_what_is_not_known_is_left_out() -> None:
    found = board(None, prompt_tokens=None).scores()
    assert usage_line("m", found, priced=True) == "m: 1 answer, 10 tokens out, cost unknown"
    assert usage_line("m", board(None, prompt_tokens=1, completion_tokens=1).scores(), priced=False) == (
        "m: 1 answer, 1 token in, 1 token out"
    )
    assert usage_line("m", found, priced=False) == "m: 1 answer, 10 tokens out"
    assert usage_line("m", board(None, prompt_tokens=None, completion_tokens=None).scores(), priced=True) == ""


def test_the_table_has_tokens_and_cost_where_they_are_known() -> None:
    scores = board(0.5)
    (row,) = sample_rows(result(1, PASS, model="n"))
    scores.add_row({**row, "cost": None})
    headers, rows = score_table(scores.scores(), ())
    assert headers[-3:] == ["tokens in", "tokens out", "cost"]
    assert [row[-3:] for row in rows] == [["1,000", "10", "$0.5000"], ["0", "10", "unknown"]]
    assert score_table(board(None, completion_tokens=None, prompt_tokens=0).scores(), ())[0][-1] == "passed"


def test_the_part_of_a_suite_has_the_usage_of_its_own_tasks() -> None:
    scores = board(0.5, None)
    scores.add_dataset(dataset(scored_name="s-test", scored_ids=["T/0"]))
    whole, part = scores.scores()
    assert (whole.to_json()["prompt_tokens"], part.to_json()["prompt_tokens"]) == (2000, 1000)
    assert cost(part) == "$0.5000"
