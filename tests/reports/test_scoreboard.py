"""What became of each problem, added up by model and suite."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.core.columns import sample_rows
from pytest_codeeval.core.estimate import pass_all_k, pass_at_k
from pytest_codeeval.core.result import Result
from pytest_codeeval.core.verdict import Cause, Outcome
from pytest_codeeval.reports.scoreboard import Scoreboard
from pytest_codeeval.reports.suitescore import SuiteScore
from tests.reports.rows import PASS, TIMEOUT, UNGRADED, WRONG, dataset, result


def board(*results: Result) -> Scoreboard:
    """Make a scoreboard of results."""
    scores = Scoreboard()
    for found in results:
        scores.add(found)
    return scores


def only(scores: Scoreboard) -> SuiteScore:
    """Return the one score of a scoreboard."""
    (score,) = scores.scores()
    return score


def test_samples_are_counted_by_problem() -> None:
    score = only(board(result(1, PASS, WRONG), result(2, TIMEOUT, TIMEOUT)))
    assert score.counts == [(2, 1), (2, 0)]
    assert score.outcomes == {Outcome.PASSED: 1, Outcome.WRONG_ANSWER: 1, Outcome.TIMEOUT: 2}
    assert (score.to_json()["completion_tokens"], score.to_json()["cost"]) == (40, 2.0)


@given(st.lists(st.lists(st.sampled_from([PASS, WRONG, TIMEOUT]), min_size=3, max_size=3), min_size=1, max_size=6))
def test_pass_at_k_is_the_mean_over_problems(ends: list[list[Cause]]) -> None:
    score = only(board(*(result(task, *causes) for task, causes in enumerate(ends))))
    found = score.estimates([1, 2, 3])
    assert list(found) == ["pass@1", "pass@2", "pass^2", "pass@3", "pass^3"]
    for name, (_, estimate) in found.items():
        of_problem = pass_at_k if "@" in name else pass_all_k
        values = [of_problem(3, causes.count(PASS), int(name[5:])) for causes in ends]
        assert estimate.value == pytest.approx(sum(values) / len(values))
    assert list(score.to_json([1, 3])["pass_at"]) == ["1", "3"]


def test_only_k_that_every_problem_has_samples_for_are_given() -> None:
    score = only(board(result(1, *[PASS] * 10), result(2, *[WRONG] * 12)))
    assert list(score.estimates()) == ["pass@1", "pass@10", "pass^10"]
    assert list(score.estimates([2, 10, 11, 12])) == ["pass@2", "pass^2", "pass@10", "pass^10"]


def test_models_and_suites_are_kept_apart() -> None:
    scores = board(result(1, PASS), result(1, WRONG, model="n"), result(1, WRONG, suite="t"))
    assert {(score.model, score.suite): score.counts for score in scores.scores()} == {
        ("m", "s"): [(1, 1)],
        ("n", "s"): [(1, 0)],
        ("m", "t"): [(1, 0)],
    }


def test_models_and_suites_stand_in_the_order_they_were_asked_in() -> None:
    scores = Scoreboard(["n", "m"])
    for suite in ("t", "s"):
        scores.add_dataset(dataset(suite))
    for model, suite in [("m", "s"), ("x", "s"), ("m", "t"), ("n", "s"), ("n", "u")]:
        scores.add(result(1, PASS, model=model, suite=suite))
    order = [(score.model, score.suite) for score in scores.scores()]
    assert order == [("n", "s"), ("n", "u"), ("m", "t"), ("m", "s"), ("x", "s")]


def test_what_is_not_graded_is_in_no_score() -> None:
    score = only(board(result(1, UNGRADED), result(2, PASS)))
    assert (score.counts, len(score.problems)) == ([(1, 1)], 2)
    assert only(board(result(1, UNGRADED))).estimates() == {}


def test_what_could_not_be_evaluated_is_in_no_score() -> None:
    scores = board(result(1, PASS))
    scores.add_error("m", "s", "T/2", "down")
    assert only(scores).estimates()["pass@1"][1].value == 1.0
    assert scores.errors == [("T/2", "down")]


def test_a_problem_evaluated_after_all_is_no_error_any_more() -> None:
    scores = board()
    scores.add_error("m", "s", "T/1", "down")
    scores.add(result(1, WRONG))
    assert scores.errors == []
    assert only(scores).counts == [(1, 0)]


def test_a_problem_that_was_evaluated_is_no_error_when_it_fails_to_be_once_more() -> None:
    scores = board(result(1, PASS))
    scores.add_error("m", "s", "T/1", "down")
    assert scores.errors == []


def test_the_published_part_follows_the_whole() -> None:
    scores = Scoreboard()
    scores.add_dataset(dataset(scored_name="s-test", scored_ids=["T/1", "T/3"]))
    scores.add(result(1, PASS))
    scores.add(result(2, WRONG))
    scores.add_error("m", "s", "T/3", "down")
    whole, part = scores.scores()
    assert (whole.suite, whole.total, whole.counts) == ("s", 3, [(1, 1), (1, 0)])
    assert (part.total_of("completion_tokens").sum, part.total_of("cost").sum) == (10, 0.5)
    assert (part.suite, part.total, part.counts, part.errors) == ("s-test", 2, [(1, 1)], {"T/3": "down"})


def test_a_part_of_which_nothing_was_run_does_not_show() -> None:
    scores = Scoreboard()
    scores.add_dataset(dataset(scored_name="s-test", scored_ids=["T/9"]))
    scores.add(result(1, PASS))
    assert only(scores).suite == "s"


def test_faults_are_those_of_problems_that_were_run() -> None:
    scores = Scoreboard()
    scores.add_dataset(dataset(faults={"T/2": "broken", "T/1": "odd", "T/3": "bad"}))
    scores.add(result(1, PASS))
    scores.add(result(2, PASS))
    assert scores.faults == [("T/2", "broken"), ("T/1", "odd")]


def test_a_score_is_plain_json() -> None:
    scores = board(result(1, PASS, WRONG))
    said = json.loads(json.dumps(only(scores).to_json([1, 2])))
    assert said["outcomes"] == {"passed": 1, "wrong_answer": 1}
    assert (said["suite"], said["problems"], said["of"], said["samples"], said["errors"]) == ("s", 1, None, 2, 0)
    assert {k: estimate["value"] for k, estimate in said["pass_at"].items()} == {"1": 0.5, "2": 1.0}
    assert (said["completion_tokens"], said["cost"]) == (20, 1.0)


def test_weak_verdicts_are_counted_by_problem() -> None:
    scores = board(result(1, PASS, WRONG, weak=True), result(2, PASS), result(1, PASS, model="n", weak=True))
    scores.add_dataset(dataset(scored_name="s-test", scored_ids=["T/2"]))
    assert scores.weak == {"T/1": 3}
    assert [score.to_json()["weak"] for score in scores.scores()] == [2, 0, 1]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"outcome": "crashed", "cause": "exited"}, Outcome.CRASHED),
        ({"outcome": "of_tomorrow", "cause": "of_tomorrow"}, "of_tomorrow"),
        ({"outcome": "of_tomorrow", "cause": "of_tomorrow", "passed": True}, Outcome.PASSED),
        ({"outcome": "\x1b[31m no name"}, Outcome.CRASHED),
    ],
)
def test_rows_of_other_versions_are_counted(row: dict[str, object], expected: str) -> None:
    found = {**next(sample_rows(result(1, WRONG))), **row}
    del found["weak"]
    scores = Scoreboard()
    scores.add_row(found)
    assert only(scores).outcomes == {expected: 1}
    assert not scores.weak


def test_an_unknown_price_is_no_price() -> None:
    row = {**next(sample_rows(result(1, PASS))), "cost": None, "completion_tokens": None}
    scores = Scoreboard()
    scores.add_row(row)
    assert (only(scores).to_json()["cost"], only(scores).total_of("completion_tokens").sum) == (None, 0)


def test_a_price_of_nothing_is_a_price() -> None:
    scores = Scoreboard()
    scores.add_row({**next(sample_rows(result(1, PASS))), "cost": 0.0})
    assert only(scores).to_json()["cost"] == 0.0


def test_parts_of_a_suite_follow_the_whole_as_far_as_they_were_run() -> None:
    scores = Scoreboard(["m"])
    scores.add_dataset(dataset(parts={"one": ["T/1", "T/2"], "two": ["T/3"], "none": ["T/4"]}))
    for task, cause in ((1, PASS), (2, WRONG), (3, PASS)):
        scores.add(result(task, cause))
    assert [(score.suite, score.total, score.counts) for score in scores.scores()] == [
        ("s", 3, [(1, 1), (1, 0), (1, 1)]),
        ("s-one", 2, [(1, 1), (1, 0)]),
        ("s-two", 1, [(1, 1)]),
    ]
    assert [score.suite for score in scores.by_model()["m"]] == ["s"]
    assert scores.language("s", "T/1") == "python"


@pytest.mark.parametrize(
    ("tools", "said"),
    [
        ({"m": "native", "n": "native"}, "s: tools native; by rule"),
        ({"m": "prompt"}, "s: tools in the prompt; by rule"),
        ({"n": "native", "m": "prompt"}, "s: tools in the prompt (m), native (n); by rule"),
        ({"of another run": "native"}, "s: by rule"),
        ({}, "s: by rule"),
    ],
)
def test_a_note_says_how_models_were_told_of_tools(tools: dict[str, str], said: str) -> None:
    scores = Scoreboard(["m", "n"])
    scores.add_dataset({**dataset("s"), "note": "by rule", "tools": tools})
    scores.add_dataset(dataset("t"))
    for found in (result(1, PASS), result(1, PASS, model="n"), result(1, PASS, suite="t")):
        scores.add(found)
    assert scores.notes == [said]
    assert [score.to_json().get("tools") for score in scores.scores() if score.suite == "s"] == [
        tools.get("m"),
        tools.get("n"),
    ]


def test_errors_are_told_by_model_with_their_suite() -> None:
    scores = Scoreboard(["m", "n"])
    scores.add_error("m", "s", "T/1", "down")
    scores.add_error("n", "t", "T/1", "full")
    scores.add_error("", "", "gone[x]", "its worker died")
    assert scores.errors_of("m") == [("T/1", "down", "s"), ("gone[x]", "its worker died", "")]
    assert scores.errors_of("n") == [("T/1", "full", "t"), ("gone[x]", "its worker died", "")]
