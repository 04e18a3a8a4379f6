"""The page of runs: what is in it, what is cut, and where it may be written."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import zlib
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.results import load
from pytest_codeeval.results.page import check_writable, write_report
from pytest_codeeval.results.page.blocks import LEAST, MOST, Blocks
from pytest_codeeval.results.page.grid import Grid
from pytest_codeeval.results.page.leaderboard import _in_order
from pytest_codeeval.results.page.record import record_of
from tests.results.runs import EVIL, dataset, row, write_run


class Parsed(HTMLParser):
    """A page as a browser reads it: elements, and the texts of scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.blocks: dict[str, str] = {}
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.text = ""
        self._within: tuple[str, dict[str, str | None]] = ("", {})
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within = (tag, dict(attrs))
        self.tags.append(self._within)

    def handle_data(self, data: str) -> None:
        tag, attributes = self._within
        if tag == "script" and attributes.get("id"):
            self.blocks[str(attributes["id"])] = data
        elif tag == "script":
            self.scripts.append(data)
        elif tag == "style":
            self.styles.append(data)
        else:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        self._within = ("", {})


def unpack(text: str) -> Any:
    return json.loads(zlib.decompress(base64.b64decode(text), -15))


def page(tmp_path: Path, *folders: Path) -> Parsed:
    path = tmp_path / "page.html"
    write_report(load(*folders), path)
    return Parsed(path.read_text("utf-8"))


def test_all_that_is_known_of_a_sample_lies_packed_in_the_page(tmp_path: Path) -> None:
    rows = [row("T/10"), row("T/9", False, solution="x = 1", detail="line 1: assert 0"), row("T/9", True, 1)]
    found = page(tmp_path, write_run(tmp_path / "m", rows, {"T/9": "do it"}))
    grid = unpack(found.blocks["grid-data"])
    assert [problem[1] for problem in grid["problems"]] == ["T/9", "T/10"]
    (run,) = grid["runs"]
    number = grid["problems"][0][0]
    samples = unpack(found.blocks["sample-0"])
    at = [place for place, problem in enumerate(run["problem"]) if problem == number]
    assert [run["index"][place] for place in at] == [0, 1]
    assert [grid["outcomes"][run["outcome"][place]] for place in at] == ["wrong_answer", "passed"]
    assert samples[run["first"] + at[0]]["solution"] == "x = 1"
    assert samples[run["first"] + at[0]]["detail"] == "line 1: assert 0"
    assert unpack(found.blocks["prompt-0"]) == [{"prompt": "do it"}]
    assert run["prompts"] == [[number, 0]]


def test_a_recording_is_named_by_as_much_of_its_hash_as_a_telephone_has_room_for(tmp_path: Path) -> None:
    settings = {"backend": "replay", "model": f"sha256:{'b' * 64}"}
    text = page(tmp_path, write_run(tmp_path / "m", [row()], settings=settings)).text
    assert f"replay:sha256:{'b' * 12}…" in text
    assert "b" * 13 not in text


