"""Whole runs with the real vLLM, started and ended by the run, on tiny models of random weights."""

from __future__ import annotations

import functools
import json
import os
import signal
import sqlite3
import subprocess
import time
import uuid
from collections import Counter
from pathlib import Path

import pytest

from tests.servers.marked import MARK, all_gone, marked, processes
from tests.servers.tiny_qwen import make_model

INTERPRETER_VARIABLE = "CODEEVAL_VLLM_PYTHON"


@functools.cache
def has_vllm() -> bool:
    """Whether the interpreter that is named has vLLM; without loading it, which takes ten seconds."""
    python = os.environ.get(INTERPRETER_VARIABLE)
    if not python:
        return False
    look = "import importlib.util, sys; sys.exit(importlib.util.find_spec('vllm') is None)"
    return subprocess.run([python, "-c", look], check=False).returncode == 0


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not has_vllm(), reason=f"needs vLLM, in the interpreter that {INTERPRETER_VARIABLE} names"),
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc"),
]


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A chat model, another, and a base model."""
    folder, python = tmp_path_factory.mktemp("models"), os.environ[INTERPRETER_VARIABLE]
    return {
        name: make_model(python, folder / name, seed=seed, chat=name != "tiny-base")
        for seed, name in enumerate(("tiny-one", "tiny-base"), 1)
    }


@pytest.fixture
def arguments(monkeypatch):
    python = Path(os.environ[INTERPRETER_VARIABLE])
    program = python.with_name("vllm")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("VLLM_CPU_KVCACHE_SPACE", "1")
    # The tests' own workers, if there are any, must not be mistaken for the run's.
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    return [
        f"--model-args=vllm={program if program.exists() else python}",
        "--vllm-args=--enforce-eager --dtype float32",
        "--max-tokens=64",
        "-n4",
    ]


@pytest.fixture
def mark():
    mark = uuid.uuid4().hex
    yield mark
    assert all_gone(mark, 0) == []


def calls(folder: Path, model: str) -> list[dict]:
    lines = (folder / "results" / model / "api_calls.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_two_models_in_turn_with_four_workers(run, started, suite_folder, models, arguments, samples, mark):
    given = [f"--model=vllm:{folder}" for folder in models.values()]
    process = started("test_starter.py", *given, *arguments, "--preset=performance", environment={MARK: mark})
    output, _ = process.communicate(timeout=400)
    assert all_gone(mark, 0) == [], output
    assert process.returncode == 1, output  # random models pass nothing
    for name in models:
        rows = samples(name)
        assert len(rows) == 24
        assert all(row["completion_tokens"] for row in rows)
        assert [call["status"] for call in calls(suite_folder, name)] == ["ok"] * 24
        server = json.loads((suite_folder / "results" / name / "run.json").read_text())["server"]
        assert {"--gpu-memory-utilization=0.90", "--max-num-seqs=128", "--enable-prefix-caching"} <= {
            *server["command"]
        }
        assert {"--max-model-len=4096", "--enforce-eager"} <= {*server["command"]}
        assert server["mode"] == ("completion" if name == "tiny-base" else "chat")
        assert server["generation_tokens"] == sum(row["completion_tokens"] for row in rows)
        assert len(server["start_seconds"]) == 1
        log = (suite_folder / "results" / name / "vllm.log").read_text()
        assert "'max_num_seqs': 128" in log and "'gpu_memory_utilization': 0.9" in log
    said = [line for line in output.splitlines() if line.startswith("codeeval: ") and "vLLM" in line]
    order = [line.split()[1:4] for line in said if "loads" not in line and "starting" not in line]
    assert order == [["vLLM", "serves", "tiny-one"], ["vLLM", "is", "done"], ["vLLM", "serves", "tiny-base"]]
    # All of it is stored: no server is started.
    again = run("-q", *given, *arguments, "--preset=performance")
    assert "vLLM serves" not in again.stdout.str() and again.parseoutcomes() == {"failed": 48}


def test_a_run_killed_half_way_leaves_nothing_and_asks_only_what_is_missing(
    run, started, suite_folder, models, arguments, samples, mark
):
    given = [f"--model=vllm:{models['tiny-one']}", *arguments, "--samples=4", "--temperature=1"]
    slowly = [*given, "--model-args=batch_size=1", "--concurrency=1"]
    process = started("test_starter.py", *slowly, environment={MARK: mark})
    deadline = time.monotonic() + 300
    while stored(suite_folder) < 12 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert any("EngineCore" in line or "vllm" in line for line in marked(mark))
    assert all_gone(mark, 20) == []
    kept = stored(suite_folder)
    assert 12 <= kept < 96
    before = len(calls(suite_folder, "tiny-one"))
    result = run(*given)
    assert result.parseoutcomes() == {"failed": 24}, result.stdout.str()
    asked = [(call["task_id"], call["sample_index"]) for call in calls(suite_folder, "tiny-one")[before:]]
    assert len(asked) == len(set(asked)) == 96 - kept
    assert max(Counter((row["task_id"], row["sample_index"]) for row in samples("tiny-one")).values()) == 1
    assert len(samples("tiny-one")) == 96


def test_an_engine_that_is_killed_is_started_again_and_only_what_is_missing_is_asked(
    started, suite_folder, models, arguments, samples, mark
):
    given = [f"--model=vllm:{models['tiny-one']}", *arguments, "--samples=4", "--temperature=1"]
    slowly = [*given, "--model-args=batch_size=1", "--concurrency=1"]
    process = started("test_starter.py", *slowly, environment={MARK: mark})
    deadline = time.monotonic() + 600
    while stored(suite_folder) < 12 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert 12 <= stored(suite_folder) < 96
    os.kill(engine_of(mark), signal.SIGKILL)
    output, _ = process.communicate(timeout=600)
    assert process.returncode == 1, output  # random models pass nothing
    assert output.count("codeeval: vLLM serves tiny-one") == 2, output
    ended = calls(suite_folder, "tiny-one")
    answered = [(call["task_id"], call["sample_index"]) for call in ended if call["status"] == "ok"]
    assert len(answered) == len(set(answered)) == len(samples("tiny-one")) == 96


def test_a_run_that_is_interrupted_leaves_nothing(started, suite_folder, models, arguments, mark):
    process = started("test_starter.py", f"--model=vllm:{models['tiny-one']}", *arguments, environment={MARK: mark})
    log = suite_folder / "results/tiny-one/vllm.log"
    deadline = time.monotonic() + 200
    while not (log.exists() and "EngineCore pid" in log.read_text()) and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 2, output
    assert all_gone(mark, 0) == []


def test_a_flag_that_vllm_does_not_know_is_refused_before_anything_is_loaded(run, suite_folder, models, arguments):
    result = run(f"--model=vllm:{models['tiny-one']}", *arguments, "--vllm-args=--max-num-seq 3 --enforce-eagre")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*is refused by vLLM: unrecognized arguments: --enforce-eagre*"])
    assert not (suite_folder / "results").exists()


def test_a_server_that_cannot_start_says_why(run, models, arguments, mark):
    settings = ["--vllm-args=--max-model-len 5000", "--limit=2"]
    result = run(f"--model=vllm:{models['tiny-one']}", *arguments, *settings, environment={MARK: mark})
    assert result.ret == 2
    result.stdout.fnmatch_lines(
        ["the run stopped early: the vLLM server of tiny-one ended by itself*max_model_len (5000) is greater*"]
    )


def engine_of(mark: str) -> int:
    """The engine of a marked server; the name that it gives itself overwrites its own mark."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text(errors="replace").rpartition(")")[2].split()[1])
            if b"EngineCore" in (folder / "cmdline").read_bytes() and parent in processes(mark):
                return int(folder.name)
        except OSError:
            continue
    raise AssertionError("no engine runs")


def stored(folder: Path) -> int:
    """How many completions are in the store."""
    try:
        with sqlite3.connect(f"file:{folder}/results/completions.sqlite3?mode=ro", uri=True) as db:
            return int(db.execute("SELECT count(*) FROM completions").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
