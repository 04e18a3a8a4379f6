"""Whole runs that are killed, or lose their files, half way."""

from __future__ import annotations

import errno
import json
import os
import signal
import sqlite3
import subprocess
import tempfile
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from pytest_codeeval.execution.sandbox import probe
from pytest_codeeval.generation.store import CompletionStore

KILLED = """
import os, signal
from pathlib import Path
import pytest

@pytest.fixture
def solutions(solutions, problem):
    mark = Path(__file__).with_name("died")
    if problem.task_id == "Starter/2" and (ALWAYS or not mark.exists()):
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return solutions
"""
STUCK = """
import time
from pathlib import Path
import pytest

@pytest.fixture
def solutions(solutions, problem):
    if problem.task_id == "Starter/2":
        Path(__file__).with_name("stuck").touch()
        time.sleep(60)
    return solutions
"""
REMOVED = """
import shutil
import pytest

@pytest.fixture
def solutions(solutions, problem):
    if problem.task_id == "Starter/2":
        shutil.rmtree("results")
    return solutions
"""


@pytest.mark.parametrize("always", [False, True], ids=["once", "always"])
def test_an_item_whose_worker_was_killed_is_tried_once_more(run, suite_folder, samples, always):
    (suite_folder / "conftest.py").write_text(KILLED.replace("ALWAYS", str(always)))
    result = run("--model=reference", "--limit=4", "-n2", "--html=report.html", "--junit-xml=report.xml")
    assert result.parseoutcomes() == ({"passed": 3, "failed": 1, "rerun": 1} if always else {"passed": 4, "rerun": 1})
    assert len(samples("reference")) == (3 if always else 4)
    assert result.ret == int(always)
    if always:
        result.stdout.fnmatch_lines(["*crashed while running*; run the same command again to try it once more*"])


def test_an_item_that_no_worker_is_left_for_is_an_error(run, suite_folder):
    (suite_folder / "conftest.py").write_text(KILLED.replace("ALWAYS", "True"))
    result = run("--model=reference", "--limit=3", "-n1", "--max-worker-restart=0")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*its worker died, and none was left to try it again; run the same command again*"])


@pytest.mark.parametrize(
    ("name", "spread", "whole_group"),
    [("SIGTERM", "-n0", False), ("SIGHUP", "-n2", True), ("SIGQUIT", "-n2", False)],
    ids=["alone", "with its workers", "and not its workers"],
)
def test_a_signal_ends_a_run_as_ctrl_c_does(suite_folder, started, tmp_path, name, spread, whole_group):
    (suite_folder / "conftest.py").write_text(STUCK)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    process = started(
        "test_starter.py",
        "--model=reference",
        "--limit=4",
        "--html=report.html",
        spread,
        environment={"TMPDIR": str(temporary)},
        own_group=True,
    )
    await_first(process, suite_folder)
    number = getattr(signal, name)
    (os.killpg if whole_group else os.kill)(process.pid, number)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 2, output
    assert f"Stopped: {name}" in output
    assert "Traceback" not in output
    assert "reference  starter" in output
    folder = suite_folder / "results" / "reference"
    about = json.loads((folder / "run.json").read_text())
    assert about["finished"]
    assert about["scores"][0]["samples"] >= 1
    assert (suite_folder / "report.html").exists()
    assert list(temporary.glob("codeeval-*")) == []
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_who_is_impatient_loses_nothing_but_the_end(suite_folder, started):
    """A second signal, and one that `nohup` has ignored, change nothing."""
    (suite_folder / "conftest.py").write_text(STUCK)
    process = started("test_starter.py", "--model=reference", "--limit=4", own_group=True, ignored=signal.SIGHUP)
    await_first(process, suite_folder)
    process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    assert process.poll() is None
    for _ in range(3):
        process.send_signal(signal.SIGINT)
        time.sleep(0.05)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 2, output
    assert "Traceback" not in output
    assert json.loads((suite_folder / "results/reference/run.json").read_text())["scores"][0]["samples"] >= 1


def test_a_results_folder_that_is_removed_half_way_is_made_again(run, suite_folder, samples):
    (suite_folder / "conftest.py").write_text(REMOVED)
    result = run("--model=reference", "--limit=6", here=True)
    result.assert_outcomes(passed=6)
    result.stdout.fnmatch_lines(["*was removed meanwhile; it has been made again*"])
    assert len(samples("reference")) == 6
    about = json.loads((suite_folder / "results/reference/run.json").read_text())
    assert about["scores"][0]["samples"] == 6


def test_a_report_that_cannot_be_written_is_a_sentence(run, suite_folder, samples):
    (suite_folder / "report.html").mkdir()
    result = run("--model=reference", "--limit=1", "--html=report.html", here=True)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["a report could not be written: *report.html*; the results are safe", "*1 passed*"])
    result.stdout.no_fnmatch_line("*INTERNALERROR*")
    assert len(samples("reference")) == 1


def test_a_store_of_another_version_is_refused_and_nothing_is_changed(run, suite_folder):
    run("--model=demo", "--limit=1", here=True)
    store, about = suite_folder / "results/completions.sqlite3", suite_folder / "results/demo/run.json"
    CompletionStore(store.parent).close()  # as a model leaves it that is asked
    with closing(sqlite3.connect(store)) as database:
        database.execute("ALTER TABLE completions ADD COLUMN rating TEXT")
    before = about.read_bytes()
    result = run("--model=demo", "--limit=1", here=True)
    assert result.ret == 4
    result.stderr.fnmatch_lines(
        ["ERROR: another version of this tool made *completions.sqlite3 (*rating); give anoth*"]
    )
    assert about.read_bytes() == before


def test_a_name_that_workers_cannot_be_told_is_refused(run):
    result = run("--model=demo", "--results=r\udce9", "-n2", here=True)
    assert result.ret == 4
    result.stderr.fnmatch_lines(
        ["ERROR: pytest-xdist takes no name that is not UTF-8 ('--results=r?udce9'); set PYTHON*"]
    )


def test_a_machine_without_a_folder_for_temporary_files_is_a_sentence(run, monkeypatch):
    def refuse(*_, **__):
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    monkeypatch.setattr(probe, "probe", partial(probe.probe))  # or it would be what another run has found out
    result = run("--model=reference", "--limit=1", here=True)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: the run cannot begin: *No usable temporary directory found*"])


def test_rows_that_were_edited_or_are_older_are_read_or_counted(run, suite_folder):
    folder = suite_folder / "results/reference"
    folder.mkdir(parents=True)
    older = {"model": "reference", "suite": "starter", "task_id": "Starter/7", "sample_index": 0, "passed": True}
    edited = [{**older, "task_id": "Starter/8", "passed": 1}, {**older, "task_id": "Starter/9", "stages": "none"}]
    (folder / "samples.jsonl").write_text("".join(json.dumps(row) + "\n" for row in [older, *edited]))
    result = run("--model=reference", "--limit=1", here=True)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*samples.jsonl: lines that are no samples, 1 of them, are in no score"])
    assert json.loads((folder / "run.json").read_text())["scores"][0]["outcomes"] == {"passed": 3}


def await_first(process: subprocess.Popen[str], folder: Path) -> None:
    """Wait until one item is stuck, and another has brought its result."""
    samples = folder / "results" / "reference" / "samples.jsonl"
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        if (folder / "stuck").exists() and samples.stat().st_size:
            return
        time.sleep(0.05)
    pytest.fail("the run did not come so far")
