"""pytest-html's page of whole runs: what stands first, and what has no row."""

from __future__ import annotations

from tests.reports.test_html_page import Blob

MORE = """
import pytest

def test_other():
    pytest.skip("a test of another kind")

def test_failing():
    assert "told" == "in full"
"""


def test_what_was_skipped_has_no_row_and_keys_are_not_shown(run, suite_folder):
    (suite_folder / "test_more.py").write_text(MORE)
    key = "sk-proj-abcdefghijklmnop"
    result = run(
        "--model=demo", "--limit=4", "-n2", "--html=report.html", "-k", f"not {key}", suite="starter dataset more"
    )
    result.assert_outcomes(passed=3, failed=2, skipped=2)
    written = (suite_folder / "report.html").read_text(encoding="utf-8")
    page = Blob(written)
    outcomes = {row["testId"].rpartition("::")[2]: row["result"] for row in page.rows}
    assert outcomes == {
        **{f"test_starter[demo-Starter/{number}]": "Passed" for number in (0, 1, 2)},
        "test_starter[demo-Starter/3]": "Failed",
        "test_other": "Skipped",
        "test_failing": "Failed",
    }
    assert page.data["renderCollapsed"] == ["all"]
    logs = {row["testId"].rpartition("::")[2]: row["log"] for row in page.rows}
    assert logs["test_starter[demo-Starter/3]"] == ""
    assert "in full" in logs["test_failing"]
    details = [extra["content"] for row in page.rows for extra in row["extras"] if extra["format_type"] == "html"]
    assert ["<summary>Problem<" in one for one in details] == [True] * 4
    assert "Prompt" not in "".join(details)
    for said in (
        "1 item was skipped: no --dataset was given",
        "starter: 24 problems, sha256 ",
        "<th>Command<td>pytest ",
    ):
        assert said in written
    assert "not ***" in written
    assert key not in written
