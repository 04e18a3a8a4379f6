"""Results as runs of MLflow and Weights & Biases."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from pytest_codeeval.cli import main
from pytest_codeeval.results import load
from pytest_codeeval.results.exports.surroundings import surroundings
from pytest_codeeval.results.exports.trackedrun import TrackedRun, tracked
from tests.results.chartruns import HOSTILE, row, rows, write


def _needs(module: str) -> pytest.MarkDecorator:
    """Ask whether a package is there without importing it, as it would then tell its makers."""
    why = f"{module} is too large for the extra `dev` (100 MB): pip install 'pytest-codeeval[{module}]'"
    return pytest.mark.skipif(find_spec(module) is None, reason=why)


def _tracked(folder: Path) -> TrackedRun:
    return tracked(load(folder).runs[0])


def _with_settings(folder: Path, **settings: object) -> Path:
    about = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps({**about, "settings": settings}))
    return folder


def test_a_run_is_told_with_figures_their_intervals_settings_and_files(tmp_path: Path) -> None:
    folder = write(tmp_path / "r" / "m", rows("1 0 1 1", suite="s@chat"), **{"s@chat": {"sha256": "abc"}})
    _with_settings(folder, backend="openai", params={"temperature": 0.5}, stop=["\n"])
    (tmp_path / "r" / "report.html").write_text("page")
    run = _tracked(folder)
    figures = run.metrics
    low, value, high = (figures[f"s_at_chat/pass_at_1{end}"] for end in ("_low", "", "_high"))
    assert low < value == 0.75 < high
    assert figures["s_at_chat/problems"] == 4.0
    assert run.params.items() >= {
        "label": "m", "backend": "openai", "params/temperature": "0.5", "s_at_chat/sha256": "abc",
    }.items()  # fmt: skip
    assert set(run.files) == {"samples.jsonl", "run.json", "report.html"}


def test_the_same_results_are_known_again_and_others_are_not(tmp_path: Path) -> None:
    first, same, other = (write(tmp_path / name, rows(passes)) for name, passes in (("a", "1"), ("b", "1"), ("c", "0")))
    assert _tracked(first).digest == _tracked(same).digest != _tracked(other).digest
    assert _tracked(_with_settings(same, temperature=1)).digest != _tracked(first).digest


def test_names_are_such_as_trackers_take_and_differ(tmp_path: Path) -> None:
    hostile = [*HOSTILE, "..", "a/b", "a@b", "a?b", "a!b"]
    samples = [one for name in hostile for one in rows("1", suite=name)]
    run = _tracked(write(tmp_path / "m", samples, **{name: {"sha256": name} for name in hostile}))
    problems = [name for name in run.metrics if "/problems" in name]
    assert len(problems) == len(hostile)
    for name in (*run.metrics, *run.params):
        assert all(part.strip(".") and part.isascii() for part in name.split("/"))
        assert len(name) <= 250
    assert all(len(value) <= 600 and "\x1b" not in value for value in run.params.values())


def test_what_is_set_for_a_while_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    from os import environ

    monkeypatch.setenv("THERE", "1")
    monkeypatch.delenv("ABSENT", raising=False)
    with surroundings(THERE="2", ABSENT="3"):
        assert (environ["THERE"], environ["ABSENT"]) == ("2", "3")
    assert (environ["THERE"], environ.get("ABSENT")) == ("1", None)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--to", "mlflow"], "by -o DIR, or a server by MLFLOW_TRACKING_URI"),
        (["--to", "wandb"], "by -o DIR, or set WANDB_API_KEY"),
        (["--to", "mlflow", "-o", "m"], "holds something else than runs of MLflow"),
        (["--to", "csv", "--project", "p"], "--project is for mlflow and wandb"),
        (["--to", "mlflow", "--project", " "], "--project names nothing"),
    ],
)
def test_what_cannot_be_tracked_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("MLFLOW_TRACKING_URI", "WANDB_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    write(tmp_path / "m", rows("1"))
    assert main(["export", "m", *arguments]) == 4
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("tracker", ["mlflow", "wandb"])
def test_without_the_package_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tracker: str
) -> None:
    monkeypatch.setitem(__import__("sys").modules, tracker, None)
    folder = write(tmp_path / "m", rows("1"))
    assert main(["export", str(folder), "--to", tracker, "-o", str(tmp_path / "out")]) == 4
    assert f"pip install 'pytest-codeeval[{tracker}]'" in capsys.readouterr().err
    assert not any((tmp_path / "out").rglob("*"))


@_needs("mlflow")
@pytest.mark.filterwarnings("ignore")  # its own
def test_mlflow_has_a_run_for_each_model_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = [write(tmp_path / name, rows(passes, model=name)) for name, passes in (("a", "1 0"), ("b", "1 1"))]
    write(tmp_path / "hostile", [one for name in HOSTILE for one in rows("1", suite=name)])
    command = ["export", *map(str, folders), str(tmp_path / "hostile"), "--to", "mlflow", "-o", str(tmp_path / "out")]
    assert main(command) == main(command) == 0
    assert capsys.readouterr().out.count("is in codeeval already") == 3
    import mlflow

    client = mlflow.MlflowClient(tracking_uri=f"sqlite:///{tmp_path / 'out' / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("codeeval").experiment_id
    found = {run.info.run_name: run for run in client.search_runs([experiment])}
    assert {name: found[name].data.metrics["s/pass_at_1"] for name in "ab"} == {"a": 0.5, "b": 1.0}
    assert {file.path for file in client.list_artifacts(found["a"].info.run_id)} == {"samples.jsonl", "run.json"}
    # One that was stopped is replaced.
    client.update_run(found["a"].info.run_id, status="RUNNING")
    assert main(command) == 0
    assert len(client.search_runs([experiment])) == 3


@_needs("wandb")
@pytest.mark.filterwarnings("ignore")  # its own
def test_wandb_keeps_runs_in_a_folder_and_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WANDB_API_KEY", "secret" * 8)
    folder, out = write(tmp_path / "m", [row(0), row(1, False, suite=HOSTILE[0])]), tmp_path / "out"
    command = ["export", str(folder), "--to", "wandb", "-o", str(out)]
    assert main(command) == 0
    assert main(command) == 4
    (log,) = out.glob("wandb/offline-run-*/run-*.wandb")
    assert {path.name for path in (log.parent / "files").iterdir()} == {"samples.jsonl", "run.json"}
    assert b"s/pass_at_1" in log.read_bytes()
    assert not any(b"secretsecret" in path.read_bytes() for path in out.rglob("*") if path.is_file())
