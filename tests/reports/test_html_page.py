"""Whole runs with `--html`: the page as pytest-html writes it, and as a browser draws it."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.reports.cells import COLUMNS

CONFTEST = """
import json
from pathlib import Path
import pytest
from pytest_codeeval.core.result import Result
from pytest_codeeval.plugin.html import HtmlReport

class Edge:
    def __init__(self, html):
        self.html = html

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report):
        found = report.__dict__.pop("codeeval", None)
        if found is not None:
            self.html.decorate(report, Result.from_json(json.loads(found)))

def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        scores = lambda: (["model", "pass@1"], [["<i>m</i>", "50.0%"]], ["a note \\ud800"])
        settings = lambda: [("Command", "pytest <b>x</b>")]
        html = HtmlReport(Path(config.getoption("htmlpath")), scores, lambda *_: "python", settings=settings)
        config.pluginmanager.register(html)
        config.pluginmanager.register(Edge(html))

@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call" and hasattr(item, "result"):
        report.codeeval = json.dumps(item.result.to_json())
    return report
"""

TESTS = '''
import pytest
from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.result import Result, Sample
from pytest_codeeval.core.verdict import Cause, Verdict
from pytest_codeeval.scoring.code.scorer import score_of
from pytest_codeeval.scoring.code.solution import Method, Solution

EVIL = """</script><script>document.title='run'</script><img src=x onerror="document.title='run'">\\ud800\\0"""

@pytest.mark.parametrize("cause", list(Cause)[:6])
@pytest.mark.parametrize("task_id", ["Demo/1", EVIL, "../x", "a" * 300, "b\\\\x"])
def test_problem(task_id, cause, request):
    def sample(i):
        text = f"{EVIL} {i}" * (1 + 400 * (i % 2))
        solution = Solution(text if i else None, Method.FENCED)
        return Sample(i, (Completion(text, EVIL),), score_of(Verdict(cause, EVIL * i), solution))
    result = Result(EVIL, "suite " + EVIL, task_id, EVIL, tuple(map(sample, range(12))))
    request.node.result = result
    assert result.passed, result.explanation

@pytest.fixture
def broken():
    raise RuntimeError(EVIL.encode("ascii", "replace").decode())  # xdist cannot send a lone surrogate

def test_error(broken):
    pass

def test_other():
    pass
'''


class Blob(HTMLParser):
    """The rows that pytest-html put into its page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.data: dict[str, Any] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs).get("data-jsonblob")
        if tag == "div" and found:
            self.data = json.loads(found)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [row for rows in self.data["tests"].values() for row in rows]


def run(pytester: pytest.Pytester, *options: str) -> Path:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(TESTS)
    pytester.runpytest_subprocess("--html=out/my report.html", *options).assert_outcomes(passed=6, failed=25, errors=1)
    return pytester.path / "out" / "my report.html"


@pytest.mark.parametrize("options", [("-n2",), ("--self-contained-html",)], ids=" ".join)
def test_page(pytester: pytest.Pytester, options: tuple[str, ...]) -> None:
    report = run(pytester, *options)
    page = report.read_text(encoding="utf-8")
    assert '<title id="head-title">codeeval report</title>' in page
    assert "&lt;i&gt;m&lt;/i&gt;" in page
    assert page.count("<script>") == 2  # pytest-html's and ours
    rows = Blob(page).rows
    assert len(rows) == 32
    for row in rows:
        assert len(row["resultsTableRow"]) == 4 + len(COLUMNS)
        assert set(COLUMNS) < set(row)
        assert "<script" not in json.dumps([row["resultsTableRow"], row["extras"], row["log"]])
    assert sum(row["outcome"] == "" for row in rows) == 2
    addresses = {extra["content"] for row in rows for extra in row["extras"] if extra["format_type"] == "url"}
    assert len(addresses) == 30
    for address in addresses:
        assert address.startswith("my%20report.samples/")
        assert (report.parent / address.replace("%20", " ")).is_file()


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs a browser: no chromium on PATH")
def test_browser(pytester: pytest.Pytester, tmp_path: Path) -> None:
    report = run(pytester, "--self-contained-html")
    # All pages of samples are made by one template, of the same hostile texts.
    sample = next((report.parent / "my report.samples").iterdir())
    for drawn in (draw(sample, tmp_path), drawn_report := draw(report, tmp_path)):
        assert "'run'</title>" not in drawn
        assert "<title>run" not in drawn
        assert '<img src="x"' not in drawn
        assert "Answer as it came" in drawn
    drawn = drawn_report
    assert "codeeval report</title>" in drawn
    assert drawn.count('class="collapsible" data-id=') == 32
    assert drawn.count('<td class="col-outcome">') == 32
    scores, command, environment = (drawn.index(words) for words in (">Scores<", "pytest &lt;b&gt;x", ">Environment<"))
    assert scores < command < environment < drawn.index('<table id="results-table">')
    assert 'name="viewport"' in drawn.partition("</head>")[0]
    assert drawn.count('<tr class="extras-row hidden">') == 32
    found = draw(searching(report, "SUITE Demo/1 wrong"), tmp_path)
    assert re.search(r">(\d) of 32 rows<", found)[1] == "1"


def searching(page: Path, words: str) -> Path:
    """Return a page like this one in whose search somebody types."""
    typed = f"const box = document.querySelector('.ce-search input'); box.value = {json.dumps(words)};"
    script = f"<script>{typed} box.dispatchEvent(new Event('input'));</script></body>"
    copy = page.with_name("searched.html")
    copy.write_text(page.read_text(encoding="utf-8").replace("</body>", script), encoding="utf-8")
    return copy


def draw(page: Path, tmp_path: Path) -> str:
    """Return the document after its scripts have run, in a browser of its own and in bounded time."""
    command = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    # A fresh profile each time: a browser still ending would be handed the page, and nothing be printed here.
    profile = tempfile.mkdtemp(dir=tmp_path)
    command += ["--virtual-time-budget=3000", f"--user-data-dir={profile}", "--dump-dom", page.as_uri()]
    environment = {**os.environ, "HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, timeout=60, check=False, env=environment)
    return done.stdout.decode(errors="replace")
