"""Results in the forms of other harnesses."""

from __future__ import annotations

import json
from errno import ENOSPC
from io import StringIO
from math import sqrt
from os import strerror
from pathlib import Path
from statistics import stdev
from typing import IO, Any, Never

import pytest

from pytest_codeeval.cli import main
from pytest_codeeval.core.completion import Form
from pytest_codeeval.generation.backends.replay.harnesses import harness_samples
from pytest_codeeval.results import load
from pytest_codeeval.results.exports.byproblem import by_problem
from tests.results.chartruns import HOSTILE, row, rows, write


def export(tmp_path: Path, form: str, *folders: Path) -> dict[str, Path]:
    """Export to a new folder, and return its files by their names there."""
    out = tmp_path / "out"
    assert main(["export", *map(str, folders), "--to", form, "-o", str(out)]) == 0
    return {str(path.relative_to(out)): path for path in sorted(out.rglob("*")) if path.is_file()}


def test_samples_are_put_together_by_problem_the_latest_of_each(tmp_path: Path) -> None:
    scattered = [row(0, False, 1), row(1), row(0, True, 0), row(0, True, 1), row(5, suite="t")]
    folder = write(tmp_path / "a", scattered)
    with (folder / "samples.jsonl").open("a") as lines:
        lines.write('{"task_id": "T/0", "torn')
    found = [
        (task, [(one["sample_index"], one["passed"]) for one in samples])
        for task, samples in by_problem(load(folder).runs[0], "s")
    ]
    assert found == [("T/0", [(0, True), (1, True)]), ("T/1", [(0, True)])]


def test_lm_eval_has_no_error_of_a_figure_that_is_no_mean_of_problems(tmp_path: Path) -> None:
    metrics = [
        {"name": "followed", "measure": "kept", "among": "asked"},
        {"name": "overall", "parts": ["easy", "hard"]},
    ]
    measures = {"kept": 1.0, "asked": 2.0}
    samples = [row(0, measures={**measures, "easy": 1.0}), row(1, False, measures={**measures, "hard": 0.0})]
    files = export(tmp_path, "lm-eval", write(tmp_path / "m", samples, s={"metrics": metrics}))
    found = json.loads(next(path for name, path in files.items() if "results_" in name).read_text())["results"]["s"]
    figures = {"followed,none": 0.5, "followed_stderr,none": "N/A", "overall,none": 0.5, "overall_stderr,none": "N/A"}
    assert found == {"alias": "s", **figures}


def test_evalplus_has_both_verdicts_and_its_own_figures(tmp_path: Path) -> None:
    about: dict[str, Any] = {"suite": "humaneval-plus", "solution": "def f(): pass"}
    samples = [
        row(0, **about, base_passed=True),
        row(1, False, **about, base_passed=True),
        row(2, False, **{**about, "outcome": "timeout"}, base_passed=False),
        row(0, suite="gsm8k"),
    ]
    files = export(tmp_path, "evalplus", write(tmp_path / "m", samples, **{"humaneval-plus": {"sha256": "abc"}}))
    assert list(files) == ["m/humaneval-plus_eval_results.json"]
    found = json.loads(files["m/humaneval-plus_eval_results.json"].read_text())
    assert found["hash"] == "abc"
    statuses = {
        task: [(one["base_status"], one["plus_status"]) for one in ones] for task, ones in found["eval"].items()
    }
    assert statuses == {"T/0": [("pass", "pass")], "T/1": [("pass", "fail")], "T/2": [("timeout", "timeout")]}
    assert found["pass_at_k"] == {"base": {"pass@1": 2 / 3}, "plus": {"pass@1": 1 / 3}}
    assert found["eval"]["T/0"][0]["solution"] == "def f(): pass"


def test_evalplus_without_further_inputs_has_no_status_by_them(tmp_path: Path) -> None:
    files = export(tmp_path, "evalplus", write(tmp_path / "m", rows("10 11", suite="mbpp@chat")))
    found = json.loads(files["m/mbpp@chat_eval_results.json"].read_text())
    assert found["pass_at_k"] == {"base": {"pass@1": 0.75}}
    assert {one["plus_status"] for ones in found["eval"].values() for one in ones} == {None}


