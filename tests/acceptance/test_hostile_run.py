"""Whole runs on hostile samples: every verdict of the corpus, in one process and in several."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.probe import probe
from tests.execution.hostile.corpus import BUSY, corpus, has_numpy, python_for
from tests.execution.hostile.world import SECRET, World

# What waits or computes for seconds is covered where solutions are run one by one; a few of them are enough here.
SLOW = (BUSY | {"time_fake_clock", "time_setitimer0"}) - {"time_inf"}


@pytest.fixture
def rows(data: Path) -> list[dict[str, Any]]:
    """The rows of the corpus that need no package that is not there, without those that take long."""
    if not (data / "hostile" / "hostile.jsonl").exists():
        pytest.skip("CODEEVAL_DATA has no hostile/hostile.jsonl")
    rows = [row for row in corpus(data) if row["id"] not in SLOW]
    return rows if has_numpy(python_for(None)) else [row for row in rows if row["id"] != "right_numpy"]


# Every other row in one of two ways here, and each in one of four where solutions are run one by one.
@pytest.mark.parametrize(("workers", "tier", "part"), [("-n0", "landlock", 0), ("-n2", "namespaces", 1)])
def test_whole_runs_tell_hostile_samples_from_right_ones(
    run, monkeypatch, suite_folder, tmp_path_factory, data, rows, workers: str, tier: str, part: int
) -> None:
    try:
        probe(SandboxChoice(tier))
    except UsageError as error:
        pytest.skip(str(error))
    for name, value in SECRET.items():
        monkeypatch.setenv(name, value)
    world = World(tmp_path_factory.mktemp("world"), "")
    rows = rows[part::4]
    of_humaneval = [row for row in rows if row["benchmark"] == "humaneval"]
    of_dataset = [row for row in rows if row["benchmark"] != "humaneval"]
    packages = ["--allow-packages=numpy"] if any(row["id"] == "right_numpy" for row in rows) else []
    common = (f"--sandbox={tier}", workers, "--data", str(data), "--self-test=off", *packages)
    write(
        suite_folder / "humaneval.jsonl",
        [{"task_id": row["task_id"], "completion": world.told(row["completion"] or "")} for row in of_humaneval],
    )
    keys = ("prompt", "test", "entry_point")
    problems = [{"task_id": f"Odd/{place}", **{key: row[key] for key in keys}} for place, row in enumerate(of_dataset)]
    write(suite_folder / "problems.jsonl", [{**problem, "prompt": "Write it."} for problem in problems])
    write(
        suite_folder / "odd.jsonl",
        [{"task_id": f"Odd/{place}", "solution": world.told(row["code"])} for place, row in enumerate(of_dataset)],
    )
    run("--model=replay:humaneval.jsonl", "--results=one", *common, suite="humaneval")
    run(
        "--model=replay:odd.jsonl",
        "--results=two",
        "--dataset=problems.jsonl",
        *common,
        suite="dataset",
        environment=SECRET,
    )
    found = wrong(of_humaneval, read(suite_folder / "one")) + wrong(of_dataset, read(suite_folder / "two"))
    found += world.harm()
    world.close()
    assert not found, "\n".join(found)


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def read(folder: Path) -> list[dict[str, Any]]:
    (file,) = folder.glob("*/samples.jsonl")
    found = [json.loads(line) for line in file.read_text().splitlines()]
    return sorted(found, key=lambda row: (int(row["task_id"].rpartition("/")[2]), row["sample_index"]))


def wrong(rows: list[dict[str, Any]], found: list[dict[str, Any]]) -> list[str]:
    """Return what was said wrongly of samples; both are in the order of tasks, and of the file within a task."""
    if len(rows) != len(found):
        return [f"{len(found)} samples of {len(rows)} have a verdict"]
    # The tasks of the dataset are numbered in the file's order.
    if rows and rows[0]["benchmark"] == "humaneval":
        rows = sorted(rows, key=lambda row: int(row["task_id"].rpartition("/")[2]))
    return [
        f"{row['id']}: {sample}"[:600]
        for row, sample in zip(rows, found, strict=True)
        if row["expect"] != "contained" and sample["passed"] != (row["expect"] == "pass")
    ]
