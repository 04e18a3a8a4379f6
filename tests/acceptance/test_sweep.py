"""A sweep: each model with each preset by a server of its own, what is complete passed over, the tracker up to date."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path

import pytest

from pytest_codeeval.cli import main
from pytest_codeeval.results.tracker.document import BEGIN
from tests.servers.pretend_vllm import executable

for _package in ("aiohttp", "pydantic", "yaml"):
    if importlib.util.find_spec(_package) is None:
        pytest.skip("needs pytest-codeeval[openai,config]", allow_module_level=True)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

FILE = """
models:
  - {{model: "vllm:org/gone", preset: memory, model_args: {{vllm: no-such-program}}}}
  - {{model: "vllm:org/one", name: one, model_args: {{vllm: {program}}}}}
presets: [balanced, memory]
suites:
  - {{suite: starter, limit: 1}}
  - {{suite: agents-tools, limit: 1}}
self_test: "off"
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    path = tmp_path / "sweep.yaml"
    path.write_text(FILE.format(program=executable(tmp_path)))
    return path


def states(file: Path, capfd: pytest.CaptureFixture[str]) -> list[str]:
    """Return what a plan says of each part."""
    assert main(["sweep", str(file), "--plan"]) == 0
    return [" ".join(line.split()[2:]) for line in capfd.readouterr().out.splitlines()[1:-1]]


def test_a_sweep_and_another_one(file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert states(file, capfd) == ["to run", "to run", "to run"]
    assert not file.with_name("results").exists()
    assert main(["sweep", str(file)]) == 1  # the first model cannot be served; the others are all the same
    said = capfd.readouterr().out
    assert said.count("codeeval: vLLM serves one") == 2
    assert "not complete: org/gone, memory: its run ended with exit code 4" in said
    servers = [
        json.loads((file.parent / f"results/{preset}/one/run.json").read_text())["server"]["command"]
        for preset in ("balanced", "memory")
    ]
    assert ["--max-num-seqs=64" in servers[0], "--max-num-seqs=32" in servers[1]] == [True, True]
    doc = file.with_name("TRACKER.md")
    text = doc.read_text()
    assert "| org/gone | memory | not tested | not tested |" in text
    assert "| one | memory | 0.0% | 0.0% |" in text
    assert states(file, capfd) == ["to run", "complete", "complete"]

    doc.write_text(text.replace(BEGIN.decode(), f"{BEGIN.decode()}\nMine."))
    before = {path: path.stat().st_mtime_ns for path in file.parent.glob("results/*/one/*")}
    assert main(["sweep", str(file)]) == 1
    said = capfd.readouterr().out
    assert "serves" not in said and said.count(": complete\n") == 2
    assert {path: path.stat().st_mtime_ns for path in file.parent.glob("results/*/one/*")} == before
    assert doc.read_text() == text.replace(BEGIN.decode(), f"{BEGIN.decode()}\nMine.")

    changed = file.read_text().replace("suite: starter, limit: 1", "suite: starter, limit: 2")
    file.write_text(changed + "workers: 3\n")
    assert states(file, capfd) == ["to run", "to go on with", "to go on with"]
    results = file.parent / "results/memory/one/run.json"
    file.write_text(changed.replace("limit: 2", "limit: 1") + "workers: 3\n")
    assert states(file, capfd) == ["to run", "complete", "complete"]
    results.write_text(json.dumps(json.loads(results.read_text()) | {"finished": None}))
    assert states(file, capfd) == ["to run", "complete", "to go on with"]


def test_nothing_is_run_if_the_file_or_the_document_cannot_be(file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    doc = file.with_name("TRACKER.md")
    doc.write_text("# Our models\n")
    assert main(["sweep", str(file)]) == 4
    doc.unlink()
    text = file.read_text()
    file.write_text(text.replace("presets: [balanced", "presets: [balance"))
    assert main(["sweep", str(file)]) == 4
    file.write_text(text.partition("suites:")[0])
    assert main(["sweep", str(file)]) == 4
    assert main(["sweep", "nowhere.yaml"]) == 4
    out, err = capfd.readouterr()
    assert out == ""
    assert err.count("\n") == 4
    assert sorted(os.listdir(file.parent)) == ["elsewhere", "sweep.yaml", "vllm"]
