"""`codeeval complete` as a user runs it: killed, gone on with, and graded by a replay."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval import benchmarks
from tests.servers.process import FaultyServer

if importlib.util.find_spec("aiohttp") is None:
    pytest.skip("needs pytest-codeeval[openai]", allow_module_level=True)

STARTER = Path(benchmarks.__file__).with_name("starter.jsonl")
_COMMAND = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from pytest_codeeval.cli import main
sys.exit(main())
"""
AT_ONCE = 10


def command(server: FaultyServer, benchmark: Path, *more: str) -> list[str]:
    asked = ["complete", "--model=tiny", f"--base-url={server.base_url}", f"--benchmark={benchmark}"]
    return [sys.executable, "-c", _COMMAND, *asked, "--output=out.jsonl", *more]


def stop_after(requests: int, server: FaultyServer, arguments: list[str], folder: Path, number: int) -> tuple[int, str]:
    """Start a command, send it a signal when the server has seen so many requests, and return how it ended."""
    with subprocess.Popen(arguments, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        end = time.monotonic() + 60
        while len(server.requests()) < requests and time.monotonic() < end:
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(number)
        return process.wait(60), process.stderr.read() if process.stderr else ""


def rows_of(benchmark: Path) -> list[dict[str, Any]]:
    raw = benchmark.read_bytes()
    return list(map(json.loads, (gzip.decompress(raw) if benchmark.suffix == ".gz" else raw).splitlines()))


def test_a_job_that_is_killed_and_stopped_goes_on_and_asks_nothing_twice(tmp_path):
    folder = os.environ.get("CODEEVAL_DATA")
    benchmark = Path(folder, "humaneval/HumanEval.jsonl.gz") if folder else STARTER
    rows = rows_of(benchmark)
    said = [{"prompt": row["prompt"], "response": f"```python\n{row['prompt']}    pass\n```\n"} for row in rows]
    output = tmp_path / "out.jsonl"
    with FaultyServer(tmp_path, said, latency=0.1) as server:
        going_on = command(server, benchmark)
        assert stop_after(len(rows) // 5, server, going_on, tmp_path, signal.SIGKILL)[0] == -signal.SIGKILL
        assert not output.exists()
        assert stop_after(len(rows) // 3, server, going_on, tmp_path, signal.SIGKILL)[0] == -signal.SIGKILL
        code, told = stop_after(len(rows) // 2, server, going_on, tmp_path, signal.SIGINT)
        assert (code, output.exists()) == (130, False)
        assert "the same command goes on" in told and "Traceback" not in told
        assert subprocess.run(going_on, cwd=tmp_path, check=False).returncode == 0
        asked = Counter(request["messages"][-1]["content"] for request in server.requests())
    found = rows_of(output)
    assert [row["task_id"] for row in found] == [row["task_id"] for row in rows]
    assert [{name: row[name] for name in rows[0]} for row in found] == [{**row} for row in rows]
    assert len(asked) == len(rows) and sum(asked.values()) <= len(rows) + 3 * AT_ONCE
    assert max(request["in_flight"] for request in server.requests()) <= AT_ONCE
    assert not list(tmp_path.glob("out.jsonl.*"))


def test_an_output_is_graded_by_a_replay_as_the_model_itself_is(run, tmp_path, suite_folder):
    rows = rows_of(STARTER)
    said = []
    for number, row in enumerate(rows):
        body = row["canonical_solution"] if number % 3 else "    return None\n"
        said.append({"prompt": row["prompt"].strip(), "response": f"So:\n\n```python\n{row['prompt']}{body}```\nDone."})
    faults = "length@2,length@5"  # in the middle of an answer
    with FaultyServer(tmp_path, said, faults=faults) as server:
        made = subprocess.run(command(server, STARTER, "--batch-size=1"), cwd=suite_folder, check=False)
    with FaultyServer(tmp_path, said, faults=faults) as server:
        run("--model=tiny", f"--base-url={server.base_url}", "--concurrency=1", "--self-test=off", here=True)
    assert made.returncode == 0
    run("--model=replay:out.jsonl", "--self-test=off", here=True)
    direct, replayed = (
        [
            (row["task_id"], row["passed"], row["outcome"], row["solution"])
            for row in rows_of(suite_folder / "results" / model / "samples.jsonl")
        ]
        for model in ("tiny", "replay-out")
    )
    assert sorted(replayed) == sorted(direct)
    assert {outcome for _, _, outcome, _ in direct} > {"passed", "cut_short"}
    programs = {row["task_id"]: row["program"] for row in rows_of(suite_folder / "out.jsonl")}
    assert programs == {task_id: solution for task_id, _, _, solution in replayed}
