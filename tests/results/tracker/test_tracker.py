"""What the document says: of each model and preset what is known, what is not, and whether presets change scores."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pytest_codeeval.cli import main
from pytest_codeeval.results.tracker.plan import Planned, write_plan
from pytest_codeeval.results.tracker.section import Items, Table
from pytest_codeeval.results.tracker.tracker import tracked
from tests.results.runs import EVIL
from tests.results.writing import numbered, rows, write

SERVER = {
    "start_seconds": [70.2, 31.0],
    "generation_tokens_per_second": 1234.56,
    "peak_running": 128.0,
    "mean_running": 97.31,
    "mean_first_token_seconds": 0.0521,
    "mean_next_token_seconds": None,
    "gpus": [{"index": 0, "peak_memory_used_mib": 71680, "mean_utilisation": 0.875}],
    "files": {"weights_bytes": 15_231_233_024, "context": 32768, "licence": "apache-2.0", "revision": "c03e6d3"},
}


def served(folder: Path, preset: str, ends: str, *, model: str = "seven", **about: Any) -> str:
    """Write the results of a model that a run served with a preset."""
    options = {"models": [{"label": model, "backend": "vllm", "endpoint": "", "args": [["preset", preset]]}]}
    settings = {"backend": "vllm", "model": f"org/{model}", "temperature": 0}
    known = {"options": options, "settings": settings, "finished": "2026-03-01T10:00:00Z", "label": model}
    measured = [{**row, "completion": f"{row['task_id']} {row['passed']}"} for row in rows(model, "s", numbered(ends))]
    write(folder / preset, model, {"s": {}}, measured=measured, **{**known, **about})
    return str(folder / preset)


def sections(*paths: str) -> dict[str, Any]:
    found, _ = tracked(paths).sections(())
    return {one.title: one for one in found}


def table(section: Any, head: str) -> list[dict[str, str]]:
    """Return the rows of the table with a column of that name, by the names of its columns."""
    one = next(block for block in section.blocks if isinstance(block, Table) and head in block.headers)
    return [dict(zip(one.headers, row, strict=True)) for row in one.rows]


def test_models_presets_and_what_serving_took(tmp_path: Path) -> None:
    paths = [
        served(tmp_path, "memory", "+" * 20, server=SERVER),
        served(tmp_path, "balanced", "+" * 19 + "-", server={"peak_running": "many", "gpus": [{"index": 0}, 3]}),
    ]
    found = sections(*paths)
    (model,) = table(found["Models"], "licence")
    assert list(model.values()) == [
        "seven", "vllm:org/seven", "c03e6d3", "15.2 GB", "32,768 tokens", "apache-2.0",
    ]  # fmt: skip
    glance = table(found["Scores at a glance"], "preset")
    assert [(row["preset"], row["s"]) for row in glance] == [
        ("performance", "not tested"), ("balanced", "95.0%"), ("memory", "100.0%"),
    ]  # fmt: skip
    of_model = found["Model: seven"]
    assert [row["status"] for row in table(of_model, "status")] == ["not tested", "tested", "tested"]
    unmeasured, measured = table(of_model, "tokens/s")
    assert {*unmeasured.values()} == {"balanced", "not measured"}
    assert list(measured.values()) == [
        "memory", "1,234.6", "97.3, at most 128", "52 ms", "not measured", "not measured", "70.0 GiB", "88%",
        "not measured", "not measured", "70 s",
    ]  # fmt: skip
    (row,) = table(found["Between presets"], "the second is")
    assert (row["first"], row["second"], row["the second is"]) == (
        "seven, balanced", "seven, memory", "no difference shown",
    )  # fmt: skip
    (answers,) = table(found["Between presets"], "differ")
    assert (answers["answers"], answers["differ"], answers["share"], answers["temperature"]) == ("20", "1", "5.0%", "0")
    assert sections(*reversed(paths)) == found  # whatever the order


def test_a_preset_that_changes_a_score_is_a_fault(tmp_path: Path) -> None:
    one, other = served(tmp_path, "performance", "+" * 20), served(tmp_path, "balanced", "+" * 10 + "-" * 10)
    warnings = [
        block.text for block in sections(one, other)["Between presets"].blocks if getattr(block, "warning", False)
    ]
    assert warnings == ["FAULT: presets should not change scores, and a difference is shown on s."]


def test_a_preset_is_not_to_blame_for_what_another_setting_may_have_done(tmp_path: Path) -> None:
    hot = {"backend": "vllm", "model": "org/seven", "temperature": 1}
    one = served(tmp_path, "performance", "+" * 20)
    found = sections(one, served(tmp_path, "balanced", "+" * 10 + "-" * 10, settings=hot))["Between presets"]
    blocks = found.blocks
    assert table(found, "differ")[0]["temperature"] == "1 and 0"
    assert blocks[0].text == "A difference is shown on s, of runs in which more than the preset differs."
    (said,) = next(block.lines for block in blocks if isinstance(block, Items))
    assert said == "More than that differs in seven, balanced and seven, performance, s: temperature: 1 and 0."


def test_status_and_why_no_answer_was_found(tmp_path: Path) -> None:
    def status(name: str, measured: list[dict[str, Any]], **about: Any) -> str:
        write(tmp_path / name, "m", {"s": {}}, measured=measured, **about)
        (row,) = table(sections(str(tmp_path / name))["Model: m"], "status")
        return row["status"]

    cut = {"outcome": "no_answer", "cause": "no_answer", "passed": False, "finish_reason": "length"}
    some = rows("m", "s", numbered("+++++++++"))
    assert status("cut", [*some, {**rows("m", "s", {"z": "-"})[0], **cut}]) == (
        "tested; no answer found in 1 of 10: the answers were cut off: raise --max-tokens"
    )
    about = {"datasets": {"s": {"problems": 12, "planned": {f"S/{n}": 1 for n in range(12)}}}}
    assert status("part", some, finished=None, started="2026-01-01T00:00:00Z", **about) == (
        "the run did not come to its end; 3 planned samples missing"
    )
    about["datasets"]["s"]["planned"] = {f"S/{n}": 1 for n in range(9)}
    assert status("limited", some, **about) == "tested in part"
    errors = [["S/9", "the sandbox broke", "s"]]
    assert status("errors", some, errors_of_last_run=errors) == "1 problem could not be evaluated"


def test_of_several_runs_the_newest_counts_that_is_whole(tmp_path: Path) -> None:
    write(tmp_path / "a", "m", {"s": numbered("+-")}, finished="2026-01-01T00:00:00Z")
    write(tmp_path / "b", "m", {"s": numbered("++")}, finished="2026-01-02T00:00:00Z")
    write(tmp_path / "c", "m", {"s": numbered("--"), "t": numbered("+")}, finished=None, started="2026-01-03T00:00:00Z")
    part = {"s": {"problems": 3}}
    write(tmp_path / "d", "m", {"s": numbered("-+")}, finished="2026-01-04T00:00:00Z", datasets=part)
    (row,) = table(sections(*(str(tmp_path / name) for name in "dcba"))["Scores at a glance"], "s")
    assert row == {"model": "m", "preset": "–", "s": "100.0%", "t": "100.0%"}
    write(tmp_path / "e", "m", {"s": numbered("--")}, finished="2026-01-02T00:00:00Z")
    b, e = str(tmp_path / "b"), str(tmp_path / "e")
    assert sections(b, e) == sections(e, b)  # both of the same second


def test_a_run_with_errors_goes_before_one_of_a_part_and_behind_one_without(tmp_path: Path) -> None:
    whole = {"s": {"problems": 3}}
    broken = [["S/2", "the sandbox broke", "s"]]
    write(tmp_path / "a", "m", {"s": numbered("+++")}, finished="2026-01-01T00:00:00Z", datasets=whole)
    write(
        tmp_path / "b",
        "m",
        {"s": numbered("+-")},
        finished="2026-01-02T00:00:00Z",
        datasets=whole,
        errors_of_last_run=broken,
    )
    write(tmp_path / "c", "m", {"s": numbered("-")}, finished="2026-01-03T00:00:00Z", datasets=whole)
    for named, score in (("bc", "50.0%"), ("abc", "100.0%")):
        (row,) = table(sections(*(str(tmp_path / name) for name in named))["Scores at a glance"], "s")
        assert row["s"] == score


def test_nothing_is_said_of_what_nobody_tested(tmp_path: Path) -> None:
    write_plan(tmp_path, [Planned("seven", "memory", ("s",)), Planned("ten", "memory", ("s",))])
    found = sections(str(tmp_path))
    said = [found[title].blocks[0].text for title in ("Between models", "Known issues")]
    assert said == ["No two models were tested.", "Nothing was tested."]
    write(tmp_path, "alone", {"s": numbered("+-")})  # by no sweep
    assert table(sections(str(tmp_path))["Scores at a glance"], "s")[0]["s"] == "50.0%"


def test_a_sweep_has_what_is_pending(tmp_path: Path) -> None:
    served(tmp_path, "memory", "++", model="seven")
    plan = [Planned("seven", "memory", ("s", "humaneval")), Planned("seven", "balanced", ("s", "humaneval"))]
    write_plan(tmp_path, [*plan, Planned("ten", "memory", ("s", "humaneval"))])
    rows_of = table(sections(str(tmp_path))["Scores at a glance"], "humaneval")
    assert [tuple(row.values()) for row in rows_of] == [
        ("seven", "balanced", "not tested", "not tested"),
        ("seven", "memory", "not tested", "100.0%"),
        ("ten", "memory", "not tested", "not tested"),
    ]
    write(tmp_path, "alone", {"s": numbered("+-")})  # by no sweep
    assert table(sections(str(tmp_path))["Scores at a glance"], "s")[0]["s"] == "50.0%"
    (tmp_path / "sweep.json").write_text('{"cells": [{"model": 1}]}')
    assert main(["tracker", "check", str(tmp_path), "--doc=T.md"]) in (1, 4)


def test_a_planned_model_is_the_one_that_the_sweep_ran(tmp_path: Path) -> None:
    swept = tmp_path / "swept"
    served(swept, "memory", "++", settings={"backend": "vllm", "model": "org/a"})
    served(swept, "balanced", "+-", settings={"backend": "vllm", "model": "org/b"})
    write_plan(swept, [Planned("seven", preset, ("s", "humaneval")) for preset in ("memory", "balanced")])
    other = served(tmp_path / "other", "memory", "--", settings={"backend": "vllm", "model": "org/c"})
    rows_of = table(sections(str(swept), other)["Scores at a glance"], "humaneval")
    assert [tuple(row.values()) for row in rows_of if row["s"] != "not tested"] == [
        ("seven (vllm, org/a)", "memory", "not tested", "100.0%"),
        ("seven (vllm, org/b)", "balanced", "not tested", "50.0%"),
        ("seven (vllm, org/c)", "memory", "not tested", "0.0%"),
    ]
    assert "seven" not in {row["model"] for row in rows_of}  # as if nobody had run what was


def test_models_are_told_apart_however_long_or_odd_their_names(tmp_path: Path) -> None:
    long = "m" * 150
    names = [f"{long}-a", f"{long}-b", "n\x1b", "n\\x1b"]
    for number, name in enumerate(names):
        write(tmp_path / "no-preset", f"m{number}", {"s": numbered("+-"[number % 2])}, label=name)
        path = tmp_path / f"no-preset/m{number}/samples.jsonl"
        path.write_text(json.dumps({**json.loads(path.read_text()), "model": name}) + "\n")
    write_plan(tmp_path, [Planned(name, "", ("s",)) for name in names])
    rows_of = table(sections(str(tmp_path))["Scores at a glance"], "s")
    assert sorted(row["s"] for row in rows_of) == ["0.0%", "0.0%", "100.0%", "100.0%"]
    assert len({row["model"] for row in rows_of}) == 4 and all(len(row["model"]) < 140 for row in rows_of)
    assert "n\\x1b" in {row["model"] for row in rows_of}  # a plain name stays as it is


def test_agents_have_their_figures_by_name(tmp_path: Path) -> None:
    measures = [{**row, "measures": {"strict": float(row["passed"])}} for row in rows("m", "agents-json", {"a": "+"})]
    metrics = [{"name": "strict", "measure": "strict"}]
    write(tmp_path, "m", {"agents-json": {}}, measured=measures, datasets={"agents-json": {"metrics": metrics}})
    figures = {row["figure"]: row["score"] for row in table(sections(str(tmp_path))["Model: m"], "figure")}
    assert figures.pop("JSON output validity") == "100.0% (20.7% – 100.0%), n = 1"
    assert {*figures.values()} == {"not tested"} and len(figures) == 9


def test_hostile_texts_are_text(tmp_path: Path) -> None:
    evil = EVIL + " | <!-- end of notes --> --> `x` [a](http://a.b) **b** {{ x }} {% y %}"
    measured = [
        {**row, "task_id": evil, "cause": "a_cause", "suite": evil, "completion": evil}
        for row in rows(evil, evil, {"z": "-"})
    ]
    about = {
        "settings": {"backend": evil, "model": evil, "endpoint": evil, "weights": evil},
        "server": {"files": {"licence": evil, "revision": evil, "context": evil}, "gpus": evil},
        "finished": "2026-01-01T00:00:00Z",
    }
    write(tmp_path / "r", "m", {"s": {}}, measured=measured, datasets={evil: {"suite": evil, "note": evil}}, **about)
    doc, page = tmp_path / "T.md", tmp_path / "T.html"
    arguments = [str(tmp_path / "r"), f"--doc={doc}", f"--html={page}"]
    assert main(["tracker", "update", *arguments]) == 0 == main(["tracker", "check", *arguments])
    text, html = doc.read_text("utf-8"), page.read_text("utf-8")
    for whole in (text, html):
        assert "<script" not in whole and "<img" not in whole and "\u202e" not in whole and "\x1b" not in whole
    generated = text.rpartition("<!-- state")[0]
    assert generated.count("<!--") == 2 and "](" not in generated and "**b**" not in generated
    assert text.count("-->") == 3  # of the two markers and of the state
    (state,) = [line for line in text.splitlines() if line.startswith('{"when"')]
    assert json.loads(state)["figure"]
    widths = {line.count("|") for line in generated.splitlines() if line.startswith("| ") and "s a cause" in line}
    assert widths <= {8}
