"""The parts of the HTML report: hostile text stays text, sizes stay bounded, columns sort as numbers do."""

import html
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.result import Result, Sample
from pytest_codeeval.core.toolcall import ToolCall
from pytest_codeeval.core.verdict import Cause, StageResult, Verdict
from pytest_codeeval.reports.cells import COLUMNS, empty_cells, ending_of, header_cells, outcome_of, row_cells
from pytest_codeeval.reports.highlight import LONGEST, coloured
from pytest_codeeval.reports.html import filters_html, head_html, score_table_html
from pytest_codeeval.reports.markup import escaped, one_line, page_bytes, shortened
from pytest_codeeval.reports.page_budget import LEAST, POOL, PageBudget
from pytest_codeeval.reports.row_html import row_html, telling
from pytest_codeeval.reports.sample_pages import SamplePages, page_name
from tests.reports.rows import score

NASTY = [
    "</script><script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "<!-- <style>",
    "]]>",
    "\0 \x1b[31mred",
    "\ud800 \udfff",
    "\u202egnp.exe\u2066",
    "</pre></details></td></table></template>",
    "&lt;b&gt; &#x3c; <a href='javascript:alert(1)'>",
    "\r\n\u2028",
]
TAGS = {"details", "summary", "p", "br", "b", "bdi", "pre", "span", "a"}