def test_lm_eval_has_figures_with_their_errors(tmp_path: Path) -> None:
    folder = write(tmp_path / "m", rows("1 1 0"), s={"sha256": "abc", "problems": 4})
    about = json.loads((folder / "run.json").read_text())
    about |= {"finished": "2026-01-02T03:04:05Z", "settings": {"backend": "openai", "model": "x", "temperature": 0.5}}
    (folder / "run.json").write_text(json.dumps(about))
    files = export(tmp_path, "lm-eval", folder)
    assert list(files) == [
        "m/results_2026-01-02T03-04-05.000000.json",
        "m/samples_s_2026-01-02T03-04-05.000000.jsonl",
    ]
    found = json.loads(files["m/results_2026-01-02T03-04-05.000000.json"].read_text())
    figures = found["results"]["s"]
    assert figures["pass@1,none"] == pytest.approx(2 / 3)
    assert figures["pass@1_stderr,none"] == pytest.approx(stdev([1, 1, 0]) / sqrt(3))
    assert found["n-samples"]["s"] == {"original": 4, "effective": 3}
    assert found["config"] == {"model": "openai", "model_args": "model=x", "gen_kwargs": {"temperature": 0.5}}
    assert found["task_hashes"] == {"s": "abc"}


def test_what_is_written_for_lm_eval_can_be_replayed(tmp_path: Path) -> None:
    samples = [row(0, n == 0, n, completion=f"said {n}", solution=f"code {n}") for n in range(2)]
    files = export(tmp_path, "lm-eval", write(tmp_path / "m", samples))
    (path,) = [path for name, path in files.items() if "samples" in name]
    line = json.loads(path.read_text())
    assert (line["resps"], line["filtered_resps"]) == ([["said 0", "said 1"]], [["code 0", "code 1"]])
    assert line["passed"] == 0.5
    (said,) = harness_samples(line, "there") or ()
    assert (said.task_id, said.texts, said.form) == ("T/0", ("code 0", "code 1"), Form.PROGRAM)


def test_names_make_no_paths(tmp_path: Path) -> None:
    samples = [one for name in HOSTILE for one in rows("1", suite=name)]
    files = export(tmp_path, "lm-eval", write(tmp_path / "..m", samples))
    assert len(files) == 1 + len(HOSTILE)
    assert {name.count("/") for name in files} == {1}
    assert not (tmp_path / "etc").exists()
    for path in files.values():
        assert len(path.name) < 160
        [json.loads(line) for line in path.read_text("ascii").splitlines()] if path.suffix == ".jsonl" else json.loads(
            path.read_text()
        )


@pytest.mark.parametrize("form", ["csv", "markdown", "latex"])
def test_tables_go_to_standard_output_or_a_new_file(
    tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = write(tmp_path / "m", rows("1 0")), tmp_path / "table"
    assert main(["export", str(folder), "--to", form]) == 0
    shown = capsys.readouterr().out
    assert "50.0" in shown or ",0.5," in shown
    assert main(["export", str(folder), "--to", form, "-o", str(out)]) == 0
    assert out.read_text() == shown
    assert main(["export", str(folder), "--to", form, "-o", str(out)]) == 4
    assert "nothing is overwritten" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--to", "lm-eval"], "name a folder"),
        (["--to", "lm-eval", "-o", "."], "nothing is overwritten"),
        (["--to", "evalplus", "-o", "new"], "EvalPlus has none of these suites"),
        (["--to", "evalplus", "-o", "m/samples.jsonl/x"], "EvalPlus has none"),
        (["--to", "lm-eval", "-o", "m/samples.jsonl/x"], "was not made"),
    ],
)
def test_what_cannot_be_exported_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "m", rows("1"))
    assert main(["export", "m", *arguments]) == 4
    assert said in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


@pytest.mark.parametrize("form", ["csv", "lm-eval", "evalplus"])
def test_of_an_export_that_fails_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    def full(*_: object, **__: object) -> Never:
        raise OSError(ENOSPC, strerror(ENOSPC))

    class Full(StringIO):
        write = full

    def opened(path: Path, mode: str = "r", **more: Any) -> IO[Any]:
        return Full() if open(path, mode, **more).close() is None and mode == "x" else open(path, mode, **more)

    write(tmp_path / "m", rows("1", suite="humaneval"))
    monkeypatch.setattr(Path, "open", opened)
    assert main(["export", str(tmp_path / "m"), "--to", form, "-o", str(tmp_path / "new")]) == 4
    assert "No space left on device" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["m"]
