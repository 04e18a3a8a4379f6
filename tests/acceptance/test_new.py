"""What `codeeval new` writes runs as it is, and a folder of problems with a wrong solution does not run at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.cli import main
from tests.acceptance.conftest import Run


def new(*arguments: str) -> None:
    """Write a skeleton."""
    assert main(["new", *arguments]) == 0


def test_skeletons_run_as_they_are(
    run: Run, suite_folder: Path, samples: Callable[..., list[dict[str, Any]]], capsys: pytest.CaptureFixture[str]
) -> None:
    (suite_folder / "own").mkdir()
    new("problem", "own/double")
    new("problem", "own/sum", "--io")
    new("problem", "own/total", "--lang=bash")
    new("suite", "My-units")
    said = capsys.readouterr().out.splitlines()
    assert "--dataset own/sum --model=reference" in said[1] and "pytest test_my_units.py" in said[3]
    result = run("--model=reference", "--dataset=own", suite="dataset my_units", here=True)
    assert result.ret == 0, result.stdout.str()
    found = {row["task_id"]: (row["suite"], row["passed"], row["weak"]) for row in samples("reference")}
    own = dict.fromkeys(("double", "sum", "total"), ("dataset-own", True, False))
    assert found == own | {f"my-units/{number}": ("my-units", True, False) for number in range(2)}


def test_a_backend_runs_as_it_is(run: Run, suite_folder: Path, samples: Callable[..., list[dict[str, Any]]]) -> None:
    new("backend", "mine")
    result = run("mine", "--model=mine:first", "-k", "Starter/0", suite="")
    assert (result.ret, [row["cause"] for row in samples("first")]) == (1, ["no_entry_point"]), result.stdout.str()


def test_nothing_is_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").write_text("mine")
    (tmp_path / "test_there.py").symlink_to("nowhere")
    for arguments, said in {
        ("problem", "there"): "'there' is there, and nothing is overwritten",
        ("backend", "there"): "'there' is there, and nothing is overwritten",
        ("suite", "there"): "'test_there.py' is there, and nothing is overwritten",
        ("problem", "../no/x"): "the folder '../no' is not there; make it first",
        ("problem", "a b"): "'a b' is no name for it",
        ("problem", "x", "--lang=rubi"): "(did you mean 'ruby'?)",
        ("backend", "Replay"): "'replay' is a backend already",
    }.items():
        assert main(["new", *arguments]) == 4
        assert said in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["test_there.py", "there"]


def test_a_solution_that_fails_its_own_tests_stops_the_run(run: Run, suite_folder: Path) -> None:
    (suite_folder / "own").mkdir()
    new("problem", "own/double")
    new("problem", "own/sum", "--io")
    (suite_folder / "own/sum/cases/2.out").write_text("3\n")
    result = run("--model=reference", "--dataset=own", suite="dataset", here=True)
    assert result.ret == 4, result.stdout.str()
    result.stdout.fnmatch_lines(
        ["*own/sum: its own solution fails its tests (wrong answer: case 2 of 2: *; mend one of*"]
    )
    assert not (suite_folder / "results/reference/samples.jsonl").exists()


def test_a_file_and_a_folder_come_to_the_same(run: Run, suite_folder: Path) -> None:
    from pytest_codeeval.benchmarks import DATASET
    from pytest_codeeval.core.problem import DataRequest

    new("problem", "sum", "--io")
    cases = [("3 4\n", "7\n"), ("-5 2\n", "-3\n")]
    row = {
        "task_id": "sum",
        "prompt": (suite_folder / "sum/prompt.md").read_text(),
        "canonical_solution": (suite_folder / "sum/solution.py").read_text(),
    }
    listed = {**row, "tests": [{"input": given, "output": wanted, "testtype": "stdin"} for given, wanted in cases]}
    columns = {
        **row,
        "input_output": json.dumps(dict(zip(("inputs", "outputs"), zip(*cases, strict=True), strict=True))),
    }
    (by_folder,) = DATASET.load(DataRequest(dataset="sum")).problems
    for form in (listed, columns):
        Path("mine.jsonl").write_text(json.dumps(form))
        (by_row,) = DATASET.load(DataRequest(dataset="mine.jsonl")).problems
        assert (by_row.test, by_row.canonical_solution) == (by_folder.test, by_folder.canonical_solution)
        assert DATASET.prompt(by_row) == DATASET.prompt(by_folder)
