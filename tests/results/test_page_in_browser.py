"""The page of runs as a reader uses it, in a browser that is driven."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.results import load
from pytest_codeeval.results.page import write_report
from tests.results.browser import Browser, browser
from tests.results.runs import EVIL, dataset, row, write_run

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs a browser: no chromium on PATH")

PROGRAM = "def f(x):\n    # doubles\n    return x * {}"
STAGES = [{"name": "build", "passed": True, "cpu_seconds": 0.5}, {"name": "test", "passed": False, "counts": {"a": 2}}]
PROBLEMS = 300


def rows(good: bool) -> Iterator[dict[str, Any]]:
    for number in range(PROBLEMS):
        passed = good or number % 3 > 0
        said = {"completion": f"so:\n{PROGRAM.format(number + good)}", "solution": PROGRAM.format(number + good)}
        yield row(f"T/{number}", passed, **said, difficulty="hard" if number % 2 else "easy")
        yield row(f"T/{number}", False, 1, **said, outcome="timeout", cause="cpu_time", detail=f"too slow at {number}")
    evil = {"completion": EVIL, "solution": EVIL, "detail": EVIL, "answer": {EVIL: EVIL}, "tool_calls": [EVIL, 1, None]}
    turns: list[object] = [{"text": EVIL * 50, "tool_calls": EVIL}, None, 1, []]
    yield row("Evil", False, suite=EVIL, **evil, turns=turns, measures={EVIL: 1, "__proto__": 2})
    yield row("Evil", False, 1, suite=EVIL, **evil, turns=turns * 300, scores=[[[[[[[[[[]]]]]]]]]])
    yield row("Staged", False, suite="other", stages=STAGES, counterexample="f(1) == 3", answer=[1, 2])


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    about = {"datasets": {"s": dataset(), "other": dataset("other"), EVIL: dataset(EVIL, language="")}}
    for name in ("good", "poor"):
        write_run(
            folder / name, ({**one, "model": name} for one in rows(name == "good")), {"T/0": "double it"}, **about
        )
    write_run(folder / "third", [row("Only", suite="third")], datasets={"third": dataset("third")})
    write_report(load(folder / "good", folder / "poor", folder / "third"), folder / "page.html")
    return folder / "page.html"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("browser")) as driven:
        yield driven


@pytest.fixture
def reader(started: Browser, page: Path) -> Iterator[Browser]:
    """The page, newly opened in a wide window; whatever a test does there, nothing goes wrong and nothing is asked."""
    started.size(1300, 900)
    started.media()
    started.open(page)
    yield started
    assert started.value("document.title").startswith("Code evaluation")
    assert started.value("document.querySelectorAll('img').length") == 0
    assert started.faults == []
    assert started.asked == []


def text(reader: Browser, selector: str) -> str:
    return str(reader.value(f"document.querySelector({selector!r})?.innerText ?? ''"))


def choose(reader: Browser, name: str, value: str) -> None:
    """Tick a box, or choose of a list, or write into a field."""
    reader.value(f"""(() => {{
        const box = document.querySelector('input[name={name}][value="{value}"]');
        if (box) return box.click();
        const field = document.querySelector('[name={name}]');
        field.value = {value!r};
        field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input', {{bubbles: true}}));
    }})()""")


def cell(reader: Browser, row_: int, column: int) -> str:
    return f'document.querySelector(\'[data-row="{row_}"][data-column="{column}"]\')'


def open_cell(reader: Browser, row_: int, column: int) -> None:
    reader.value(f"{cell(reader, row_, column)}.click()")
    reader.until("document.querySelector('dialog').open")


def test_a_cell_opens_to_all_that_is_known(reader: Browser) -> None:
    choose(reader, "suite", "s")
    assert reader.value(f"{cell(reader, 0, 1)}.textContent") == "0 of 2"
    open_cell(reader, 0, 1)
    for said in ("s · T/0", "poor, sample 0", "wrong answer", "return x * 0", "so:"):
        assert said in text(reader, "dialog")
    assert reader.value("document.querySelector('dialog details pre').textContent") == "double it"
    kinds = "[...document.querySelectorAll('dialog pre span')].map((one) => one.className)"
    assert {"k", "f", "c", "m"} <= set(reader.value(kinds))
    choose(reader, "sample", "1")
    reader.until("document.querySelector('dialog').innerText.includes('too slow at 0')")
    assert "timeout (cpu time)" in text(reader, "dialog")
    reader.value("document.querySelector('button[name=next]').click()")
    reader.until("document.querySelector('dialog h2').innerText === 's · T/1'")
    reader.press("Escape")
    reader.until("!document.querySelector('dialog').open")
    reader.until("!location.hash.includes('task=')")  # the browser tells of the end of a dialog later


def test_models_without_the_problems_that_are_shown_have_no_column(reader: Browser) -> None:
    assert "samples of 3 models" in text(reader, "#status")
    choose(reader, "suite", "third")
    assert text(reader, "#status").endswith(", 1 sample of 1 model")
    choose(reader, "model", "poor")
    assert reader.value("document.querySelectorAll('#rows td > button').length") == 0


def test_stages_and_counterexamples_are_shown(reader: Browser) -> None:
    choose(reader, "suite", "other")
    open_cell(reader, 0, 0)
    for said in ("build", "0.50 s", "a 2", "f(1) == 3", "Prompt: not kept"):
        assert said in text(reader, "dialog")


def test_filters_are_of_samples_and_live_in_the_address(reader: Browser, page: Path) -> None:
    choose(reader, "suite", "s")
    choose(reader, "outcome", "wrong_answer")
    assert text(reader, "#status").startswith(f"{PROBLEMS // 3} of {PROBLEMS + 3} problems")
    choose(reader, "difficulty", "hard")
    choose(reader, "text", "t/1")
    left = sum(number % 6 == 3 and str(number).startswith("1") for number in range(PROBLEMS))
    reader.until(f"document.querySelector('#status').innerText.startsWith('{left} of')")
    choose(reader, "model", "good")
    assert text(reader, "#status").startswith("0 of")
    choose(reader, "model", "poor")
    address = reader.value("location.hash")
    seen = text(reader, "#status"), reader.value("document.querySelectorAll('#rows td button').length")
    reader.open(page, address)
    assert (text(reader, "#status"), reader.value("document.querySelectorAll('#rows td button').length")) == seen
    assert reader.value("document.querySelector('input[value=hard]').checked")
    reader.value("document.querySelector('button[name=clear]').click()")
    assert text(reader, "#status").startswith(f"{PROBLEMS + 3} of {PROBLEMS + 3}")


def test_answers_are_searched_when_that_is_asked(reader: Browser) -> None:
    choose(reader, "text", "too slow at 17")
    reader.until("document.querySelector('#status').innerText.startsWith('0 of')")
    reader.value("document.querySelector('[name=deep]').click()")
    reader.until("document.querySelector('#status').innerText.startsWith('11 of')")  # 17, 170 to 179


def test_models_that_differ_and_the_order_of_rows(reader: Browser) -> None:
    choose(reader, "which", "differ")
    assert text(reader, "#status").startswith(f"{PROBLEMS // 3} of")
    reader.value("document.querySelectorAll('#rows thead button')[3].click()")
    assert reader.value("document.querySelectorAll('#rows thead th')[3].ariaSort") == "ascending"
    choose(reader, "which", "")
    assert reader.value(f"{cell(reader, 0, 1)}.textContent").startswith(("0 of 2", "✗"))
    reader.value("document.querySelectorAll('#rows thead button')[3].click()")
    assert reader.value(f"{cell(reader, 0, 1)}.textContent") == "1 of 2"
    assert "sort=-run+poor" in reader.value("location.hash")


def test_two_answers_side_by_side(reader: Browser, page: Path) -> None:
    choose(reader, "suite", "s")
    open_cell(reader, 4, 0)
    choose(reader, "beside", "poor")
    reader.until("document.querySelector('table.diff')")
    assert "1 line differs" in text(reader, "dialog")
    assert reader.value("document.querySelector('.diff .del').textContent") == "    return x * 5"
    assert reader.value("document.querySelector('.diff .ins').textContent") == "    return x * 4"
    address = reader.value("location.hash")
    reader.open(page, address)
    reader.until("document.querySelector('dialog[open] table.diff')")
    assert "s · T/4" in text(reader, "dialog")


def test_hostile_answers_are_shown_as_they_are(reader: Browser) -> None:
    reader.value("document.querySelectorAll('input[name=suite]')[1].click()")
    open_cell(reader, 0, 0)
    choose(reader, "beside", "poor")
    reader.until("document.querySelector('table.diff')")
    shown = text(reader, "dialog")
    for said in ("<img src=x onerror=", r"\u{202e}\x1b[31m\x00\u{d800}", "</script>"):
        assert said in shown
    assert not {"\u202e", "\x1b", "\0"} & set(shown)
    choose(reader, "sample", "1")
    reader.until("document.querySelector('dialog').innerText.includes('Earlier answers')")


def test_an_address_that_makes_no_sense_shows_the_page_as_it_is(reader: Browser, page: Path) -> None:
    reader.open(
        page,
        "#run=x&task=%00&of=%3Cb%3E&sample=-5&t-board=zz&t-t-board=99d&colours=x&which=y&sort=-run+z&%FF&__proto__=1",
    )
    assert text(reader, "#status").startswith(f"{PROBLEMS + 3} of")
    assert not reader.value("document.querySelector('dialog').open")


def test_by_the_keyboard_alone(reader: Browser) -> None:
    reader.value("document.querySelector('#rows td button[tabindex=\"0\"]').focus()")
    place = "[+document.activeElement.dataset.row, +document.activeElement.dataset.column]"
    reader.press("ArrowRight", "ArrowDown", "ArrowDown")
    assert reader.value(place) == [2, 1]
    reader.press(*["PageDown"] * 8)
    assert reader.value(place) == [122, 1]
    assert reader.value("document.querySelectorAll('#rows tbody tr').length") < 120  # drawn as far as it is seen
    assert reader.value("document.querySelectorAll('#rows td button[tabindex=\"0\"]').length") == 1
    reader.press("Enter")
    reader.until("document.querySelector('dialog').open")
    reader.press("Escape")
    reader.until("!document.querySelector('dialog').open")
    assert reader.value(place) == [122, 1]


def test_tables_can_be_sorted(reader: Browser) -> None:
    first = "document.querySelector('#t-board tbody tr').innerText"
    assert reader.value(first).startswith("good\ts")
    reader.value("document.querySelectorAll('#t-board thead button')[0].click()")
    reader.value("document.querySelectorAll('#t-board thead button')[0].click()")
    assert reader.value(first).startswith("third")
    assert "t-board=0d" in reader.value("location.hash")


def test_dark_and_light(reader: Browser, page: Path) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light = reader.value(ground)
    reader.media(prefers_color_scheme="dark")
    dark = reader.value(ground)
    assert light == "rgb(255, 255, 255)"
    assert dark == "rgb(13, 17, 23)"
    reader.value("document.querySelector('#theme').click(); document.querySelector('#theme').click()")
    assert reader.value(ground) == light
    reader.open(page, reader.value("location.hash"))
    assert reader.value(ground) == light


def test_on_a_telephone(reader: Browser) -> None:
    reader.size(390, 800)
    assert reader.value("document.documentElement.scrollWidth <= innerWidth")
    reader.value("document.querySelectorAll('input[name=suite]')[0].click()")
    open_cell(reader, 3, 0)
    choose(reader, "beside", "poor")
    reader.until("document.querySelector('table.diff')")
    assert reader.value("document.querySelector('dialog').scrollWidth <= innerWidth")
    left, right = (f"document.querySelector('.diff .{kind}').getBoundingClientRect()" for kind in ("del", "ins"))
    assert reader.value(f"{left}.bottom <= {right}.top + 1")


def test_on_paper(reader: Browser) -> None:
    whole = reader.paper()
    choose(reader, "which", "none")
    assert whole.startswith(b"%PDF")
    assert whole.count(b"/Type /Page\n") > reader.paper().count(b"/Type /Page\n") > 1
    assert reader.value("document.querySelectorAll('#rows tbody tr').length") < 120
