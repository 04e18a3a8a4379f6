"""Samples counted by the stages that they got through."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from pytest_codeeval.core.columns import sample_rows
from pytest_codeeval.core.result import Result, Sample
from pytest_codeeval.core.verdict import Cause, StageResult
from pytest_codeeval.reports.scoreboard import Scoreboard
from pytest_codeeval.reports.stages import StageTally, shown, stage_properties, stages_of
from pytest_codeeval.reports.stagetable import lint_table, stage_table
from pytest_codeeval.reports.suitescore import SuiteScore
from tests.core.strategies import RESULTS
from tests.reports.rows import (
    BROKEN,
    CLEAN,
    FAILING,
    PASS,
    SILENT,
    UNGRADED,
    UNTIDY,
    WRONG,
    built,
    dataset,
    ran,
    result,
    rust,
    staged,
)

ALL = (CLEAN, UNTIDY, FAILING, BROKEN, SILENT)


def scores_of(*results: Result) -> list[SuiteScore]:
    """Return the scores of results."""
    board = Scoreboard()
    for found in results:
        board.add(found)
    return board.scores()


def figures(score: SuiteScore) -> dict[str, int]:
    """Return how many samples passed each stage."""
    return score.tally.columns(score.stage_names)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (["test", "clippy", "build"], ("build", "clippy", "test")),
        (["build"], ("build", "test")),
        (["test", "vet", "build"], ("build", "vet", "test")),
        (["run", "compile"], ("compile", "run")),
        ([], ()),
        (["test"], ()),
        (["load", "test"], ()),
        (["load"], ()),
        (["run"], ()),
    ],
)
def test_the_stages_of_a_language_are_those_seen_in_their_order(seen: list[str], expected: tuple[str, ...]) -> None:
    assert stages_of(seen) == expected


def test_a_stage_that_was_not_reached_was_not_passed() -> None:
    (score,) = scores_of(*(rust(task, sample) for task, sample in enumerate(ALL)))
    assert score.tally.samples == 5
    assert figures(score) == {"build": 3, "clippy": 1, "test": 2, "overall": 1}


def test_the_tests_stage_is_what_the_verdict_says() -> None:
    forged = staged(Cause.TAMPERING, built(), ran())
    (score,) = scores_of(rust(1, forged))
    assert figures(score) == {"build": 1, "test": 0, "overall": 0}


def test_a_sample_cut_short_keeps_the_stages_that_it_passed() -> None:
    cut = replace(FAILING, score=replace(FAILING.score, outcome="cut_short", cause="cut_short"))
    (score,) = scores_of(rust(1, cut), rust(2, staged(Cause.CUT_SHORT)))
    assert (score.tally.samples, figures(score)) == (2, {"build": 1, "clippy": 0, "test": 0, "overall": 0})


def test_what_never_got_past_its_build_was_to_be_tested() -> None:
    (score,) = scores_of(rust(1, BROKEN))
    assert figures(score) == {"build": 0, "test": 0, "overall": 0}


def test_what_one_model_never_reached_another_may_show() -> None:
    poor, good = scores_of(rust(1, BROKEN), rust(1, CLEAN, model="n"))
    assert figures(poor) == {"build": 0, "clippy": 0, "test": 0, "overall": 0}
    assert figures(good) == {"build": 1, "clippy": 1, "test": 1, "overall": 1}


def test_one_suites_stages_are_no_other_suites() -> None:
    scores = scores_of(rust(1, CLEAN), rust(1, staged(PASS, built(), ran()), suite="cpp"), result(1, PASS))
    assert [score.stage_names for score in scores] == [("build", "clippy", "test"), ("build", "test"), ()]


def test_what_is_not_graded_is_in_no_rate() -> None:
    (score,) = scores_of(rust(1, CLEAN), rust(2, staged(UNGRADED)))
    assert score.tally.samples == 1


def test_the_published_part_has_rates_and_lints_of_its_own() -> None:
    board = Scoreboard()
    board.add_dataset(dataset("rust", scored_name="rust-test", scored_ids=["R/2"]))
    board.add(rust(1, CLEAN))
    board.add(rust(2, BROKEN))
    whole, part = board.scores()
    assert (figures(whole)["build"], whole.tally.samples) == (1, 2)
    assert (figures(part), part.tally.samples) == ({"build": 0, "clippy": 0, "test": 0, "overall": 0}, 1)


def test_lints_are_counted_by_finding_and_by_sample() -> None:
    (score,) = scores_of(rust(1, UNTIDY, FAILING), rust(2, CLEAN))
    assert score.tally.by_lint() == [("unused", 4, 2), ("needless_return", 2, 1)]


def test_only_a_linters_counts_are_lints() -> None:
    tests = replace(ran(), counts={"assertions": 3})
    odd: Any = replace(UNTIDY.score.stages[1], counts={"a": 0, "b": "<b>", "c": 1})
    (score,) = scores_of(rust(1, staged(PASS, built(), odd, tests)))
    assert score.tally.by_lint() == [("c", 1, 1)]


def test_scores_hold_stages_and_lints_where_there_are_any() -> None:
    said = json.loads(json.dumps(scores_of(rust(1, CLEAN, UNTIDY, BROKEN, SILENT))[0].to_json()))
    assert said["stages"] == {
        "samples": 4,
        "passed": {"build": 2, "clippy": 1, "test": 2, "overall": 1},
        "rate": {"build": 0.5, "clippy": 0.25, "test": 0.5, "overall": 0.25},
    }
    assert said["lints"] == {
        "needless_return": {"count": 2, "samples": 1},
        "unused": {"count": 1, "samples": 1},
    }
    assert not {"stages", "lints"} & set(scores_of(result(1, PASS, WRONG))[0].to_json())


def test_a_suite_without_samples_has_no_rate() -> None:
    board = Scoreboard()
    board.add(rust(1, CLEAN))
    board.add_error("n", "rust", "R/1", "down")
    _, empty = board.scores()
    assert empty.to_json()["stages"]["rate"] == {"build": None, "clippy": None, "test": None, "overall": None}
    assert stage_table([empty]).rows == [["n", "rust", "0", "–", "–", "–", "–"]]


def test_the_table_has_the_suites_that_have_stages() -> None:
    results = [rust(task, sample) for task, sample in enumerate(ALL)]
    cpp = rust(1, staged(PASS, built(), ran()), staged(WRONG, built(), ran(passed=False)), suite="cpp")
    table = stage_table(scores_of(*results, cpp, result(1, PASS)))
    assert table.headers == ["model", "suite", "samples", "build", "clippy", "test", "overall"]
    assert table.rows == [
        ["m", "rust", "5", "60.0%", "20.0%", "40.0%", "20.0%"],
        ["m", "cpp", "2", "100.0%", "–", "50.0%", "50.0%"],
    ]
    assert stage_table(scores_of(result(1, PASS))).rows == []


def test_the_table_of_lints_says_what_it_leaves_out() -> None:
    table = lint_table(scores_of(rust(1, UNTIDY, FAILING), rust(1, UNTIDY, model="n")), 1)
    assert table.headers == ["model", "suite", "lint", "count", "in samples"]
    assert table.rows == [
        ["m", "rust", "unused", "4", "2"],
        ["m", "rust", "(1 more kind)", "2", ""],
        ["n", "rust", "needless_return", "2", "1"],
        ["n", "rust", "(1 more kind)", "1", ""],
    ]
    assert table.title == "Lints: 2 kinds, found 9 times"
    assert lint_table(scores_of(rust(1, CLEAN)), 10).rows == []


def test_junit_has_a_property_for_each_stage() -> None:
    assert stage_properties(rust(1, *ALL)) == [
        ("build_rate", "3/5"),
        ("clippy_rate", "1/5"),
        ("test_rate", "2/5"),
        ("overall_rate", "1/5"),
    ]
    assert stage_properties(result(1, PASS)) == stage_properties(rust(1, SILENT)) == []


@pytest.mark.parametrize("name", ["a\x1b[31mb", "a\nb", "\ud800", "x" * 1000, "\u202e"])
def test_hostile_names_are_one_short_line(name: str) -> None:
    assert shown(name).isprintable()
    assert len(shown(name).encode()) < 150
    hostile = staged(PASS, built(), StageResult(name, passed=False, counts={name: 1}), ran())
    (score,) = scores_of(rust(1, hostile))
    table = stage_table([score])
    assert table.headers[4] == lint_table([score], 10).rows[0][2] == shown(name)
    assert stage_properties(rust(1, hostile))[1][0] == f"{shown(name)}_rate"


def test_a_row_without_stages_or_their_counts_is_counted() -> None:
    board = Scoreboard()
    for task, left_out in enumerate(("counts", "stages")):
        row = next(sample_rows(rust(task, UNTIDY)))
        for stage in row["stages"]:
            stage.pop(left_out, None)
        row.pop(left_out, None)
        board.add_row(row)
    (score,) = board.scores()
    assert figures(score) == {"build": 1, "clippy": 0, "test": 2, "overall": 0}
    assert score.tally.by_lint() == []


@given(RESULTS)
def test_no_more_samples_pass_a_stage_than_there_are(found: Result) -> None:
    names, tally = StageTally.of(found)
    columns = tally.columns(names)
    assert tally.samples == sum(sample.score.passed is not None for sample in found.samples)
    assert columns["overall"] <= min(columns.values(), default=0) <= tally.samples
    assert columns["overall"] <= found.correct


def test_the_order_of_samples_does_not_matter() -> None:
    def said(samples: tuple[Sample, ...]) -> Any:
        return scores_of(rust(1, *samples))[0].to_json()["stages"]

    assert said(ALL) == said(ALL[::-1])


def test_a_suite_of_several_languages_has_the_stages_of_each_by_itself() -> None:
    board = Scoreboard()
    tasks = {"python": ["T/1", "T/2"], "rust": ["R/1", "R/2"]}
    board.add_dataset(dataset("mixed", 4, languages=tasks))
    found = [result(1, PASS, suite="mixed"), result(2, WRONG, suite="mixed")]
    found += [rust(1, CLEAN, suite="mixed"), rust(2, BROKEN, suite="mixed")]
    for one in found:
        board.add(one)
    whole, python, crates = board.scores()
    assert [score.suite for score in (whole, python, crates)] == ["mixed", "mixed-python", "mixed-rust"]
    assert [score.counts for score in (whole, python, crates)] == [
        [(1, 1), (1, 0), (1, 1), (1, 0)],
        [(1, 1), (1, 0)],
        [(1, 1), (1, 0)],
    ]
    assert [score.stage_names for score in (whole, python, crates)] == [(), (), ("build", "clippy", "test")]
    table = stage_table(board.scores())
    assert table.rows == [["m", "mixed-rust", "2", "50.0%", "50.0%", "50.0%", "50.0%"]]
    assert [board.language("mixed", task) for task in ("T/1", "R/2")] == ["python", "rust"]


def test_the_language_of_a_task_is_that_of_its_suite() -> None:
    board = Scoreboard()
    assert board.language("s", "T/1") == ""
    board.add_dataset(dataset(language="lua"))
    assert board.language("s", "T/1") == "lua"


def test_a_suite_that_is_named_like_a_part_of_another_stands_alone() -> None:
    board = Scoreboard()
    board.add_dataset(dataset("own", 2, languages={"python": ["T/1"], "rust": ["R/1"]}))
    board.add_dataset(dataset("own-rust", 1))
    for one in (result(1, PASS, suite="own"), rust(1, CLEAN, suite="own"), rust(2, CLEAN, suite="own-rust")):
        board.add(one)
    assert [score.suite for score in board.scores()] == ["own", "own-python", "own-rust"]


def test_lints_stand_where_the_stages_do() -> None:
    board = Scoreboard()
    board.add_dataset(dataset("mixed", 2, languages={"python": ["T/1"], "rust": ["R/1"]}))
    for one in (result(1, PASS, suite="mixed"), rust(1, UNTIDY, suite="mixed")):
        board.add(one)
    assert ["lints" in score.to_json() for score in board.scores()] == [False, False, True]


def test_stages_of_calls_are_told_for_each_part_that_has_any_in_their_order() -> None:
    names = ("name", "json", "schema", "values")
    scores = Scoreboard(["m"])
    scores.add_dataset(dataset("calls", parts={"some": ["R/1", "R/2"], "none": ["R/3"]}))
    right = staged(PASS, *(StageResult(name, True) for name in names[::-1]))
    wrong = staged(WRONG, StageResult("json", True), StageResult("name", False))
    for task, sample in ((1, right), (2, wrong), (3, staged(PASS))):
        scores.add(rust(task, sample, suite="calls"))
    table = stage_table(scores.scores())
    assert table.headers == ["model", "suite", "samples", *names, "overall"]
    assert table.rows == [["m", "calls-some", "2", "50.0%", "100.0%", "50.0%", "50.0%", "50.0%"]]
