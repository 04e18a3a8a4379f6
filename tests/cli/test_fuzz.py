"""`codeeval fuzz`, on inputs that a run could have saved."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pytest_codeeval.cli import main
from pytest_codeeval.scoring.fuzz.saved import SavedInputs
from tests.scoring.fuzz.problems import ORDERED


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CODEEVAL_CACHE", str(tmp_path))
    saved = SavedInputs(str(tmp_path / "fuzz"), "a")
    saved.add(ORDERED, "own", {"input": "[[],0]", "expected": "0", "rule": "near", "atol": 0.0})
    saved.add(ORDERED, "own", {"input": "[[1],2]", "expected": '{"t":[0.5,1]}', "rule": "near", "atol": 0.0})
    saved.add(ORDERED, "own", {"input": "[[3],2]", "expected": '{"h":"Match"}', "rule": "near", "atol": 0.0})
    return tmp_path


def test_they_are_listed(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fuzz", "ls", "--suite", "own"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "own  T/1  assert f([], 0) == 0"
    assert main(["fuzz", "ls", "--suite", "other"]) == 0
    assert capsys.readouterr().out == ""


def test_they_are_written_as_tests_that_run(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = cache / "test_found.py"
    assert main(["fuzz", "export", str(file)]) == 0
    assert "2 tests written" in (said := capsys.readouterr().out)
    assert "1 input cannot be written as Python literals" in said
    (cache / "solutions").mkdir()
    (cache / "solutions/T_1.py").write_text("def f(items, item):\n    return (0.5, 1) if items else 1\n")
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:codeeval", str(file)]
    out = subprocess.run(run, cwd=cache, capture_output=True, text=True, timeout=300).stdout
    assert "1 failed, 1 passed" in out
    assert "test_T_1_0" in out


def test_nothing_is_overwritten(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = cache / "test_found.py"
    file.write_text("mine")
    assert main(["fuzz", "export", str(file)]) == 4
    assert "nothing is overwritten" in capsys.readouterr().err
    assert file.read_text() == "mine"
    assert main(["fuzz", "export", str(cache / "other.py"), "--task", "T/9"]) == 4
    assert "run it first" in capsys.readouterr().err
    assert not (cache / "other.py").exists()
