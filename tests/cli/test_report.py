"""`codeeval report`, as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_codeeval.cli import main
from tests.results.runs import row, write_run


def test_it_says_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_run(tmp_path / "r" / "one", [row()])
    write_run(tmp_path / "r" / "two", [row(passed=False)])
    page = tmp_path / "page.html"
    for _ in range(2):
        assert main(["report", str(tmp_path / "r"), "-o", str(page)]) == 0
        assert capsys.readouterr().out == f"{page}: 2 runs, 1 suite, {page.stat().st_size:,} bytes\n"


def test_what_cannot_be_done_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.html").write_text("mine")
    for given, why in (
        (["nowhere", "-o", "new.html"], "'nowhere' is not there"),
        ([".", "-o", "new.html"], "holds no results"),
        (["."], "'report.html' is there and is no report of `codeeval report`"),
        ([".", "-o", "."], "'.' is a folder"),
    ):
        assert main(["report", *given]) == 4
        said = capsys.readouterr().err
        assert why in said
        assert said.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
