"""`codeeval compare`, on folders that a run could have written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.cli import main
from pytest_codeeval.results import load
from tests.results.writing import numbered, rows, write

OLD, NEW = numbered("+" * 20 + "-" * 10), numbered("-" * 12 + "+" * 11 + "-" * 7)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    write(tmp_path / "old", "m", {"s": OLD})
    write(tmp_path / "new", "m", {"s": NEW})
    return tmp_path


def test_two_folders_are_compared_and_nothing_fails_without_a_gate(
    results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(results / "old"), str(results / "new")]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:4] == [
        "m (new) against m (old)",
        "",
        "suite   n  score  against      difference (95 %)  verdict       p  seen ≥   exact",
        "s      30  36.7%    66.7%  −30.0 (−53.3 to −6.7)    worse  0.0213    36.2  0.0352",
    ]
    assert "s, m (new) against m (old): 12 problems worse" in said
    assert f"  wrong answer (12): {', '.join(f'S/{n}' for n in range(12))}" in said
    assert "  was wrong answer (3): S/20, S/21, S/22" in said
    assert max(map(len, said)) <= 100


def test_problems_that_changed_may_be_left_out_or_cut_short(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = [str(results / "old"), str(results / "new")]
    assert main(["compare", *both, "--flips", "0"]) == 0
    assert "S/" not in capsys.readouterr().out
    assert main(["compare", *both, "--flips", "2"]) == 0
    assert "  wrong answer (12): S/0, S/1 and 10 more" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--max-regression", "s=60"], 0, "--max-regression s=60: met: m (new) may lose up to 51.31 points"),
        (["--max-regression", "s=50"], 1, "--max-regression s=50: missed: m (new) may lose up to 51.31 points"),
        (["--fail-on-worse"], 1, "--fail-on-worse: missed: worse is m (new) on s"),
    ],
)
def test_a_gate_decides_on_the_exit_code(
    results: Path, capsys: pytest.CaptureFixture[str], options: list[str], code: int, said: str
) -> None:
    assert main(["compare", str(results / "old"), str(results / "new"), *options]) == code
    assert said in capsys.readouterr().out
    # The baseline may be named, and then the order does not matter.
    old, new = str(results / "old"), str(results / "new")
    assert main(["compare", new, "--baseline", old, *options]) == code
    assert main(["compare", new, old, "--baseline", old, *options]) == code
    assert main(["compare", new, "--baseline", f"{old}/m/samples.jsonl", *options]) == code
    assert main(["compare", old, new, "--baseline", "m (old)", *options]) == code


def test_all_of_it_is_json(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--json", "--margin", "5", "--fail-on-worse"]
    assert main(["compare", str(results / "old"), str(results / "new"), *options]) == 1
    said = json.loads(capsys.readouterr().out)
    (row,) = said["rows"]
    assert (row["metric"], row["a"], row["b"], row["verdict"]) == ("pass@1", "m (old)", "m (new)", "worse")
    assert (len(row["flips"]), row["flips"][0]["task_id"]) == (15, "S/0")
    assert row["score_interval"][0] < row["difference"]["value"] < row["score_interval"][1]
    assert said["gates"][0]["met"] is False


def test_models_are_compared_with_their_namesakes_in_a_baseline_of_several(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder, ends in (("old", OLD), ("new", NEW)):
        for model in ("m", "n"):
            write(tmp_path / folder, model, {"s": ends})
    assert main(["compare", str(tmp_path / "new"), "--baseline", str(tmp_path / "old"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [(row["a"], row["b"]) for row in said["rows"]] == [("m (old)", "m (new)"), ("n (old)", "n (new)")]
    write(tmp_path / "third", "o", {"s": NEW})
    assert main(["compare", str(tmp_path / "third"), "--baseline", str(tmp_path / "old")]) == 4
    assert "the baseline has several models and no o" in capsys.readouterr().err
    # What is gone cannot have got worse without anybody's seeing it.
    gone = [str(tmp_path / "new/m"), "--baseline", str(tmp_path / "old")]
    assert main(["compare", *gone]) == 0
    assert main(["compare", *gone, "--fail-on-worse"]) == 4
    assert "the baseline has n, and the results have not" in capsys.readouterr().err


def test_a_baseline_is_kept_without_answers(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = str(results / "kept")
    assert main(["compare", str(results / "old"), "--save", kept]) == 0
    assert capsys.readouterr().out == f"kept in {kept}\n"
    assert "completion" not in (results / "kept/m/samples.jsonl").read_text()
    # A comparison with it says the same as one with the folder itself.
    found = []
    for baseline in (kept, str(results / "old")):
        assert main(["compare", str(results / "new"), "--baseline", baseline, "--json"]) == 0
        found.append(json.loads(capsys.readouterr().out.replace("(kept)", "(old)")))
    assert found[0] == found[1]
    assert main(["compare", str(results / "new"), "--save", kept]) == 4
    assert (
        main(["compare", str(results / "new"), str(results / "old"), "--save", ""]) == 4
    )  # a variable that is not set
    assert "nothing is overwritten" in capsys.readouterr().err
    assert load(kept).runs[0].datasets["s"]["sha256"] == "a" * 64


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (
            {"errors_of_last_run": [["U/0", "down", "u"], ["U/1", "down", "u"]]},
            1,
        ),  # a server that was down for one suite
        ({"u": {"U/0": "u", "U/1": "u"}}, 1),
        ({"u": {"U/9": "+"}}, 1),
        ({"u": {"U/0": "+", "U/1": "+"}}, 0),
    ],
)
def test_a_suite_of_which_nothing_came_is_no_proof(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: dict[str, Any], code: int
) -> None:
    write(tmp_path / "old", "m", {"s": numbered("+-"), "u": numbered("++", "U")})
    write(tmp_path / "new", "m", {"s": numbered("+-"), "u": more.pop("u", {})}, datasets={"u": {}}, **more)
    assert main(["compare", str(tmp_path / "new"), "--baseline", str(tmp_path / "old"), "--fail-on-worse"]) == code
    assert ("missed: m (new) has nothing of u that can be compared" in capsys.readouterr().out) == bool(code)


def test_a_suite_without_the_metric_that_is_compared_is_not_lost(tmp_path: Path) -> None:
    for name in ("old", "new"):
        write(tmp_path / name, "m", {"s": {"S/0": "++"}, "u": {"U/0": "+"}})
    both = [str(tmp_path / "old"), str(tmp_path / "new")]
    assert main(["compare", *both, "--metric", "pass@2", "--fail-on-worse"]) == 0


def test_half_a_baseline_is_none(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: object) -> Iterator[dict[str, object]]:
        yield {"task_id": "S/0"}
        raise OSError("full")

    monkeypatch.setattr("pytest_codeeval.results.comparison.keeping._rows", full)
    assert main(["compare", str(results / "old"), "--save", str(results / "kept")]) == 4
    assert sorted(path.name for path in results.iterdir()) == ["new", "old"]


def test_all_that_a_comparison_takes_is_kept(tmp_path: Path) -> None:
    measured = [{**row, "value": 7.5, "measures": {"x": 1.0}} for row in rows("m", "s", {"S/1": "+-", "S/2": "u"})]
    write(tmp_path / "old", "m", {"s": {}}, measured=measured, errors_of_last_run=[["S/3", "down"]])
    assert main(["compare", str(tmp_path / "old"), "--save", str(tmp_path / "kept")]) == 0
    old, kept = (load(tmp_path / name).runs[0].scores["s"] for name in ("old", "kept"))
    assert (kept.scored, kept.problems, kept.causes, kept.errors) == (old.scored, old.problems, old.causes, old.errors)
    assert kept.errors
    assert kept.scored["S/1"][0].measures == {"x": 1.0}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "one run alone has nothing to be compared with"),
        (["--baseline", "mm"], "--baseline=mm is no run (did you mean 'm'?) and no folder"),
        (["{old}", "{old}", "--fail-on-worse"], "name it by --baseline"),
        (["--baseline", "{new}"], "is all that was named"),
        (["{old}", "--max-regression", "t=1"], "that suite is not compared"),
        (["{results}/none"], "is not there"),
        (["{old}", "--max-regression", "s"], "--max-regression=s names no suite"),
        (["{old}", "--max-regression", "s=x"], "'x' is no number of points"),
        (["{old}", "--margin=-1"], "--margin=-1: '-1' is no number of points"),
        (["{old}", "--margin=nan"], "'nan' is no number of points"),
    ],
)
def test_what_cannot_be_done_is_said(
    results: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    names = {"old": results / "old", "new": results / "new", "results": results}
    given = [option.format(**names) for option in options]
    assert main(["compare", str(results / "new"), *given]) == 4
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("labels", [("gpt-4o", "small-8b", "other-7b"), ("provider:" + "a" * 40, "b" * 45, "c")])
def test_a_table_has_its_verdicts_and_a_second_one_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], labels: tuple[str, ...]
) -> None:
    for n, label in enumerate(labels):
        ends = {suite: numbered("+-+" * 9 + "-+" * n, suite) for suite in ("humaneval", "multipl-e-rust@chat")}
        write(tmp_path, label, ends)
    assert main(["compare", str(tmp_path), "--flips=0"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert all(len(line) <= 100 for line in said)
    assert [line.split("  ")[-1].strip() for line in said if line.startswith("suite ")] == ["p (Holm)", "exact"] * 3
    assert all(any(label in line for line in said) for label in labels)
