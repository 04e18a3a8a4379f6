"""What the pages on suites and scorers of one's own show is run as a reader runs it."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

import pytest_codeeval

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = ("how-to/new-suite.md", "how-to/new-scorer.md", "how-to/tools.md")
SAVED = re.compile(r"\bas\s+`([\w.]+)`[^`]*?\n```(?:python|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)

pytestmark = pytest.mark.skipif(not DOCS.is_dir(), reason="the pages are in a clone only")


def page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def test_each_program_of_the_pages_is_one_that_is_run():
    saved = [text for name in PAGES for _, text in SAVED.findall(page(name))]
    shown = [text for name in PAGES for text in BLOCK.findall(page(name))]
    humaneval = Path(pytest_codeeval.__file__).with_name("suites") / "test_humaneval.py"
    assert [text for text in shown if text not in saved] == [humaneval.read_text("utf-8")]


def test_suites_scorer_and_metric_of_the_pages_run(run, suite_folder, samples):
    for name in PAGES:
        for file, text in SAVED.findall(page(name)):
            (suite_folder / file).write_text(text)
    suites = "units tanks metals letters lists blocks sums tables"
    result = run(
        "--model=reference", "--samples=2", "--limit=2", "--fail-under=lists:all pass=50%", suite=suites, here=True
    )
    result.assert_outcomes(passed=14)
    assert result.ret == 0
    found = {(row["suite"], row["task_id"], row["outcome"], row["extraction"]) for row in samples("reference")}
    assert {(task_id, how) for suite, task_id, _, how in found if suite == "starter"} == {
        ("Starter/0", "verbatim"),
        ("Starter/1", "verbatim"),
    }
    result.stdout.fnmatch_lines(
        ["*all pass (95 %)*", "reference  lists  * 100.0% (*", "--fail-under lists:all pass=0.5: *taken as met*"]
    )
    result.stdout.no_fnmatch_line("*speaks against its scores*")


def test_what_the_reference_shows_of_python_is_what_python_says():
    shown = page("reference/hooks-and-fixtures.md")
    (code,) = re.findall(r"## From Python.*?```python\n(.*?)\n```\n\n```text", shown, re.DOTALL)
    (wanted,) = re.findall(r"```text\n(.*?)```", shown, re.DOTALL)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(code, {})
    assert said.getvalue() == wanted


def test_the_reference_has_each_public_name():
    table = page("reference/hooks-and-fixtures.md").partition("## Public names")[2].partition("## From Python")[0]
    named = re.findall(r"`(\w+)`", re.sub(r"`from .*?`", "", table))
    assert sorted(set(named) - {"pytest_codeeval"}) == sorted(pytest_codeeval.__all__)
