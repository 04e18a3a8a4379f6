"""A run in shards from asking to showing, with one problem that ends whatever process runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_codeeval.cli.oncluster import run_on_cluster
from pytest_codeeval.cluster.archive import BadArchive
from pytest_codeeval.cluster.arrival import arrived
from pytest_codeeval.cluster.node import run_order
from pytest_codeeval.cluster.order import Order
from pytest_codeeval.cluster.planned import ClusterPlan
from pytest_codeeval.core.shard import Shard
from tests.cluster.here import Here

LIMIT = 3
POISON = "Starter/1"
KILLS = f"""
import os, signal
def pytest_runtest_call(item):
    if "KILLS" in os.environ and {POISON!r} in item.name and item.config.getoption("codeeval_shard"):
        os.kill(os.getpid(), signal.SIGKILL)
"""
WORDS = ["--on=ray", "--shards=1", "--model=demo", "--samples=2", f"--limit={LIMIT}", "-q", "test_suite.py", "-pkills"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "kills.py").write_text(KILLS)
    (tmp_path / "test_suite.py").write_text("from pytest_codeeval.suites.test_starter import *\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p no:hypothesispytest -p no:anyio -p no:pytest_cov\n")
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHONPATH", f"{Path(__file__).parents[2]}:{tmp_path}")
    monkeypatch.setenv("SOME_API_KEY", "sk-secret")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def task_ids(path: Path) -> list[str]:
    return [json.loads(line)["task_id"] for line in path.read_text().splitlines()]


def test_a_poisoned_problem_is_found_and_all_else_is_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KILLS", "1")
    samples = folder / "results/demo/samples.jsonl"
    engine = Here()
    assert run_on_cluster(WORDS, engine) == 1
    said = capfd.readouterr()
    everything = {f"Starter/{number}" for number in range(LIMIT)}
    assert {*task_ids(samples)} == everything - {POISON}
    assert f"({POISON}) could not be graded: its run ended by signal 9" in said.err
    assert "secret" not in b"".join(engine.told).decode()

    monkeypatch.delenv("KILLS")
    with pytest.raises(KeyboardInterrupt):
        run_on_cluster(WORDS, (stopped := Here(stops_after=0)))
    assert stopped.cancelled
    assert f"{LIMIT - 1} of {LIMIT} problems graded and kept: the same command goes on" in capfd.readouterr().err

    again = Here()
    assert run_on_cluster(WORDS, again) == 0
    assert len(again.ran) == 1 and Shard.read(again.ran[0]).holds(POISON)
    assert task_ids(samples) == sorted([*everything] * 2)
    about = json.loads((folder / "results/demo/run.json").read_text())
    assert about["sandbox"]["tier"] in ("namespaces", "landlock") and not about.get("shard")
    assert about["options"]["shard"] is None and about["scores"][0]["problems"] == LIMIT
    check_that_nothing_else_is_believed(folder, about["sandbox"]["tier"])


def check_that_nothing_else_is_believed(folder: Path, tier: str) -> None:
    """Alter what one shard returns in many ways."""
    plan = ClusterPlan.of(folder / "results", "")
    arguments = ("--model=demo", "--samples=2", f"--limit={LIMIT}", "-q", "test_suite.py", "--stage=check")
    order = Order("1/1", arguments, tier, 1, str(folder))
    archive = run_order(order, b"")
    number = iter(range(100))

    def new() -> Path:
        place = folder / f"came{next(number)}"
        place.mkdir()
        return place

    there = arrived(archive, order, plan, place := new())
    assert there.ended and there.problems == LIMIT and not there.lacking

    def altered(alter: Callable[[dict[str, object]], object], file: str = "samples.jsonl") -> bytes:
        import io
        import zipfile

        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as members:
            for path in sorted(path for path in place.rglob("*") if path.is_file()):
                text = path.read_text()
                if path.name == file:
                    row = json.loads(text if file == "run.json" else text.splitlines()[0])
                    alter(row)
                    text = json.dumps(row) + "\n"
                members.writestr(str(path.relative_to(place)), text)
        return target.getvalue()

    short = arrived(altered(lambda row: None), order, plan, new())
    assert len(short.lacking) == LIMIT and short.problems == 0
    for alter in (
        lambda row: row.update(task_id="Starter/99"),
        lambda row: row.update(model="other"),
        lambda row: row.update(sample_index=2),
        lambda row: row.update(sample_index=-1),
        lambda row: row.update(sample_index=True),
        lambda row: row.update(suite="other"),
        lambda row: row.update(passed=1),
        lambda row: row.update(passed=not row["passed"]),
        lambda row: row.update(wall_seconds="1"),
        lambda row: row.update(more=1),
        lambda row: row.pop("completion"),
    ):
        with pytest.raises(BadArchive):
            arrived(altered(alter), order, plan, new())
    for alter in (
        lambda run: run.update(label="other"),
        lambda run: run.update(shard="1/2"),
        lambda run: run["settings"].update(temperature=0.5),
        lambda run: run["sandbox"].update(tier="plain"),
        lambda run: run["versions"].update(python="3.0"),
        lambda run: run["datasets"]["starter"].update(sha256="0" * 64),
        lambda run: run["datasets"]["starter"].update(prompts="0" * 64),
    ):
        with pytest.raises(BadArchive):
            arrived(altered(alter, "run.json"), order, plan, new())
    with pytest.raises(BadArchive):
        arrived(archive, replace(order, shard="1/2"), plan, new())
