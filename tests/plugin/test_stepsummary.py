"""The score table on the page of a GitHub Actions job."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_codeeval.plugin.stepsummary import VARIABLE, append_step_summary

TABLE = (["model", "suite"], [["a|b", "<s>"]], ["s: a <note>"])


def test_the_table_is_appended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n")
    monkeypatch.setenv(VARIABLE, str(page))
    assert append_step_summary(lambda: TABLE) == ""
    assert page.read_text().splitlines() == [
        "before",
        "## Code evaluation",
        "",
        "| model | suite |",
        "| --- | --- |",
        "| a&#124;b | &#60;s&#62; |",
        "",
        "- s: a &#60;note&#62;",
        "",
    ]


def test_without_such_a_page_or_rows_nothing_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert append_step_summary(lambda: pytest.fail("made for nobody")) == ""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "page.md"))
    assert append_step_summary(lambda: (["model"], [], ["a note"])) == ""
    assert not (tmp_path / "page.md").exists()


def test_a_page_that_cannot_be_written_fails_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none/page.md"))
    assert append_step_summary(lambda: TABLE).startswith(f"the file that {VARIABLE} names was not written: ")
