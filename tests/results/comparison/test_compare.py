"""Runs side by side: what is compared, how it is tested, and what is refused."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.results import load
from pytest_codeeval.results.comparison import Comparison, Finding, Row, compare
from pytest_codeeval.results.comparison.gates import gates_of
from pytest_codeeval.results.comparison.pairing import in_order
from pytest_codeeval.results.statistics import tango
from pytest_codeeval.results.statistics.mcnemar import mcnemar
from tests.results.writing import numbered, rows, write


def two(folder: Path, a: dict[str, str], b: dict[str, str], suite: str = "s", **about: Any) -> Comparison:
    """Compare two models on one suite."""
    write(folder, "a", {suite: a}, **about)
    write(folder, "b", {suite: b}, **about)
    return compare(load(folder))


def only(comparison: Comparison) -> Row:
    """Return the one row."""
    (row,) = comparison.rows
    return row


def test_one_sample_a_problem_is_judged_by_mcnemar(tmp_path: Path) -> None:
    row = only(two(tmp_path, numbered("+" * 46 + "-" * 118), numbered("-" * 41 + "+" * 10 + "-" * 113)))
    assert (row.n, row.value_a, row.value_b) == (164, 46 / 164, 10 / 164)
    assert (row.test, row.p, row.p_exact) == ("mcnemar", *reversed(mcnemar(41, 5)))
    assert row.difference.value == pytest.approx(-36 / 164)
    assert row.difference.method == "bootstrap"
    assert row.difference.low == pytest.approx(-36 / 164 - 1.96 * 0.0378, abs=0.006)
    assert row.standard_error == pytest.approx(0.0378, abs=5e-5)
    assert row.seen == pytest.approx(2.8016 * 46**0.5 / 164, abs=1e-5)
    assert row.verdict is Finding.WORSE
    assert row.score_interval is None  # as 46 problems differ
    assert row.p_equivalent is None


def test_several_samples_are_judged_by_sign_flips(tmp_path: Path) -> None:
    row = only(two(tmp_path, {f"S/{n}": "+-" for n in range(8)}, {f"S/{n}": "++" for n in range(8)}))
    assert (row.test, row.p, row.p_exact) == ("sign flip", 1 / 2**8, 2 / 2**8)
    assert (row.value_a, row.value_b, row.difference.value) == (0.5, 1.0, 0.5)
    assert row.difference.method == "none"  # all alike
    assert row.verdict is Finding.BETTER
    assert (row.flips[0].passed_a, row.flips[0].passed_b) == (0.5, 1.0)


def test_how_many_samples_there_are_decides_and_no_result(tmp_path: Path) -> None:
    # Both samples of each problem end alike, so that figures are those of one.
    row = only(two(tmp_path, numbered("+++---"), {f"S/{n}": "--" for n in range(6)}))
    assert row.test == "sign flip"


def test_what_changed_is_named_with_its_cause(tmp_path: Path) -> None:
    row = only(two(tmp_path, numbered("++-t-"), numbered("-+++-")))
    assert [(flip.task_id, flip.cause_a, flip.cause_b) for flip in row.flips] == [
        ("S/0", "", "wrong_answer"),
        ("S/2", "wrong_answer", ""),
        ("S/3", "cpu_time", ""),
    ]


def test_the_worst_change_stands_first(tmp_path: Path) -> None:
    row = only(two(tmp_path, {"S/1": "-+", "S/2": "++", "S/3": "++"}, {"S/1": "++", "S/2": "-+", "S/3": "--"}))
    assert [flip.task_id for flip in row.flips] == ["S/3", "S/2", "S/1"]


def test_only_problems_that_both_evaluated_are_compared_and_the_others_are_listed(tmp_path: Path) -> None:
    write(tmp_path, "a", {"s": numbered("+++++u")})
    # Errors name no suite, and `b` has two of them.
    write(tmp_path, "b", {"s": numbered("++"), "t": {}}, errors_of_last_run=[["S/2", "down"], ["T/1", "down"]])
    row = only(compare(load(tmp_path)))
    assert (row.n, row.value_a) == (2, 1.0)
    assert [(one.task_id, one.run, one.reason, one.error) for one in row.left_out] == [
        ("S/2", "b", "could not be evaluated", True),
        ("S/3", "b", "was not run", False),
        ("S/4", "b", "was not run", False),
        ("S/5", "a", "has no tests", False),
        ("S/5", "b", "was not run", False),
    ]


def test_p_values_are_adjusted_for_all_suites_and_pairs(tmp_path: Path) -> None:
    better, worse = numbered("+" * 6 + "-" * 20), numbered("-" * 26)
    for model, ends in (("a", worse), ("b", better), ("c", worse)):
        write(tmp_path, model, {"s": ends, "t": ends})
    results = load(tmp_path)
    found = compare(results)
    assert [(row.suite, row.a, row.b) for row in found.rows] == [
        (suite, *pair) for pair in (("a", "b"), ("a", "c"), ("b", "c")) for suite in ("s", "t")
    ]
    assert found.rows[0].p == 0.015625
    assert found.rows[0].p_adjusted == pytest.approx(6 * 0.015625)
    assert found.rows[0].verdict is Finding.NOT_SHOWN
    by_fdr = compare(results, fdr=True)
    assert by_fdr.rows[0].p_adjusted == pytest.approx(6 * 0.015625 / 4)
    assert by_fdr.rows[0].verdict is Finding.BETTER
    against = compare(results, "b")
    assert [(row.a, row.b) for row in against.rows] == [("b", "a"), ("b", "a"), ("b", "c"), ("b", "c")]
    assert compare(results, pairs=[("c", "a")]).runs == ("a", "c")


def test_suites_together_count_once_each(tmp_path: Path) -> None:
    write(tmp_path, "a", {"s": numbered("-" * 100), "t": numbered("-" * 10)})
    write(tmp_path, "b", {"s": numbered("+" * 10 + "-" * 90), "t": numbered("+" * 5 + "-" * 5)})
    (overall,) = compare(load(tmp_path)).overall
    assert (overall.suites, overall.difference.value) == (("s", "t"), pytest.approx(0.3))
    assert 0.1 < overall.difference.low < 0.3 < overall.difference.high < 0.5


@pytest.mark.parametrize(("problems", "finding"), [(164, Finding.EQUIVALENT), (100, Finding.NOT_SHOWN)])
def test_equivalence_has_to_be_shown_even_where_nothing_differs(
    tmp_path: Path, problems: int, finding: Finding
) -> None:
    write(tmp_path, "a", {"s": numbered("+" * problems)})
    write(tmp_path, "b", {"s": numbered("+" * problems)})
    row = only(compare(load(tmp_path), margin=2.0))
    assert row.verdict is finding
    assert (row.difference.low, row.difference.high, row.p) == (0.0, 0.0, 1.0)
    low, high = row.score_interval or (0.0, 0.0)
    assert low == -high < 0


def test_equivalence_of_several_samples_is_judged_by_the_resamples(tmp_path: Path) -> None:
    write(tmp_path, "a", {"s": {f"S/{n}": "+++-" for n in range(50)}})
    write(tmp_path, "b", {"s": {f"S/{n}": "++++" if n % 2 else "++--" for n in range(50)}})
    results = load(tmp_path)
    assert only(compare(results, margin=8.0)).verdict is Finding.EQUIVALENT
    assert only(compare(results, margin=4.0)).verdict is Finding.NOT_SHOWN


def test_the_order_of_rows_changes_no_digit(tmp_path: Path) -> None:
    generator = random.Random(1)
    ends = [{f"S/{n}": "".join(generator.choice("+-t") for _ in range(3)) for n in range(40)} for _ in "ab"]
    found = []
    for seed in (1, 2):
        for model, end in zip("ab", ends, strict=True):
            write(tmp_path / str(seed), model, {"s": end}, shuffled=seed)
        found.append(json.dumps(compare(load(tmp_path / str(seed)), margin=3).to_json()))
    assert found[0] == found[1]


def test_one_problem_in_several_languages_is_one(tmp_path: Path) -> None:
    names = [f"{language}/{n}" for language in ("python", "rust", "Go") for n in range(4)]
    languages = {name: [one for one in names if one.startswith(name)] for name in ("python", "rust")}
    languages["go"] = [one for one in names if one.startswith("Go")]
    a, b = dict.fromkeys(names, "-"), dict.fromkeys(names, "+")
    row = only(two(tmp_path, a, b, datasets={"s": {"languages": languages}}))
    assert (row.n, row.test, row.p_exact) == (12, "sign flip", 2 / 2**4)  # by twelve problems it were 2 / 2^12


def test_a_metric_may_be_named(tmp_path: Path) -> None:
    write(tmp_path, "a", {"s": {f"S/{n}": "+-" for n in range(8)}, "t": numbered("+")})
    write(tmp_path, "b", {"s": {f"S/{n}": "--" for n in range(8)}, "t": numbered("+")})
    found = compare(load(tmp_path), metric="pass@2")
    assert (only(found).metric.name, only(found).value_a, only(found).test) == ("pass@2", 1.0, "sign flip")
    assert found.notes == ("t: a and b do not have a pass@2 of the same problem.",)
    with pytest.raises(UsageError, match=r"has a 'accuracy'; known are pass@1, "):
        compare(load(tmp_path), metric="accuracy")


def test_ratings_are_compared_in_their_own_points(tmp_path: Path) -> None:
    about = {"s": {"metrics": [{"name": "rating", "measure": "value", "percent": False}]}}
    for model, high in (("a", 7.0), ("b", 8.0)):
        measured = [{**row, "value": high - n % 2 / 2} for n, row in enumerate(rows(model, "s", numbered("+" * 12)))]
        write(tmp_path, model, {"s": {}}, measured=measured, datasets=about)
        write(
            tmp_path / "more",
            model,
            {"s": {}, "t": {}},
            measured=measured + rows(model, "t", {"T": "+"}),
            datasets=about,
        )
    row = only(compare(load(tmp_path / "a", tmp_path / "b"), margin=1.5))
    assert (row.difference.value, row.unit, row.test, row.p_exact) == (1.0, 1.0, "sign flip", 2 / 2**12)
    assert not compare(load(tmp_path / "more")).overall  # ratings and shares have no mean


def test_a_share_of_instructions_weighs_problems_by_them(tmp_path: Path) -> None:
    about = {"s": {"metrics": [{"name": "each", "measure": "followed", "among": "asked"}]}}
    followed = {"a": (3, 0, 1), "b": (3, 2, 1)}
    for model, found in followed.items():
        measured = [
            {**row, "measures": {"followed": found[n], "asked": 3 - n}}
            for n, row in enumerate(rows(model, "s", numbered("+++")))
        ]
        write(tmp_path, model, {"s": {}}, measured=measured, datasets=about)
    row = only(compare(load(tmp_path)))
    assert (row.value_a, row.value_b) == (pytest.approx(4 / 6), 1.0)
    assert row.difference.value == pytest.approx(2 / 6)


def test_parts_count_once_each(tmp_path: Path) -> None:
    about = {"s": {"metrics": [{"name": "mean", "parts": ["x", "y"]}]}}
    for model, found in (("a", "0001"), ("b", "1101")):
        measured = [
            {**row, "measures": {"y" if n == 3 else "x": float(found[n])}}
            for n, row in enumerate(rows(model, "s", numbered("++++")))
        ]
        write(tmp_path, model, {"s": {}}, measured=measured, datasets=about)
    row = only(compare(load(tmp_path)))
    assert (row.value_a, row.value_b) == (0.5, pytest.approx((2 / 3 + 1) / 2))
    assert row.difference.value == pytest.approx(1 / 3)


def test_runs_of_other_data_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "a", {"s": numbered("+"), "t": numbered("+")})
    write(tmp_path, "b", {"s": numbered("+"), "t": numbered("+")}, datasets={"s": {"sha256": "b" * 64}})
    with pytest.raises(UsageError, match=r"^s is not the same in a and b \(sha256: a{40} and b{40}\), so"):
        compare(load(tmp_path), force=True)
    assert only(compare(load(tmp_path), suites=["t"])).suite == "t"
    # A page shows what may be compared, and says what may not.
    found = compare(load(tmp_path), strict=False)
    assert (only(found).suite, [said[:36] for said in found.refused]) == ("t", ["s is not the same in a and b (sha256"])


@pytest.mark.parametrize("about", [{"scored_name": "s-x", "scored_ids": ["S/0"]}, {"parts": {"x": ["S/0"]}}])
def test_a_part_has_the_data_of_its_suite(tmp_path: Path, about: dict[str, Any]) -> None:
    for model, sha256 in (("a", "a"), ("b", "b"), ("c", "a")):
        write(tmp_path, model, {"s": numbered("++")}, datasets={"s": {**about, "sha256": sha256}})
    assert only(compare(load(tmp_path), pairs=[("a", "c")], suites=["s-x"])).n == 1
    with pytest.raises(UsageError, match="s-x is not the same in a and b"):
        compare(load(tmp_path), pairs=[("a", "b")], suites=["s-x"])


def test_runs_that_were_asked_otherwise_are_compared_by_force(tmp_path: Path) -> None:
    write(tmp_path, "a", {"s": numbered("+")}, settings={"shots": 5, "temperature": 0.0, "model": "a"})
    write(tmp_path, "b", {"s": numbered("+")}, settings={"temperature": 0.8, "model": "b"})
    with pytest.raises(UsageError, match=r"^a and b were not asked in the same way \(shots: 5 and –\); --force"):
        compare(load(tmp_path))
    assert {one.name for one in compare(load(tmp_path), force=True).differing} == {"shots", "temperature"}
    assert not compare(load(tmp_path), strict=False).rows


def test_what_is_not_known_of_a_file_alone_does_not_differ(tmp_path: Path) -> None:
    write(tmp_path, "a", {"s": numbered("+-")}, settings={"shots": 5})
    alone = write(tmp_path, "b", {"s": numbered("++")})
    (alone / "run.json").unlink()
    row = only(compare(load(tmp_path / "a", alone / "samples.jsonl")))
    assert (row.n, row.a, row.b) == (2, "a", "b")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"baseline": "aa"}, "there is no run 'aa'"),
        ({"suites": ["s", "tt"]}, "no run has tt, only s"),
        ({"metric": "pass@2"}, "no problem that both runs evaluated has a figure of pass@2"),
    ],
)
def test_what_is_not_there_is_named(tmp_path: Path, options: dict[str, Any], said: str) -> None:
    write(tmp_path, "a", {"s": numbered("+")})
    with pytest.raises(UsageError, match="one run alone"):
        compare(load(tmp_path))
    write(tmp_path, "b", {"s": numbered("+")})
    with pytest.raises(UsageError, match=said):
        compare(load(tmp_path), **options)


def test_nothing_in_common_is_nothing_to_compare(tmp_path: Path) -> None:
    write(tmp_path, "a", {"s": {"S/1": "+"}})
    write(tmp_path, "b", {"s": {"S/2": "+"}, "t": {"T/1": "+"}})
    with pytest.raises(UsageError, match=r"nothing in common.* t: not in a\. s: a and b do not have "):
        compare(load(tmp_path))


def gate(comparison: Comparison, points: float | None = None, *, worse: bool = False) -> bool:
    """Judge one gate."""
    (found,) = gates_of(comparison, {} if points is None else {"s": points}, on_worse=worse)
    return found.met


def test_that_no_more_is_lost_has_to_be_shown(tmp_path: Path) -> None:
    comparison = two(tmp_path, numbered("+" * 90 + "-" * 10), numbered("-" * 3 + "+" * 87 + "-" * 10))
    row = only(comparison)
    assert row.difference.value == pytest.approx(-0.03)
    assert row.lowest == pytest.approx(tango.interval(0, 3, 100)[0])
    edge = -100 * row.lowest
    assert 5 < edge < 9
    assert [gate(comparison, edge * by) for by in (0.9, 1.0, 1.1)] == [False, True, True]
    assert gate(comparison, worse=True)  # not shown to be worse
    with pytest.raises(UsageError, match=r"--max-regression=ss: that suite is not compared \(did you mean 's'\?\)"):
        gates_of(comparison, {"ss": 1.0}, on_worse=False)


@pytest.mark.parametrize("samples", [1, 3])
def test_where_nothing_differs_as_much_may_be_lost_as_so_few_problems_cannot_show(tmp_path: Path, samples: int) -> None:
    same = {f"S/{n}": "+" * samples if n % 3 else "-" * samples for n in range(164)}
    comparison = two(tmp_path, same, same)
    assert [gate(comparison, points) for points in (0.0, 2.28, 2.30)] == [False, False, True]


def test_few_differences_of_several_samples_have_a_width_of_their_own(tmp_path: Path) -> None:
    base = {f"S/{n}": "++++" for n in range(100)}
    row = only(two(tmp_path, base, {**base, "S/7": "+++-"}))
    assert row.lowest == pytest.approx(-0.0025 - tango.unseen([100]))
    half = {name: "++--" if n % 2 else "----" for n, name in enumerate(base)}
    row = only(two(tmp_path / "other", base, half))
    assert row.lowest == row.difference.low  # which is wide enough


def test_what_is_shown_to_be_worse_fails(tmp_path: Path) -> None:
    comparison = two(tmp_path, numbered("+" * 20), numbered("-" * 20))
    assert not gate(comparison, worse=True)
    assert gate(two(tmp_path / "other", numbered("-" * 20), numbered("+" * 20)), worse=True)


def test_a_gate_is_not_met_by_a_run_without_the_suite(tmp_path: Path) -> None:
    write(tmp_path, "a", {"s": numbered("+" * 9), "t": numbered("+")})
    write(tmp_path, "b", {"s": numbered("+" * 9)})
    write(tmp_path, "c", {"t": numbered("+")})
    found = gates_of(compare(load(tmp_path), "a"), {"s": 50.0}, on_worse=True)
    assert [(one.met, one.why[:37]) for one in found] == [
        (True, "b may lose up to 29.91 points against"),
        (False, "c has nothing of it that can be compa"),
        (True, "nothing is shown to be worse"),
    ]


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"errors_of_last_run": [["S/9", "down"]]}, "1 problem of s could not be evaluated with b"),
        ({"finished": None}, "the run of b did not come to its end"),
        ({"exit_status_of_pytest": 2}, "the run of b did not come to its end"),
        ({"exit_status_of_pytest": 3}, "the run of b did not come to its end"),
    ],
)
def test_a_gate_is_not_met_by_what_is_missing(tmp_path: Path, about: dict[str, Any], said: str) -> None:
    write(tmp_path, "a", {"s": numbered("-" * 10)})
    write(tmp_path, "b", {"s": numbered("+" * 9)}, **about)
    found = gates_of(compare(load(tmp_path)), {"s": 50.0}, on_worse=True)
    assert [(one.met, one.why) for one in found] == [(False, said)] * 2


def test_task_ids_are_in_the_order_of_their_numbers_whatever_they_hold() -> None:
    ids = ["S/2", "S/10", "S/²", "T", "S/" + "9" * 5000, "S/02", ""]
    ordered = sorted(ids, key=in_order)
    assert ordered.index("S/2") < ordered.index("S/10") < ordered.index("S/" + "9" * 5000)
    ids.reverse()
    assert sorted(ids, key=in_order) == ordered


def test_what_no_such_comparison_could_see_is_not_said_in_points(tmp_path: Path) -> None:
    assert only(two(tmp_path, numbered("+"), numbered("-"))).seen is None
