"""Stages, lints and compilers' errors in the rows of the HTML report."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from pytest_codeeval.core.verdict import Cause, StageResult, Verdict
from pytest_codeeval.reports.cells import ending_of
from pytest_codeeval.reports.html import score_table_html
from pytest_codeeval.reports.markup import page_bytes
from pytest_codeeval.reports.row_html import row_html
from pytest_codeeval.reports.sample_pages import SamplePages
from pytest_codeeval.reports.stage_html import reason, stage_lines
from pytest_codeeval.reports.stagetable import Table
from tests.reports.rows import BROKEN, CLEAN, FAILING, PASS, SILENT, UNTIDY, WRONG, built, ran, result, rust, staged
from tests.reports.test_html import NASTY, TAGS, Page

ERROR = 'error[E0308]: <b>mismatched</b>\n --> src/lib.rs:7:20\n  |\n7 |     f("1")\n  |       ^^^ expected `i32`'


def text_of(markup: str) -> str:
    """Return what a reader sees."""
    return Page(markup).text


def test_each_stage_of_a_sample_has_a_line() -> None:
    lines = stage_lines(UNTIDY.score, math.inf)[0].split("<br>")
    assert [text_of(line) for line in lines] == [
        "build passed (0.50 s CPU, 0.60 s wall, 1 MiB)",
        "clippy failed (0.25 s CPU, 0.30 s wall, 1 MiB): needless_return × 2, unused × 1",
        "test passed (0.12 s CPU, 0.20 s wall, 1 MiB)",
    ]
    row = text_of(row_html(rust(1, UNTIDY), 20_000, "rust").html)
    assert row.count("build passed") == row.count("unused × 1") == 1


def test_a_stage_that_was_not_reached_says_so() -> None:
    lines = stage_lines(BROKEN.score, math.inf)[0].split("<br>")
    assert [text_of(line) for line in lines] == ["build failed (0.50 s CPU, 0.60 s wall, 1 MiB)", "test not reached"]


def test_a_language_with_one_stage_keeps_its_one_line_of_figures() -> None:
    row = row_html(result(1, WRONG), 20_000, "python").html
    assert "10 tokens · $0.5 · test failed (0.25 s CPU, 0.50 s wall, 0 MiB)</p>" in row


def test_an_item_of_several_samples_counts_its_stages() -> None:
    samples = (CLEAN, UNTIDY, FAILING, BROKEN, SILENT)
    assert "build 3/5 · clippy 1/5 · test 2/5 · overall 1/5" in row_html(rust(1, *samples), 40_000, "rust").html
    assert "build 1/1" not in row_html(rust(1, CLEAN), 40_000, "rust").html
    assert "overall" not in row_html(result(1, PASS, WRONG), 40_000, "python").html


def test_the_outcome_names_the_stage_that_failed_where_the_tests_held() -> None:
    assert ending_of(rust(1, UNTIDY)) == "passed (clippy failed)"
    assert ending_of(rust(1, UNTIDY, CLEAN)) == ending_of(rust(1, CLEAN)) == "passed"
    assert ending_of(rust(1, BROKEN)) == "build error"
    hostile = staged(PASS, built(), StageResult(NASTY[0], passed=False), ran())
    assert Page(ending_of(rust(1, hostile))).tags == set()


def test_a_compilers_error_is_a_block_under_its_first_line() -> None:
    row = row_html(rust(1, staged(Cause.BUILD_ERROR, built(passed=False), detail=ERROR)), 20_000, "rust")
    assert row.whole
    assert "build error</b> <bdi>error[E0308]: &lt;b&gt;mismatched&lt;/b&gt;</bdi></summary>" in row.html
    assert '<pre>error[E0308]: &lt;b&gt;mismatched&lt;/b&gt;\n --&gt; src/lib.rs:7:20\n  |\n7 |     f("1")' in row.html
    assert "The whole reason" not in row.html


def test_a_test_that_failed_in_a_built_program_keeps_its_lines() -> None:
    panic = "assertion failed\n  left: 1\n right: 2"
    assert reason(Verdict(Cause.WRONG_ANSWER, panic, (built(), ran(passed=False)))) == ("assertion failed", panic)


@pytest.mark.parametrize("stages", [(), (ran(passed=False),)])
def test_the_reason_of_a_language_that_is_not_built_stays_one_line(stages: tuple[StageResult, ...]) -> None:
    verdict = Verdict(Cause.EXCEPTION, "ValueError: a\nb", stages)
    assert reason(verdict) == ("ValueError: a\nb", "")
    assert reason(Verdict(Cause.BUILD_ERROR, "one line\n", stages)) == ("one line\n", "")


def test_an_error_with_no_end_leaves_room_for_the_solution() -> None:
    verdict = Verdict(Cause.BUILD_ERROR, ERROR * 2_000, (built(passed=False),))
    sample = staged(verdict.cause, *verdict.stages, detail=verdict.detail)
    row = row_html(rust(1, sample), 4_000, "rust")
    assert not row.whole
    assert page_bytes(row.html) < 6_000
    assert "<pre>text</pre>" in row.html


@pytest.mark.parametrize("limit", [2_500, 20_000])
def test_lints_without_end_keep_the_rows_allowance(limit: int) -> None:
    lints = {f"clippy::lint_{number}": 5_000 - number for number in range(5_000)}
    stages = (built(), StageResult("clippy", passed=False, counts=lints), ran())
    row = row_html(rust(1, staged(PASS, *stages)), limit, "rust")
    assert page_bytes(row.html) < limit + 2_000
    assert "clippy::lint_0" in row.html
    assert "more kinds of what the stages counted are not shown here" in row.html
    assert not row.whole


def test_what_one_stage_takes_of_the_room_is_none_for_the_next() -> None:
    stages = (built(), *(StageResult(name, passed=False, counts={"a": 2, "b": 1}) for name in ("clippy", "test")))
    whole, none = stage_lines(staged(PASS, *stages).score, math.inf)
    one = page_bytes("<bdi>a</bdi> × 2")
    found = [stage_lines(staged(PASS, *stages).score, room)[1] for room in (0, one, 2 * one, 3 * one, 4 * one)]
    assert (none, found) == (0, [4, 3, 2, 1, 0])
    assert stage_lines(staged(PASS, *stages).score, 4 * one)[0] == whole


@pytest.mark.parametrize("text", NASTY)
def test_hostile_names_of_lints_and_stages_stay_text(text: str, tmp_path: Path) -> None:
    hostile = StageResult(text, passed=False, counts={text: 1, text * 100: 2})
    sample = staged(Cause.BUILD_ERROR, built(passed=False), hostile, detail=f"{text}\n{text}")
    for samples in ((sample,), (sample, sample)):
        row = Page(row_html(rust(1, *samples), 20_000, "rust").html)
        assert row.tags <= TAGS
        assert row.attributes <= {"class", "open", "title"}
        assert row.text.encode()
    address = SamplePages(tmp_path / "report.html").write(rust(1, sample), "rust", "")
    page = Page((tmp_path / address).read_text(encoding="utf-8"))
    assert not page.tags & {"script", "img", "iframe", "base"}
    assert not {name for name in page.attributes if name.startswith("on")}
    tables = score_table_html(["a"], [["b"]], [], Table([text], [[text]]), Table([text], [[text]], 3, text))
    assert Page(tables).tags == {"div", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"}
    assert tables.encode()


def test_a_page_of_samples_leaves_no_lint_out(tmp_path: Path) -> None:
    lints = {f"lint_{number}": 1 for number in range(500)}
    sample = staged(PASS, built(), StageResult("clippy", passed=False, counts=lints), ran())
    address = SamplePages(tmp_path / "report.html").write(rust(1, sample), "rust", "")
    page = Page((tmp_path / address).read_text(encoding="utf-8")).text
    assert all(f"lint_{number} ×" in page for number in range(500))


def test_tables_without_rows_are_not_drawn() -> None:
    score = ["model"], [["m"]], ["note"]
    assert score_table_html(*score, Table(["a"], []), Table(["a"], [], 3, "t")) == score_table_html(*score)
    folded = score_table_html(*score, Table(["a"], [["b"]], 3, "Lints"))
    assert "<details><summary>Lints</summary><table" in folded
    assert folded.index("</details>") < folded.index("note")
