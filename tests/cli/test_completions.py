"""`codeeval completions`, on a store that a run could have left."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pytest_codeeval.cli import main
from pytest_codeeval.core.completion import Completion, CompletionRequest, SamplingParams
from pytest_codeeval.generation.store import CompletionStore
from pytest_codeeval.generation.storefile import FILE_NAME
from tests.generation.scripted import keep


def request(task: str, sample: int = 0, model: str = "m", suite: str = "humaneval") -> CompletionRequest:
    message = ({"role": "user", "content": task},)
    return CompletionRequest("b", model, message, SamplingParams(), sample, suite=suite, task_id=task)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    store = CompletionStore(tmp_path)
    for asked in (request("H/0"), request("H/0", 1), request("H/1"), request("M/1", model="n", suite="mbpp")):
        keep(store, asked, Completion(f"answer to {asked.task_id} \x1b[31m", finish_reason="stop"))
    store.close()
    return tmp_path


def test_they_are_counted_by_model_and_suite(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completions", "ls", "--results", str(results)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "m  humaneval  2 tasks  3 completions",
        "n  mbpp  1 task  1 completion",
    ]


def test_they_are_shown_without_their_escapes(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completions", "show", "--results", str(results), "--task", "H/0", "--model", "m"]) == 0
    out = capsys.readouterr().out
    assert out.count("answer to H/0") == 2
    assert "H/1" not in out
    assert "\x1b" not in out
    assert main(["completions", "show", "--results", str(results), "--task", "none"]) == 1


def test_only_those_that_are_meant_are_removed(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completions", "rm", "--results", str(results)]) == 4
    assert "--all" in capsys.readouterr().err
    assert main(["completions", "rm", "--results", str(results), "--task", "H/0"]) == 0
    assert capsys.readouterr().out == "2 completions removed\n"
    store = CompletionStore(results)
    assert store.get(request("H/0")) is None
    assert store.get(request("H/1")) is not None
    store.close()


def test_an_export_can_be_imported_elsewhere(results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["completions", "export", "--results", str(results)])
    file = tmp_path / "all.jsonl"
    file.write_text(capsys.readouterr().out)
    other = tmp_path / "other"
    for expected in ("4 completions added\n", "0 completions added\n"):
        assert main(["completions", "import", "--results", str(other), str(file)]) == 0
        assert capsys.readouterr().out == expected
    store = CompletionStore(other)
    found = store.get(request("H/0", 1))
    store.close()
    assert found is not None and found.text == "answer to H/0 \x1b[31m"


@pytest.mark.parametrize("line", [{"key": "k"}, {"key": 1}, 3])
def test_a_line_that_is_none_is_refused_by_its_place(
    line: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(json.dumps(line) + "\n")
    assert main(["completions", "import", "--results", str(tmp_path / "r"), str(file)]) == 4
    assert "bad.jsonl, " in capsys.readouterr().err
    assert not (tmp_path / "r").exists()


def test_a_folder_without_a_store_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completions", "ls", "--results", str(tmp_path)]) == 4
    assert "give --results the folder of a run" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["CREATE TABLE completions (other TEXT)", None])
def test_a_file_that_is_none_of_ours_is_said(
    content: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is None:
        (tmp_path / FILE_NAME).write_bytes(b"no database" * 100)
    else:
        with closing(sqlite3.connect(tmp_path / FILE_NAME)) as database:
            database.execute(content)
    assert main(["completions", "export", "--results", str(tmp_path)]) == 4
    captured = capsys.readouterr()
    assert FILE_NAME in captured.err and captured.err.count("\n") == 1 and not captured.out
