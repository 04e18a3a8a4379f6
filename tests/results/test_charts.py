"""What charts show, as far as their specifications and tables tell it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.core.estimate import mean
from pytest_codeeval.results import Results, load
from pytest_codeeval.results.charts import Absent, Chart, charts_of
from pytest_codeeval.results.charts.charts import all_of
from pytest_codeeval.results.charts.grid import Grid
from pytest_codeeval.results.charts.labels import labels
from tests.results.chartruns import HOSTILE, results, row, rows, write

STAGES = [{"name": "build", "passed": True}, {"name": "clippy", "passed": False}, {"name": "test", "passed": True}]
RATING = {"metrics": [{"name": "rating", "measure": "value", "percent": False}]}


def by_name(found: Results) -> dict[str, Chart | Absent]:
    """Return all charts of results."""
    return {chart.name: chart for chart in all_of(Grid(found))}


def chart(found: Results, name: str) -> Chart:
    """Return one chart, which there has to be."""
    one = by_name(found)[name]
    assert isinstance(one, Chart)
    return one


def inside(spec: Any) -> Iterator[tuple[str, Any]]:
    """Yield each key of a specification with its value, those of the data apart."""
    if isinstance(spec, dict):
        for key, value in spec.items():
            yield key, value
            yield from inside(value) if key != "values" or not isinstance(value, list) else ()
    elif isinstance(spec, list):
        for one in spec:
            yield from inside(one)


def data(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the data of all parts of a specification."""
    return [one for key, value in inside(spec) if key == "data" for one in value["values"]]


def test_rates_have_the_headline_and_its_interval(tmp_path: Path) -> None:
    found = chart(results(tmp_path, rows("1 1 0 0", model="a"), rows("1 0", model="b")), "overall_success_rates")
    expected = mean([1.0, 1.0, 0.0, 0.0])
    assert found.headers == ("model", "suite", "metric", "value", "95 % interval", "problems")
    assert found.rows[0] == ("a", "s", "pass@1", "50.0%", f"{expected.low:.1%}–{expected.high:.1%}", "4")
    drawn = {one["line"]: one for one in data(found.spec)}
    assert (drawn["a"]["value"], drawn["a"]["low"], drawn["a"]["high"]) == (0.5, expected.low, expected.high)
    assert drawn["b"]["said"] == "50.0%"


def test_pass_at_1_is_the_headline_whatever_k_was_asked_for(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", rows("10 11"))
    about = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps({**about, "options": {"pass_at": [2]}}))
    assert [line[2:4] for line in chart(load(folder), "overall_success_rates").rows] == [("pass@1", "75.0%")]


def test_what_a_model_was_not_asked_is_a_gap_and_no_zero(tmp_path: Path) -> None:
    both = [*rows("1", model="a"), *rows("0", model="a", suite="t")]
    found = by_name(results(tmp_path, both, rows("1", model="b")))
    assert [one["said"] for one in data(found["overall_success_rates"].spec)] == ["100.0%", "100.0%", "0.0%", "not run"]
    (gap,) = [one for one in data(found["success_rate_heatmap"].spec) if one.get("said") == "–"][:1]
    assert (gap["x"], gap["y"]) == ("t · pass@1", "b")
    assert ("b", "t") not in [line[:2] for line in found["success_rate_heatmap"].rows]


def test_a_figure_of_some_problems_says_so(tmp_path: Path) -> None:
    found = chart(results(tmp_path, rows("1 0"), s={"problems": 5}), "overall_success_rates")
    assert found.rows[0][-1] == "2 of 5"
    assert [one["said"] for one in data(found.spec)] == ["50.0% (2 of 5)"]


def test_ratings_have_an_axis_and_no_colour_of_shares(tmp_path: Path) -> None:
    rated = [row(0, value=8.5, suite="talk"), row(1, value=6.5, suite="talk"), *rows("1 0")]
    found = by_name(results(tmp_path, rated, talk=RATING))
    spec = found["overall_success_rates"].spec
    assert [len(part["data"]["values"]) for part in spec["vconcat"]] == [1, 1]
    assert next(line for line in found["overall_success_rates"].rows if line[1] == "talk")[2:4] == ("rating", "7.50")
    (cell,) = [one for one in data(found["success_rate_heatmap"].spec) if one.get("black") == "7.50"][:1]
    assert "share" not in cell


def test_samples_end_in_parts_that_make_a_whole(tmp_path: Path) -> None:
    samples = [row(0), row(1, False), row(2, False, outcome="timeout"), row(3, False, outcome="made_up")]
    found = chart(results(tmp_path, samples), "performance_breakdown")
    counts = dict(zip(found.headers[2:], found.rows[0][2:], strict=True))
    assert counts["samples"] == "4"
    assert {name for name, count in counts.items() if count == "1"} == {
        "passed",
        "wrong answer",
        "limit reached",
        "other",
    }
    segments = sorted((one["start"], one["end"]) for one in data(found.spec))
    assert segments == [(0, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 1)]


def test_parts_of_a_suite_are_told_apart(tmp_path: Path) -> None:
    found = results(tmp_path, rows("1 1 0"), s={"languages": {"go": ["T/0", "T/1"], "rust": ["T/2"]}})
    assert [line[1:4] for line in chart(found, "performance_by_part").rows] == [
        ("s-go", "pass@1", "100.0%"),
        ("s-rust", "pass@1", "0.0%"),
    ]
    assert {one["y"] for one in data(chart(found, "performance_by_part").spec)} == {"go", "rust"}


