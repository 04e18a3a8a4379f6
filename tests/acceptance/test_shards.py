"""Whole runs of shards, one of them killed and gone on with, and what comes of them when they are merged."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.cli import main
from pytest_codeeval.reports.checkedfile import CheckedFile
from tests.acceptance.conftest import Run

DIES = """
import os, signal
done = []
def pytest_runtest_logfinish():
    done.append(1)
    if len(done) == int(os.environ.get("DIES_AFTER", 0)):
        os.kill(os.getpid(), signal.SIGKILL)
"""
TIMES = ("cpu_seconds", "wall_seconds", "max_rss", "seconds")


def samples(folder: Path) -> list[dict[str, Any]]:
    """Return the lines of a file, but for times and what else is measured."""
    rows = [json.loads(line) for line in (folder / "demo/samples.jsonl").read_text().splitlines()]
    for row in rows:
        row["stages"] = [{**stage, **dict.fromkeys(TIMES, 0)} for stage in row["stages"]]
    return [{**row, **{name: 0 for name in TIMES if name in row}} for row in rows]


def test_shards_of_which_one_was_killed_are_the_whole_run(
    run: Run, suite_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (suite_folder / "conftest.py").write_text(DIES)
    demo = ("--model=demo", "--limit=8", "--samples=2", "-q", "--self-test=off", "--fail-under=starter:pass@1=0.5")
    run(*demo, "-n0", "--results=whole", here=True)
    killed = run(*demo, "--shard=1/4", "--results=1", environment={"DIES_AFTER": "1"})
    assert killed.ret == -signal.SIGKILL
    assert len(samples(suite_folder / "1")) == 2  # of one problem of its two
    said = run(*demo, "--shard=2/4", "--results=1", here=True, environment={"DIES_AFTER": "0"})
    assert said.ret == pytest.ExitCode.USAGE_ERROR
    said.stderr.fnmatch_lines(["*holds results of shard 1/4, and this is shard 2/4; give each a --results of its own*"])
    for number in range(1, 5):
        spread = ("-n2",) if number == 2 else ()
        said = run(*demo, f"--shard={number}/4", f"--results={number}", *spread, here=not spread)
        assert said.ret == 0  # answers fail, and the threshold is left to who has them all
        said.stdout.fnmatch_lines([f"codeeval: shard {number}/4: * of 8 problems of starter"])
        said.stdout.fnmatch_lines([f"*: left to codeeval merge: shard {number}/4 has a part of the problems"])
    folders = [str(suite_folder / str(number)) for number in range(1, 5)]
    assert main(["merge", str(suite_folder / "merged"), *folders]) == 0
    assert "--fail-under starter:pass@1=0.5: " in capsys.readouterr().out
    assert samples(suite_folder / "merged") == samples(suite_folder / "whole")
    rows = [json.loads(line) for line in (suite_folder / "merged/demo/samples.jsonl").read_text().splitlines()]
    checked = CheckedFile(suite_folder / "merged/demo")  # so that a later check has nothing to do
    by = json.loads((suite_folder / "1/demo/checked.jsonl").read_text().splitlines()[0])["by"]
    assert all(checked.is_by(rows[first : first + 2], by) for first in range(0, 16, 2))
    merged, whole = (json.loads((suite_folder / name / "demo/run.json").read_text()) for name in ("merged", "whole"))
    assert merged["scores"][0]["pass_at"] == whole["scores"][0]["pass_at"]
    assert merged["settings"] == whole["settings"]


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_a_shard_without_a_problem_is_no_failure(run: Run, workers: str, samples: Callable[..., list[Any]]) -> None:
    demo = ("--model=demo", "--limit=1", "--shard=1/3", "--fail-under=starter:pass@1=0.5")
    said = run(*demo, workers, here=workers == "-n0")
    said.stdout.fnmatch_lines(["codeeval: shard 1/3: 0 of 1 problem of starter", "no problem was evaluated"])
    assert said.ret == 0
    assert samples() == []


def test_nothing_to_run_at_all_is_one(run: Run) -> None:
    assert run("--model=demo", "-k", "nothing", "--shard=1/3", here=True).ret == pytest.ExitCode.NO_TESTS_COLLECTED
