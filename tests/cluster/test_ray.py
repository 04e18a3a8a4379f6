"""A run on a Ray cluster of two nodes, one of which is lost meanwhile, comes to what a local one does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

cluster_utils: Any = pytest.importorskip("ray.cluster_utils", reason="needs pytest-codeeval[ray], which dev has not")

_RUN = [sys.executable, "-c", "import sys; from pytest_codeeval.cli import main; sys.exit(main())", "run"]
_STORE = 80_000_000
_MODEL = ["--model=demo", "--samples=2", "--limit=6", "-q"]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*_RUN, *words], capture_output=True, text=True, timeout=400)


def verdicts(results: Path) -> list[tuple[Any, ...]]:
    rows = map(json.loads, (results / "demo/samples.jsonl").read_text().splitlines())
    return [(row["task_id"], row["sample_index"], row["completion"], row["outcome"]) for row in rows]


def test_a_cluster_that_loses_a_node_gives_the_same_verdicts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    path = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path))
    run(*_MODEL, "starter", "--results=here")
    options = {"object_store_memory": _STORE, "include_dashboard": False}
    cluster = cluster_utils.Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **options})
    try:
        first, _ = (cluster.add_node(num_cpus=1, object_store_memory=_STORE) for _ in range(2))
        words = ["--on=ray", f"--address={cluster.address}", "--shards=4", "starter", *_MODEL, "--results=there"]
        with subprocess.Popen([*_RUN, *words], stderr=subprocess.PIPE, text=True) as process:
            deadline = time.monotonic() + 200
            while not (tmp_path / "there/demo/shards.jsonl").exists() and time.monotonic() < deadline:
                time.sleep(0.1)
            cluster.remove_node(first, allow_graceful=False)
            _, said = process.communicate(timeout=400)
        assert process.returncode == 0, said
    finally:
        cluster.shutdown()
    assert verdicts(tmp_path / "there") == verdicts(tmp_path / "here")
    assert len(verdicts(tmp_path / "there")) == 12
