"""`--report`: the page at the end of a run."""

from __future__ import annotations

import re


def test_a_run_leaves_a_page_with_its_prompts(run, suite_folder):
    result = run("--model=demo", "--model=reference", "--limit=2", "--report=out/page.html", here=True)
    size = (suite_folder / "out/page.html").stat().st_size
    result.stdout.fnmatch_lines([f"report: {suite_folder / 'out/page.html'} ({size:,} bytes)"])
    page = (suite_folder / "out/page.html").read_text("utf-8")
    assert re.search(r"<h1>Code evaluation: demo, reference</h1>", page)
    assert "id=prompt-0" in page


def test_a_page_that_cannot_be_is_refused_before_anything_is_done(run, suite_folder):
    (suite_folder / "page.html").write_text("mine")
    result = run("--model=demo", "--limit=1", "--report=page.html", here=True)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: *page.html' is there and is no report of `codeeval report`*"])
    result = run("--model=demo", "--limit=1", "--report=new.html", "--html=./new.html", here=True)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: --report and --html both name 'new.html'*"])
    result = run("--model=demo", "--limit=1", "--report=", here=True)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: --report names no file*"])
    assert not (suite_folder / "results").exists()
