"""A run in shards from asking to showing, with one problem that ends whatever process runs it."""

from __future__ import annotations

import io
import itertools
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_codeeval.benchmarks.starter import load
from pytest_codeeval.cli.oncluster import ClusterJob, grade, run_on_cluster
from pytest_codeeval.cli.run import arguments
from pytest_codeeval.cluster import arrival
from pytest_codeeval.cluster.archive import BadArchive
from pytest_codeeval.cluster.arrival import arrived
from pytest_codeeval.cluster.engine import Outcome
from pytest_codeeval.cluster.planned import ClusterPlan
from pytest_codeeval.cluster.sent import SentAnswers
from pytest_codeeval.cluster.words import ClusterWords
from pytest_codeeval.core.problem import DataRequest
from pytest_codeeval.core.shard import Shard
from tests.cluster.here import Here
from tests.servers.talking import asked_of, talking
from tests.servers.worded import Body

pytest.importorskip("aiohttp", reason="needs pytest-codeeval[openai]")

PROBLEMS = load(DataRequest()).problems
POISON = "Starter/1"
KILLS = f"""
import os, signal
def pytest_runtest_call(item):
    if "KILLS" in os.environ and {POISON!r} in item.name and item.config.getoption("codeeval_shard"):
        os.kill(os.getpid(), signal.SIGKILL)
"""
WORDS = ["--on=ray", "--shards=1", "--model=openai:tiny", "--samples=2", "--limit=2", "-q", "test_suite.py", "-pkills"]


def says(body: Body) -> str:
    problem = next(one for one in PROBLEMS if one.prompt.strip() in asked_of(body))
    return f"```python\n{problem.prompt}{problem.canonical_solution}\n```"


@pytest.fixture
def words() -> Iterator[list[str]]:
    with talking(says) as server:
        yield [*WORDS, f"--base-url={server.base_url}"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "kills.py").write_text(KILLS)
    (tmp_path / "test_suite.py").write_text("from pytest_codeeval.suites.test_starter import *\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p no:hypothesispytest -p no:anyio -p no:pytest_cov\n")
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHONPATH", f"{Path(__file__).parents[2]}:{tmp_path}")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def task_ids(path: Path) -> list[str]:
    return [json.loads(line)["task_id"] for line in path.read_text().splitlines()]


def test_a_poisoned_problem_is_found_and_all_else_is_kept(
    folder: Path, words: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KILLS", "1")
    samples = folder / "results/tiny/samples.jsonl"
    engine = Here()
    assert run_on_cluster(words, arguments, engine) == 1
    said = capfd.readouterr()
    assert task_ids(samples) == ["Starter/0"] * 2
    assert f"({POISON}) could not be graded: its run ended by signal 9" in said.err
    for outcome, told in zip(engine.came, engine.told, strict=True):
        rows = [json.loads(line) for line in told.splitlines()]
        assert rows and all(outcome.order.part.holds(row["task_id"]) for row in rows)
        assert b"sk-secret" not in told + json.dumps(outcome.order.to_json()).encode()

    monkeypatch.delenv("KILLS")
    job, plan = (
        ClusterJob(ClusterWords.read(words), arguments, dict(os.environ)),
        ClusterPlan.of(folder / "results", ""),
    )
    tier = json.loads((folder / "results/tiny/run.json").read_text())["sandbox"]["tier"]
    with pytest.raises(KeyboardInterrupt):
        grade(job, plan, (stopped := Here(stops_after=0)), tier)
    assert stopped.cancelled
    assert "1 of 2 problems graded and kept: the same command goes on" in capfd.readouterr().err

    again = Here()
    assert not grade(job, plan, again, tier)
    assert len(again.ran) == 1 and Shard.read(again.ran[0]).holds(POISON)
    assert sorted(task_ids(samples)) == ["Starter/0"] * 2 + ["Starter/1"] * 2
    about = json.loads((folder / "results/tiny/run.json").read_text())
    assert not about.get("shard") and about["options"]["shard"] is None
    check_that_nothing_else_is_believed(folder, plan, again.came[0], SentAnswers(again.told[0]), monkeypatch)


def check_that_nothing_else_is_believed(
    folder: Path, plan: ClusterPlan, came: Outcome, sent: SentAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alter what one shard returned in many ways."""
    order, number = came.order, itertools.count()

    def new() -> Path:
        place = folder / f"came{next(number)}"
        place.mkdir()
        return place

    there = arrived(came.archive, order, plan, place := new(), sent)
    assert there.ended and there.problems == 1 and not there.lacking

    def altered(alter: Callable[[dict[str, object]], object], file: str = "samples.jsonl") -> bytes:
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

    with pytest.raises(BadArchive, match="another answer than was sent"):
        arrived(came.archive, order, plan, new(), SentAnswers(b""))
    short = arrived(altered(lambda row: None), order, plan, new(), sent)
    assert short.lacking == ((POISON, "no verdict came"),) and short.problems == 0
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
        lambda row: row.update(completion="pass"),
        lambda row: row.update(sample_index=1, completion=row["completion"] + " "),
    ):
        with pytest.raises(BadArchive):
            arrived(altered(alter), order, plan, new(), sent)
    for alter in (
        lambda run: run.update(label="other"),
        lambda run: run.update(shard="1/2"),
        lambda run: run["settings"].update(temperature=0.5),
        lambda run: run["sandbox"].update(tier="plain"),
        lambda run: run["versions"].update(python="3.0"),
        lambda run: run["datasets"]["starter"].update(sha256="0" * 64),
        lambda run: run["datasets"]["starter"].update(prompts="0" * 64),
        lambda run: run.update(options=[]),
        lambda run: run["datasets"].update(starter=[]),
    ):
        with pytest.raises(BadArchive):
            arrived(altered(alter, "run.json"), order, plan, new(), sent)
    with pytest.raises(BadArchive):
        arrived(came.archive, replace(order, shard="1/2"), plan, new(), sent)
    monkeypatch.setattr(arrival, "LONGEST", 1 << 9)  # bytes of a line
    with pytest.raises(BadArchive):
        arrived(came.archive, order, plan, new(), sent)