def test_the_page_lets_only_its_own_script_and_style_act(tmp_path: Path) -> None:
    found = page(tmp_path, write_run(tmp_path / "m", [row()]))
    (policy,) = [str(a["content"]) for tag, a in found.tags if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for kind, texts in (("script", found.scripts), ("style", found.styles)):
        (text,) = texts
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert not [tag for tag, attributes in found.tags if {"src", "href", "style"} & attributes.keys()]
    assert not [tag for tag, attributes in found.tags if any(name.startswith("on") for name in attributes)]


def test_hostile_texts_are_text(tmp_path: Path) -> None:
    evil = {
        "suite": EVIL,
        "completion": EVIL,
        "solution": EVIL,
        "detail": EVIL,
        "answer": {EVIL: [EVIL]},
        "model": EVIL,
    }
    stages = [{"name": EVIL, "passed": False, "counts": {EVIL: 1, "__proto__": 2}}]
    rows = [row(EVIL, False, index, **evil, stages=stages, measures={EVIL: 1.5}) for index in range(3)]
    about = {"datasets": {EVIL: dataset(EVIL)}, "settings": {EVIL: EVIL}, "started": EVIL}
    write_run(tmp_path / "m", rows, **about)
    found = page(tmp_path, write_run(tmp_path / "n", rows, {EVIL: EVIL}, **{**about, "settings": {}}), tmp_path / "m")
    assert len(found.scripts) == 1
    assert "img" not in {tag for tag, _ in found.tags}
    assert "<img src=x" in found.text
    assert not re.search("[\u202e\x1b\0\ud800]", found.text)
    assert r"\u202e\x1b[31m\x00\ud800" in found.text
    assert unpack(found.blocks["sample-0"])[0]["solution"] == EVIL


def test_what_the_figures_are_and_how_sure(tmp_path: Path) -> None:
    rows = [row(f"T/{n}", n != 1, cost=0.5, completion_tokens=3, seconds=2.0) for n in range(3)]
    found = page(tmp_path, write_run(tmp_path / "m", rows, errors_of_last_run=[["T/4", "no answer"]]))
    for said in ("66.7%", "(95 %)", "3 of 4", "$1.50", "2.00", "1 problem could not be evaluated", "aaaaaaaaaaaa"):
        assert said in found.text
    grid = unpack(found.blocks["grid-data"])
    assert [message for _, message in grid["runs"][0]["errors"]] == ["no answer"]


def test_data_that_is_not_the_same_is_said(tmp_path: Path) -> None:
    write_run(tmp_path / "a", [row()])
    other = {"s": dataset(sha256="b" * 64)}
    found = page(
        tmp_path, tmp_path / "a", write_run(tmp_path / "b", [row()], datasets=other, settings={"temperature": 1})
    )
    assert "not the same: sha256 differ; do not compare" in found.text
    assert "Asked or scored in other ways: temperature." in found.text


def test_prompts_of_an_older_folder_are_those_of_its_calls(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "m", [row()])
    (folder / "prompts.jsonl").unlink()
    calls = [
        {"suite": "s", "task_id": "T/1", "request": {"messages": [{"role": "user", "content": "why?"}]}},
        {"suite": "s", "task_id": "T/1", "request": {"messages": [{"role": "user", "content": "and later?"}]}},
    ]
    (folder / "api_calls.jsonl").write_text("".join(json.dumps(call) + "\n" for call in calls))
    assert unpack(page(tmp_path, folder).blocks["prompt-0"]) == [{"prompt": "[user]\nwhy?"}]


@pytest.mark.parametrize("value", [float("nan"), [float("-inf")], {"a": [1, float("nan")]}])
def test_figures_that_json_has_not_are_words(value: object) -> None:
    found = record_of(row(answer=value), 100)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert "answer" in found


def test_values_of_another_kind_and_size_are_text_of_a_size() -> None:
    deep: Any = "x"
    for _ in range(50):
        deep = [deep]
    found = record_of(row(solution=["no text"], detail="d" * 500, answer=deep, turns=[{"text": "t" * 500}] * 500), 100)
    assert found["solution"] == '["no text"]'
    assert found["detail"] == "d" * 100
    assert isinstance(found["turns"], str)
    assert found["cut"]["detail"] == 500
    assert len(found["turns"]) == 100
    assert "nested too deeply" in json.dumps(found["answer"])


def test_blocks_keep_to_their_pool_and_share_it_out() -> None:
    blocks = Blocks(expected=3000, pool=1_000_000)
    noise = base64.b85encode(os.urandom(30_000)).decode()
    lengths = []
    for number in range(3000):
        assert LEAST <= blocks.limit <= MOST
        lengths.append(blocks.limit)
        start = number * 7 % 1000
        assert blocks.add({"completion": noise[start : start + blocks.limit]}) == number
    blocks.flush()
    assert sum(map(len, blocks.texts)) < 1_100_000
    assert min(lengths[:2000]) > LEAST
    assert sum(len(unpack(text)) for text in blocks.texts) == 3000
    assert blocks.starts[0] == 0
    assert [len(unpack(text)) for text in blocks.texts[:-1]] == [b - a for a, b in pairwise(blocks.starts)]


def test_few_samples_keep_long_answers_whole(tmp_path: Path) -> None:
    grid = Grid(load(write_run(tmp_path / "m", [row(completion="a" * MOST)])))
    assert unpack(grid.samples.texts[0])[0]["completion"] == "a" * MOST


class FakeChart:
    """A chart that can be drawn, or not."""

    headers, rows = ("model",), (("<i>m</i>",),)

    def __init__(self, name: str, svg: str) -> None:
        self.name = self.title = name
        self._svg = svg

    def svg(self) -> str:
        if not self._svg:
            raise UsageError("install pytest-codeeval[charts]")
        return self._svg


def test_charts_stand_with_their_tables_and_without_what_draws_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    charts = [
        FakeChart("curve", "<svg role=img></svg>"),
        FakeChart("undrawn", ""),
        FakeChart("success_rate_heatmap", ""),
    ]
    monkeypatch.setattr("pytest_codeeval.results.page.charts.charts_of", lambda results: charts)
    found = page(tmp_path, write_run(tmp_path / "m", [row()]))
    assert [attributes for tag, attributes in found.tags if tag == "svg" and "role" in attributes] == [{"role": "img"}]
    assert [tag for tag, _ in found.tags].count("figure") == 2
    assert found.text.count("<i>m</i>") == 2
    assert "install pytest-codeeval[charts]" in found.text


def test_differences_are_told_with_how_sure_they_are(tmp_path: Path) -> None:
    for name, passes in (("a", 5), ("b", 30), ("c", 30)):
        about = {"datasets": {"s": dataset(sha256=("b" if name == "c" else "a") * 64), "t": dataset("t")}}
        rows = [row(f"T/{n}", n < passes, suite=suite) for n in range(40) for suite in ("s", "t")]
        write_run(tmp_path / "r" / name, rows, **about)
    text = " ".join(page(tmp_path, tmp_path / "r").text.split())
    assert "Not compared, as the data is not the same in all runs: s." in text
    assert "tpass@1ab4012.5%75.0%+62.5" in text.replace(" ", "")
    assert "better25" in text.replace(" ", "")


def test_an_earlier_page_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    results = load(write_run(tmp_path / "m", [row()]))
    path = tmp_path / "deep" / "page.html"
    assert write_report(results, path).bytes == path.stat().st_size
    write_report(results, path)
    assert [found.name for found in path.parent.iterdir()] == ["page.html"]
    path.write_text("<!DOCTYPE html><title>mine</title>")
    with pytest.raises(UsageError, match="nothing else is overwritten; name another file"):
        write_report(results, path)
    assert "mine" in path.read_text()


def test_places_where_no_page_can_be(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    for name, why in (
        ("", "is a folder"),
        ("pipe", "no ordinary file"),
        ("file/page.html", "cannot be written"),
        ("loop", "cannot be written|no ordinary file"),
        ("a" * 300, "cannot be written"),
        ("nul\0", "cannot be written"),
    ):
        with pytest.raises(UsageError, match=why):
            check_writable(tmp_path / name)
    assert sorted(found.name for found in tmp_path.iterdir()) == ["file", "loop", "pipe"]


def test_a_page_behind_a_link_is_written_where_the_link_leads(tmp_path: Path) -> None:
    results = load(write_run(tmp_path / "m", [row()]))
    (tmp_path / "link.html").symlink_to("there.html")
    write_report(results, tmp_path / "link.html")
    assert (tmp_path / "link.html").is_symlink()
    assert (tmp_path / "there.html").stat().st_size > 1000


def test_parts_stand_behind_their_suite() -> None:
    found = _in_order(["a", "b", "c"], [["a", "a-x", "b"], ["a", "a-y", "c"], ["c"]])
    assert found == ["a", "a-x", "a-y", "b", "c"]


def test_difficulties_are_in_order_and_known_if_any_run_knows_them(tmp_path: Path) -> None:
    earlier = write_run(tmp_path / "a", [row("T/0"), row("T/1")])
    later = write_run(tmp_path / "b", [row(f"T/{n}", difficulty=level) for n, level in enumerate(("10", "9", 7, "9"))])
    for_page = Grid(load(earlier, later)).to_json()
    assert for_page["difficulties"] == ["", "9", "10"]
    assert [for_page["difficulties"][problem[5]] for problem in for_page["problems"]] == ["10", "9", "", "9"]
