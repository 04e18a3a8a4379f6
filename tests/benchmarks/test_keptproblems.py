"""What a large file was read as, kept for the next run: the same problems, and nothing that holds no more."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pytest_codeeval.benchmarks import keptproblems
from pytest_codeeval.benchmarks.keptproblems import kept_problems
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import CASES, Problem

PARTS = {"base": '["a\\n\u2028\U0001f40d"]\n[1]', "plus": "", "more": '["\ud800é"]'}
CASE = {"parts": PARTS, "rule": "equal", "atol": 0.5}
PROBLEMS = (
    Problem("x/1", "def f():\n", "t", "f", " return 1", extra={"words": "\ud800", CASES: CASE, "contract": "c"}),
    Problem("x/2", "Say 2.", "t", "g", extra={CASES: {"parts": {"base": "[]"}, "rule": "set", "atol": 0.0}}),
)


class Reader:
    """Reads a file, and counts."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> tuple[str, tuple[Problem, ...]]:
        self.times += 1
        return "digest", PROBLEMS


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CODEEVAL_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "problems.jsonl"
    path.write_bytes(b"x" * keptproblems._LARGE)
    return path


def test_problems_are_read_once_and_come_back_as_they_were(file: Path) -> None:
    read = Reader()
    first, second = (kept_problems(file, "form", [__file__], read) for _ in range(2))
    assert read.times == 1
    assert first == second == ("digest", PROBLEMS)
    assert [list(problem.extra) for problem in second[1]] == [list(problem.extra) for problem in PROBLEMS]
    assert second[1][0].parts == ("base", "plus", "more")


def test_what_has_changed_is_read_again(file: Path, tmp_path: Path) -> None:
    read, code = Reader(), tmp_path / "code.py"
    code.write_text("1")
    kept_problems(file, "form", [str(code)], read)
    code.write_text("2")
    kept_problems(file, "form", [str(code)], read)
    file.write_bytes(b"y" * keptproblems._LARGE)
    kept_problems(file, "form", [str(code)], read)
    assert read.times == 3
    for path in (tmp_path / "cache" / "problems").iterdir():
        path.write_bytes(path.read_bytes().replace(b"[1]", b"[2]"))
    assert kept_problems(file, "form", [str(code)], read) == ("digest", PROBLEMS)
    assert read.times == 4


def test_what_is_small_or_cannot_be_kept_is_read_each_time(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Reader()
    (tmp_path / "cache").write_text("a file, where a folder should be")
    for _ in range(2):
        assert kept_problems(file, "form", [], read) == ("digest", PROBLEMS)
    (tmp_path / "cache").unlink()
    file.write_bytes(b"x")
    for _ in range(2):
        kept_problems(file, "form", [], read)
    assert read.times == 4
    assert not (tmp_path / "cache").exists()


def test_of_a_malformed_file_nothing_is_kept(file: Path, tmp_path: Path) -> None:
    def read() -> tuple[str, tuple[Problem, ...]]:
        raise DatasetError("line 2 is malformed")

    for _ in range(2):
        with pytest.raises(DatasetError, match="line 2"):
            kept_problems(file, "form", [], read)
    assert not (tmp_path / "cache" / "problems").exists()


def test_a_file_is_kept_as_what_it_was_read_as_and_with_the_bytes_that_were_read(file: Path, tmp_path: Path) -> None:
    read = Reader()

    def replaced() -> tuple[str, tuple[Problem, ...]]:
        file.write_bytes(b"y" * keptproblems._LARGE)
        return "other", PROBLEMS[:1]

    assert kept_problems(file, "form", [], replaced)[0] == "other"
    file.write_bytes(b"x" * keptproblems._LARGE)
    assert kept_problems(file, "form", [], read)[0] == "digest"
    assert kept_problems(file, "another form", [], lambda: ("another", PROBLEMS))[0] == "another"
    assert kept_problems(file, "form", [], read)[0] == "digest"
    assert read.times == 1


def test_those_that_were_used_last_are_kept(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keptproblems, "_MOST", 2)
    read, folder = Reader(), tmp_path / "cache" / "problems"
    kept_problems(file, "first", [], read)
    (first,) = folder.iterdir()
    torn = folder / ".of-a-killed-process.part"
    torn.touch()
    for age, path in enumerate((first, torn), 1):
        os.utime(path, (age, age))
    kept_problems(file, "first", [], read)  # which makes it the last one that was used
    kept_problems(file, "second", [], read)
    assert read.times == 2
    assert first in (left := list(folder.iterdir()))
    assert len(left) == 2
    assert torn not in left