def test_parts_of_a_suite_with_a_long_name_are_told_by_their_own(tmp_path: Path) -> None:
    suite = "a-suite-of-which-the-name-has-more-characters-than-there-is-room-for"
    found = results(tmp_path, rows("1 0", suite=suite), **{suite: {"parts": {"easy": ["T/0"], "hard": ["T/1"]}}})
    assert {one["y"] for one in data(chart(found, "performance_by_part").spec)} == {"easy", "hard"}


def test_stages_are_counted_as_the_table_of_a_run_counts_them(tmp_path: Path) -> None:
    samples = [row(0, stages=STAGES), row(1, False, stages=[{"name": "build", "passed": False}])]
    found = chart(results(tmp_path, samples), "tool_specific_performance")
    rates = {line[2]: line[3] for line in found.rows}
    assert rates == {"build": "50.0%", "clippy": "0.0%", "test": "50.0%", "overall": "0.0%"}
    assert all("low" in one and "high" in one for one in data(found.spec))


def test_curves_go_as_far_as_every_problem_has_samples(tmp_path: Path) -> None:
    found = chart(results(tmp_path, rows("100 110 0000")), "pass_at_k")
    assert [line[2:4] for line in found.rows] == [("pass@1", "33.3%"), ("pass@2", "55.6%"), ("pass@3", "66.7%")]


def test_cost_is_of_as_many_answers_for_all(tmp_path: Path) -> None:
    cheap = rows("1 0", model="a", cost=0.002, completion_tokens=10)
    dear = rows("11 11", model="b", cost=0.01, completion_tokens=10)
    partly = [row(0, model="c", cost=1.0, completion_tokens=9), row(1, model="c", completion_tokens=9, cost=None)]
    found = chart(results(tmp_path, cheap, dear, partly), "cost_against_quality")
    assert {one["model"]: round(one["took"], 6) for one in data(found.spec)} == {"a": 2.0, "b": 10.0}
    assert {line[0]: line[5:7] for line in found.rows}["c"] == ("unknown", "≥ $1.00")


def test_without_a_price_tokens_stand_for_it(tmp_path: Path) -> None:
    found = chart(results(tmp_path, rows("1 0", completion_tokens=30)), "cost_against_quality")
    assert found.title == "Length of answers against quality"
    assert [one["took"] for one in data(found.spec)] == [30.0]


def test_charts_without_data_say_why(tmp_path: Path) -> None:
    found = by_name(results(tmp_path, rows("1 0")))
    absent = {name: one.reason for name, one in found.items() if isinstance(one, Absent)}
    assert list(absent) == ["pass_at_k", "performance_by_part", "tool_specific_performance", "cost_against_quality"]
    assert "several samples" in absent["pass_at_k"]
    ungraded = [row(0, False, outcome="ungraded", value=None)]
    shown = charts_of(results(tmp_path / "none", ungraded))
    assert [one.name for one in shown] == ["performance_breakdown"]


def test_suites_of_other_datasets_are_marked(tmp_path: Path) -> None:
    runs = [write(tmp_path / name, rows("1", model=name), s={"sha256": name}) for name in "ab"]
    assert {one["panel"] for one in data(chart(load(*runs), "overall_success_rates").spec)} == {
        "s (datasets differ) · pass@1"
    }


def test_one_model_with_many_suites_is_one_panel(tmp_path: Path) -> None:
    samples = [one for n in range(10) for one in rows("1 0", suite=f"suite{n}")]
    drawn = data(chart(results(tmp_path, samples), "overall_success_rates").spec)
    assert {one["panel"] for one in drawn} == {"m"}
    assert [one["line"] for one in drawn] == [f"suite{n} · pass@1" for n in range(10)]


def test_twelve_models_have_twelve_looks(tmp_path: Path) -> None:
    runs = [rows("10 11", model=f"m{n}") for n in range(12)]
    spec = chart(results(tmp_path, *runs), "pass_at_k").spec
    scales = {
        key: value["scale"]["range"] for key, value in inside(spec) if key in ("color", "shape") and "scale" in value
    }
    assert len(set(zip(scales["color"], scales["shape"], strict=True))) == 12


def test_nothing_is_to_be_fetched_and_names_are_data(tmp_path: Path) -> None:
    runs = [[*rows("10 11", model=name, cost=1.0, completion_tokens=1, stages=STAGES)] for name in HOSTILE]
    found = charts_of(results(tmp_path, *runs, s={"parts": {"=x": ["T/0"]}}))
    assert len(found) == 7
    for one in found:
        keys = [key for key, _ in inside(one.spec)]
        assert not {"url", "href", "expr", "signal", "transform", "params", "usermeta", "$schema"} & set(keys)
        assert all(value["type"] != "image" for key, value in inside(one.spec) if key == "mark")
        assert all(key != "condition" and not callable(value) for key, value in inside(one.spec))
        json.dumps(one.spec, allow_nan=False)


def test_labels_are_lines_that_stay_apart() -> None:
    found = labels([*HOSTILE, "  ", "m"], 40)
    assert len(set(found)) == len(HOSTILE) + 2
    assert all(0 < len(label) <= 40 and not set(label) & set("\n\x00\x1b\u202e\ud800") for label in found)
    assert found[3].endswith("y")
    assert found[-1] == "m"


@pytest.mark.parametrize("room", [8, 20])
def test_many_names_alike_stay_apart(room: int) -> None:
    found = labels(["same name"] * 30, room)
    assert len(set(found)) == 30
    assert max(map(len, found)) <= room
