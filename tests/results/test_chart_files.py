"""Charts as pictures, and the folder that they are written to."""

from __future__ import annotations

import csv
import json
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from pytest_codeeval.cli import main
from pytest_codeeval.core.errors import MissingExtra, UsageError
from pytest_codeeval.results.charts import charts_of, converter, folder
from tests.results.chartruns import HOSTILE, results, rows, write


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nothing drawn in earnest, which takes a second."""
    monkeypatch.setattr(converter, "_convert", lambda function, *_, **__: "<svg >" if "to_svg" in function else b"png")


@pytest.fixture
def run(tmp_path: Path) -> str:
    return str(write(tmp_path / "run", rows("10 11", model="=a")))


def test_hostile_names_are_text_of_the_picture(tmp_path: Path) -> None:
    pytest.importorskip("vl_convert", reason="needs vl-convert-python, which draws the charts")
    metric = {"name": "<b>\x00\ufffe\n", "measure": "passed"}
    found = charts_of(results(tmp_path, *(rows("1 0", model=name) for name in HOSTILE), s={"metrics": [metric]}))
    one = found[0]
    svg = one.svg()
    root = ElementTree.fromstring(svg)
    kinds = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert kinds <= {"svg", "title", "g", "path", "line", "rect", "text", "defs", "clipPath"}
    texts = {element.text for element in root.iter() if element.tag.endswith("text")}
    assert set(HOSTILE[:2]) <= texts
    assert root.get("role") == "img"
    assert {"Overall success rates", r"s · <b>\x00" + "\ufffd"} <= texts
    names = {name.rpartition("}")[2] for element in root.iter() for name in element.attrib}
    assert not {name for name in names if name in ("style", "href") or name.startswith("on")}
    assert "currentColor" in svg
    assert found[1].svg() == found[1].svg()
    assert 'id="success_rate_heatmap-0"' in found[1].svg()
    assert 'fill="white"' not in svg
    alone = one.svg_file()
    assert 'fill="white"' in alone
    assert one.png(50).startswith(b"\x89PNG")
    dots = converter.png(alone, 144)
    assert b"pHYs" + (5669).to_bytes(4, "big") in dots  # dots a metre: 144 an inch
    assert int.from_bytes(dots[16:20], "big") == pytest.approx(float(root.get("width")) * 2, abs=2)


def test_names_that_objects_of_javascript_have_are_drawn_as_any_other(tmp_path: Path) -> None:
    pytest.importorskip("vl_convert", reason="needs vl-convert-python, which draws the charts")
    names = ["__proto__", "constructor", "toString", "valueOf", "hasOwnProperty"]
    runs = [rows("1 0", model=name, suite="constructor") for name in names]
    drawn = ElementTree.fromstring(charts_of(results(tmp_path, *runs))[0].svg())
    assert {*names, "constructor · pass@1"} <= {(element.text or "").strip() for element in drawn.iter()}


def test_names_have_room_in_a_viewer_with_a_wider_font(tmp_path: Path) -> None:
    library = pytest.importorskip("vl_convert", reason="needs vl-convert-python, which draws the charts")
    name = "WizardLM-Mammoth-Commander-70B-MMMMMMM-W"
    chart = charts_of(results(tmp_path, rows("1 0", model=name), rows("1 0", model="m")))[0]
    tight, roomy = (ElementTree.fromstring(text) for text in (library.vegalite_to_svg(chart.spec), chart.svg_file()))
    sizes = [sorted(found.get("font-size") for found in one.iter() if found.get("font-size")) for one in (tight, roomy)]
    assert sizes[0] == sizes[1] and sizes[0]
    shown = len(name) * 0.62 * 11  # about, of letters as wide as these
    assert float(roomy.get("width")) - float(tight.get("width")) > 0.18 * shown


def test_a_picture_does_not_outgrow_memory() -> None:
    pytest.importorskip("vl_convert", reason="needs vl-convert-python, which draws the charts")
    large = '<svg xmlns="http://www.w3.org/2000/svg" width="9000" height="30"></svg>'
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(converter, "_MOST_DOTS", 9000 * 30)
        assert int.from_bytes(converter.png(large, 300)[16:20], "big") == 9000


def test_the_extra_is_named_if_it_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: str) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(MissingExtra, match=r"needs vl-convert-python, .*pip install 'pytest-codeeval\[charts\]'"):
        charts_of(results(tmp_path / "x", rows("1")))[0].svg()
    assert main(["charts", run, "--out", str(tmp_path / "out")]) == 4
    assert not (tmp_path / "out").exists()


def test_the_command_writes_all_and_says_what_it_did_not(
    tmp_path: Path, drawn: None, run: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new/out"
    assert main(["charts", run, "--out", str(out)]) == 0
    said = capsys.readouterr().out
    charts = ["overall_success_rates", "success_rate_heatmap", "pass_at_k", "performance_breakdown"]
    files = {f"{name}.{kind}" for name in charts for kind in ("svg", "png")}
    tables = {"model_comparison_summary.csv", "tables.md", "tables.tex"}
    assert {path.name for path in out.iterdir()} == {*files, *tables, "charts.json"}
    assert "not drawn: tool_specific_performance: no suite has stages" in said
    with (out / "model_comparison_summary.csv").open() as file:
        lines = {line["metric"]: line for line in csv.DictReader(file)}
    assert lines["pass@1"]["model"] == "'=a"
    assert float(lines["pass@1"]["value"]) == 0.75
    assert lines["pass@1"]["cost"] == ""
    assert "## pass@k" in (out / "tables.md").read_text()


def test_its_own_files_are_replaced_and_those_without_data_go(tmp_path: Path, drawn: None, run: str) -> None:
    out = tmp_path / "out"
    assert main(["charts", run, "--out", str(out)]) == 0
    (out / "mine.txt").write_text("mine")
    once = str(write(tmp_path / "once", rows("1 0")))
    assert main(["charts", once, "--out", str(out)]) == 0
    assert not (out / "pass_at_k.svg").exists()
    assert (out / "mine.txt").read_text() == "mine"
    assert "=a" not in (out / "tables.md").read_text()


@pytest.mark.parametrize("name", ["tables.md", "pass_at_k.png", "charts.json"])
def test_files_of_others_are_not_overwritten(
    tmp_path: Path, drawn: None, run: str, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (tmp_path / name).write_text("mine")
    assert main(["charts", run, "--out", str(tmp_path)]) == 4
    assert name in capsys.readouterr().err
    assert (tmp_path / name).read_text() == "mine"
    assert not (tmp_path / "tables.tex").exists()


def test_a_list_that_somebody_wrote_takes_nothing_away(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "out/charts.json").write_text(json.dumps({"charts": ["../precious", "a.svg", "/etc/passwd"]}))
    folder.replace_files(tmp_path / "out", {"b.svg": b"b"}, ["a.svg", "b.svg"])
    assert (tmp_path / "precious").read_text() == "mine"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["b.svg", "charts.json"]


def test_a_folder_that_cannot_be_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written .*; name another folder"):
        folder.replace_files(tmp_path / "file/out", {"a.svg": b""}, ["a.svg"])