class Page(HTMLParser):
    """What a browser would make of some HTML: its tags, their attributes, and its text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def sample(
    index: int = 0, cause: Cause = Cause.PASSED, code: str | None = "x = 1", text: str = "", **more: int
) -> Sample:
    stages = (StageResult("run", cause is Cause.PASSED, 0.25, 0.5, 2**20),)
    completion = Completion(text or code or "", "stop", seconds=1.5, completion_tokens=more.get("tokens"))
    return Sample(index, (completion,), score(Verdict(cause, f"because {index}", stages), code))


def result(*samples: Sample, task_id: str = "Demo/1", suite: str = "demo", prompt: str = "Add.") -> Result:
    return Result("some-model", suite, task_id, prompt, samples)


def sort_key(cell: str) -> str:
    """Find what pytest-html sorts a cell by, as its `_hydrate_data` does."""
    found = re.search(r"<td.*?>(.*?)</td>", cell)
    assert found is not None
    return found.group(1)


@pytest.mark.parametrize("text", NASTY)
def test_text_stays_text(text: str) -> None:
    page = Page(f"<p>{escaped(text)}</p>")
    assert page.tags == {"p"}
    assert page.text.encode()  # no lone surrogate is left


@pytest.mark.parametrize("text", NASTY)
def test_a_line_is_safe_in_an_attribute(text: str) -> None:
    page = Page(f'<p title="{one_line(text)}">')
    assert (page.tags, page.attributes) == ({"p"}, {"title"})
    assert "\n" not in one_line(text)


@pytest.mark.parametrize("text", [*NASTY, "plain", "é漢🎉", "a\n\t\\b\"'"])
def test_page_bytes_are_those_of_the_page(text: str) -> None:
    markup = f"<b class=k>{escaped(text)}</b>"
    in_jinja = json.dumps(markup)[1:-1].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert page_bytes(markup) == len(in_jinja.replace('"', "&#34;").replace("'", "&#39;"))


@pytest.mark.parametrize("text", NASTY)
def test_calls_of_tools_are_shown_as_text(text: str) -> None:
    calls = (ToolCall(text, text, text), ToolCall("add", '{"a": 1}'))
    steps = Completion("", "tool_calls", tool_calls=calls), Completion("", "tool_calls", tool_calls=calls)
    shown = row_html(result(replace(sample(code=None), completions=steps)), 20_000, "").html
    page = Page(shown)
    assert page.tags <= TAGS
    assert page.text.count('add({"a": 1})') == 2
    assert "The answer is empty" not in page.text


def test_code_keeps_its_text_and_gets_colours() -> None:
    code = 'def f(x):\r\n    """Doc."""\n    return x + 1  # more\n'
    markup = "".join(coloured(code, "python"))
    assert Page(markup).text == code.replace("\r", "\\r")
    assert {name for name in ("k", "nf", "s", "m", "c") if f"<span class={name}>" in markup} == {
        "k",
        "nf",
        "s",
        "m",
        "c",
    }
    assert "style=" not in markup


@pytest.mark.parametrize(
    ("code", "language"), [("x" * (LONGEST + 1), "python"), ("def f(): pass", "no-such-language"), ("é" * 100, "rust")]
)
def test_code_without_colours(code: str, language: str) -> None:
    assert "".join(coloured(code, language)) == code


def test_numbers_sort_as_numbers() -> None:
    def cells(passed: int, total: int, tokens: int | None) -> dict[str, str]:
        samples = [
            sample(i, Cause.PASSED if i < passed else Cause.WRONG_ANSWER, **({"tokens": tokens} if tokens else {}))
            for i in range(total)
        ]
        return dict(zip(COLUMNS, map(sort_key, row_cells(result(*samples))), strict=True))

    ordered = [cells(0, 10, None), cells(7, 10, 9), cells(9, 10, 10), cells(10, 10, 200)]
    for column in ("passRate", "tokens"):
        keys = [row[column] for row in ordered]
        assert keys == sorted(keys)
        assert [Page(key).text for key in keys] == {
            "passRate": ["0/10", "7/10", "9/10", "10/10"],
            "tokens": ["–", "90", "100", "2000"],
        }[column]
    assert Page(ordered[0]["seconds"]).text == "gen 15.0 / run 2.5"
    assert Page(row_cells(result(sample(tokens=5), sample()))[4]).text == "≥ 5"


def test_columns_are_as_many_everywhere() -> None:
    assert len(header_cells()) == len(empty_cells()) == len(row_cells(result(sample())))
    for name, head, cell in zip(COLUMNS, header_cells(), empty_cells(), strict=True):
        assert f'data-column-type="{name}"' in head
        assert f'class="col-{name}"' in cell


def test_a_row_without_a_result_names_its_model_and_suite_all_the_same() -> None:
    shown = dict(zip(COLUMNS, (Page(cell).text for cell in empty_cells("m", NASTY[0])), strict=True))
    assert shown == {**dict.fromkeys(COLUMNS, ""), "model": "m", "suite": NASTY[0]}


def test_the_outcome_that_tells_most() -> None:
    wrong, slow = sample(0, Cause.WRONG_ANSWER), sample(1, Cause.CPU_TIME)
    assert outcome_of(result(sample(2), wrong)) == "passed"
    assert outcome_of(result(wrong, slow, slow)) == "timeout"
    assert outcome_of(result(sample(0, Cause.UNGRADED))) == outcome_of(result()) == "ungraded"


def test_the_ending_names_the_cause_where_that_says_more() -> None:
    slow, late, wrong = (
        sample(n, cause) for n, cause in enumerate((Cause.CPU_TIME, Cause.WALL_TIME, Cause.WRONG_ANSWER))
    )
    assert ending_of(result(slow, late, late, wrong)) == "timeout (wall time)"
    assert ending_of(result(wrong)) == "wrong answer"
    assert ending_of(result(sample(), wrong)) == "passed"
    assert ending_of(result()) == "ungraded"


def test_a_weak_verdict_is_marked_in_its_row_and_at_its_sample() -> None:
    strong = sample()
    weak = replace(strong, score=replace(strong.score, weak=True))
    for found, marked in ((strong, False), (weak, True)):
        rate = row_cells(result(found))[2]
        assert (Page(rate).text, "title" in Page(rate).attributes) == ("1/1 weak" if marked else "1/1", marked)
        detail = row_html(result(found), 20_000, "python").html
        assert ("forged" in detail) is ("passed weak" in Page(detail).text) is marked


def test_telling_samples_differ() -> None:
    samples = [sample(i, Cause.WRONG_ANSWER, f"x = {i % 2}") for i in range(8)]
    samples += [sample(8), sample(9), sample(10, Cause.CPU_TIME, "x = 2")]
    assert [s.index for s in telling(result(*samples), 5)] == [0, 1, 8, 10]
    assert [s.index for s in telling(result(*samples[:8]), 1)] == [0]


@pytest.mark.parametrize("text", [*NASTY, "<" * 100_000, "🎉" * 5_000, "\n".join(NASTY)])
@pytest.mark.parametrize("limit", [LEAST, 20_000])
def test_a_row_keeps_its_allowance(text: str, limit: int) -> None:
    verdict = Verdict(Cause.EXCEPTION, text, (StageResult(text, passed=False),), weak=True)
    hostile = Sample(0, (Completion(text, text, reasoning=text),), score(verdict, text))
    row = Result(text, text, text, text, (hostile, sample(1, Cause.WRONG_ANSWER, text + "1")), "all")
    detail = row_html(row, limit, "python")
    assert page_bytes(detail.html) < limit * 1.3 + 6_000  # names are cut by characters, and not counted beforehand
    page = Page(detail.html)
    assert page.tags <= TAGS
    assert page.attributes <= {"class", "open", "title"}


def test_a_small_row_holds_reason_and_solution() -> None:
    code = "\n".join(f"    value_{i} = compute({i})" for i in range(500))
    detail = row_html(result(sample(0, Cause.WRONG_ANSWER, code), prompt="p" * 9_000), LEAST, "python")
    for words in ("wrong answer because 0", "value_0 = compute(0)\n    value_1", "Cut here, of"):
        assert words in Page(detail.html).text
    assert not detail.whole


def test_a_row_that_shows_all() -> None:
    detail = row_html(result(sample(0, Cause.WRONG_ANSWER, text="Here:\n```\nx = 1\n```")), 20_000, "python")
    assert detail.whole
    for words in ("Add.", "x = 1", "Here:", "taken from a fenced block", "0.25 s CPU, 0.50 s wall, 1 MiB"):
        assert words in Page(detail.html).text


@pytest.mark.parametrize(("told", "rows"), [(164, 164), (200, 1138), (1138, 1138)])
def test_the_pool_is_enough(told: int, rows: int) -> None:
    allowance = PageBudget()
    allowance.expect(told)
    assert sum(allowance.share() for _ in range(rows)) < 3 * POOL


def test_file_names(tmp_path: Path) -> None:
    ids = ["../../x", "a" * 300, "a" * 301, "\0", "\ud800", "", ".", "CON", "A", "a", "é", "è", "a/b", "a_b", *NASTY]
    names = [page_name(result(task_id=task_id)).lower() for task_id in ids]
    assert len(set(names)) == len(ids)
    for name in names:
        assert re.fullmatch(r"\w[\w.-]{0,59}-[0-9a-f]{24}\.html", name, re.ASCII)
    assert page_name(Result("a", "b", "c", "", ())) != page_name(Result("a", "bc", "", "", ()))
    address = SamplePages(tmp_path / "a #%?.html").write(result(sample()), "python", "")
    assert address.startswith("a%20%23%25%3F.samples/Demo_1-")


def test_a_page_holds_every_sample(tmp_path: Path) -> None:
    samples = [sample(i, Cause.WRONG_ANSWER, f"x = {i}", text=f"answer {i} {text}") for i, text in enumerate(NASTY)]
    pages = SamplePages(tmp_path / "report.html")
    pages.folder.mkdir()
    stale, foreign = pages.folder / f"Old_1-{'0' * 24}.html", pages.folder / "notes.html"
    stale.touch(), foreign.touch()
    written = (tmp_path / pages.write(result(*samples, sample(50, code="x = 0")), "python", "")).read_text(
        encoding="utf-8"
    )
    page = Page(written)
    assert not stale.exists()
    assert foreign.exists()
    assert "default-src 'none'" in written
    assert not page.tags & {"script", "img", "iframe", "base"}
    assert not {name for name in page.attributes if name.startswith("on")}
    for i in range(len(NASTY)):
        assert f"answer {i} " in page.text
        assert f"id=s{i}>" in written
    assert "The solution is that of sample 0." in page.text


def test_a_page_cuts_what_is_huge(tmp_path: Path) -> None:
    address = SamplePages(tmp_path / "report.html").write(result(sample(text="x" * 1_000_000)), "python", "")
    written = (tmp_path / address).read_text(encoding="utf-8")
    assert "Cut here, of 1,000,000 characters." in written
    assert len(written) < 250_000


def test_score_table_and_filters() -> None:
    table = score_table_html(["model", NASTY[0]], [["m", NASTY[1]], [NASTY[5], "1"]], [NASTY[2]])
    assert Page(table).tags == {"div", "table", "thead", "tbody", "tr", "th", "td", "p"}
    assert table.encode()
    assert score_table_html([], [], []) == filters_html({"outcome": {}, "suite": {}}) == ""
    page = filters_html({"outcome": {"wrong answer": 2, "": 1}, "suite": {one_line(NASTY[1]): 2, "": 1}})
    assert 'value="wrong answer">wrong answer <small>2</small>' in page
    assert html.escape(NASTY[1]) in page
    few = filters_html({"outcome": {"passed": 1}, "model": {"m": 1}, "suite": {"demo": 1}})
    assert [name in few for name in ("Only outcome", "Only model", "Only suite", "type=search")] == [
        True,
        False,
        False,
        True,
    ]


def test_the_settings_of_a_run_are_text() -> None:
    page = head_html("<p>scores</p>", [(NASTY[0], NASTY[1]), ("Command", "pytest --model=demo")])
    assert Page(page).tags == {"meta", "section", "h2", "p", "div", "table", "tr", "th", "td"}
    assert "pytest --model=demo" in Page(page).text
    assert page.index("<p>scores</p>") < page.index("Command")


def test_a_prompt_stands_there_only_if_one_was_sent() -> None:
    found = result(sample(), prompt="Add numbers.")
    for sent, named in ((True, "<summary>Prompt</summary>"), (False, "<summary>Problem</summary>")):
        assert named in row_html(found, 20_000, "python", sent=sent).html
        assert ("Prompt" in row_html(found, 20_000, "python", sent=sent).html) is sent
    assert "<summary>P" not in row_html(result(sample(), prompt=" \n"), 20_000, "python").html


def test_a_long_log_loses_its_middle() -> None:
    assert shortened("short", 100) == "short"
    cut = shortened("first" + "🎉" * 10_000 + "last", 500)
    assert cut.startswith("first")
    assert cut.endswith("last")
    assert page_bytes(cut) < 600
