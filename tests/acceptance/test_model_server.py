"""Runs against a real OpenAI-compatible server process on loopback, with and without its faults."""

from __future__ import annotations

import importlib.util
import json
import signal
import sqlite3
import time
from pathlib import Path

import pytest

from pytest_codeeval.benchmarks import STARTER
from pytest_codeeval.core.problem import DataRequest
from tests.servers.process import FaultyServer
from tests.servers.worded import WordedServer, answer, choice

if importlib.util.find_spec("aiohttp") is None:
    pytest.skip("needs pytest-codeeval[openai]", allow_module_level=True)

KEY = "sk-never-to-be-seen-4711"
ENVIRONMENT = {"OPENAI_API_KEY": KEY, "PYTHONWARNINGS": "ignore"}
PROBLEMS = STARTER.load(DataRequest()).problems
ANSWERS = [
    {
        "prompt": problem.prompt.strip(),
        "response": f"Sure:\n\n```python\n{problem.prompt}{problem.canonical_solution}```\n",
    }
    for problem in PROBLEMS
]


def asked(server: FaultyServer) -> list[str]:
    """The questions that the server answered properly."""
    return [request["messages"][-1]["content"] for request in server.requests() if request["fault"] is None]


def arguments(server: FaultyServer, *more: str) -> list[str]:
    return ["--model=openai:tiny", f"--base-url={server.base_url}", *more]


def test_a_server_that_dies_half_way_is_an_error_and_a_rerun_goes_on(run, tmp_path, suite_folder):
    with FaultyServer(tmp_path, ANSWERS, faults="die@10") as server:
        result = run(*arguments(server, "--retries=1", "--concurrency=4"), "-n2", environment=ENVIRONMENT)
        answered = set(asked(server))
    assert result.ret not in (0, 4)
    result.stdout.fnmatch_lines(["codeeval: *tiny*; is the server at * - retry 1 of 1 in 0.? s"])
    result.stdout.fnmatch_lines(
        [
            "the run stopped early: * requests in a row failed for good*",
            "10 answers are kept, 14 are missing: the same command goes on, and asks only for them",
        ]
    )
    assert len(answered) == 10
    assert result.parseoutcomes().get("failed", 0) == 0
    with FaultyServer(tmp_path, ANSWERS, port=server.port) as again:
        run(*arguments(again), here=True).assert_outcomes(passed=24)
        assert answered.isdisjoint(asked(again))
        assert len(asked(again)) == 14


def test_a_bad_key_costs_one_request(run, tmp_path):
    with FaultyServer(tmp_path, ANSWERS, require_key="another") as server:
        result = run(*arguments(server), "--limit=4", environment=ENVIRONMENT, here=True)
        assert len(server.requests()) == 1
    assert result.ret not in (0, 4, 5)
    result.stdout.fnmatch_lines(["*status 401*check the key in CODEEVAL_API_KEY*"])


def test_answers_that_are_the_models_fault_are_failures_with_their_reason(run, tmp_path, samples):
    said = {
        "Starter/0": "",
        "Starter/1": "I'm sorry, but I can't help with that request.",
        "Starter/2": "```python\ndef another_name():\n    return 1\n```",
        "Starter/3": "<think>the answer might be def",
    }
    answers = [{"prompt": p.prompt.strip(), "response": said[p.task_id]} for p in PROBLEMS if p.task_id in said]
    with FaultyServer(
        tmp_path, [*answers, ANSWERS[4]], faults="length@5"
    ) as server:  # the empty answer is asked for twice
        arguments_in_order = arguments(server, "--limit=5", "--concurrency=1", "--seed=7")
        run(*arguments_in_order, environment=ENVIRONMENT, here=True).assert_outcomes(failed=5)
        assert {request["seed"] for request in server.requests()} == {7}
    rows = samples("tiny")
    assert [row["cause"] for row in rows] == ["no_code", "refusal", "no_entry_point", "thinking_leaked", "cut_short"]
    assert "raise --max-tokens" in rows[-1]["detail"]


@pytest.mark.parametrize("model", ["openai:tiny"])
def test_an_answer_that_the_server_broke_off_is_an_error_until_it_is_mended(run, suite_folder, samples, model):
    """Beside answers that are the model's own, by their names elsewhere."""
    mended = False
    said = {"Starter/1": ("", "SAFETY"), "Starter/2": ("```python\ndef a(", "MAX_TOKENS")}
    broken = {"Starter/0": "abort", "Starter/3": "network_error", "Starter/4": "unexpected_state"}

    def reply(body, _):
        question = body["messages"][-1]["content"]
        number = next(n for n, problem in enumerate(PROBLEMS) if problem.prompt.strip() in question)
        task_id = PROBLEMS[number].task_id
        text, reason = said.get(task_id, (ANSWERS[number]["response"], "stop"))
        if task_id in broken and not mended:
            text, reason = text[: len(text) // 2], broken[task_id]
        return answer(choice(text, reason))

    with WordedServer(reply) as server:
        asked = (f"--model={model}", f"--base-url={server.base_url}", "--limit=8", "--retries=1")
        first = run(*asked, environment=ENVIRONMENT, here=True)
        assert first.ret == 1
        first.assert_outcomes(passed=3, failed=2, errors=3)
        first.stdout.fnmatch_lines(["  Starter/0: *broke its answer off ('abort')*"])
        mended, before = True, len(server.requests)
        run(*asked, environment=ENVIRONMENT, here=True).assert_outcomes(passed=6, failed=2)
        assert len(server.requests) - before == 3
    rows = samples(model.partition(":")[2].replace("/", "-"))
    causes = {row["task_id"]: row["cause"] for row in rows}
    assert (causes["Starter/1"], causes["Starter/2"]) == ("refusal", "cut_short")


def test_samples_of_a_problem_are_asked_each(run, tmp_path, samples):
    answers = [
        {"prompt": PROBLEMS[0].prompt.strip(), "response": f"```python\n{PROBLEMS[0].stub}    return {number}\n```"}
        for number in range(4)
    ]
    with FaultyServer(tmp_path, answers) as server:
        same = arguments(server, "--limit=1", "--temperature=1", "--seed=7")
        run(*same, "--samples=3", environment=ENVIRONMENT, here=True)
        assert sorted(request["seed"] for request in server.requests()) == [7, 8, 9]
        run(*same, "--samples=2", here=True)
        assert len(server.requests()) == 3
    rows = samples("tiny")
    assert sorted(row["sample_index"] for row in rows) == [0, 1, 2]


def test_a_killed_run_loses_no_finished_completion(run, started, tmp_path, suite_folder):
    with FaultyServer(tmp_path, ANSWERS, latency=0.3) as server:
        process = started("test_starter.py", *arguments(server, "--concurrency=2"), "-n2", environment=ENVIRONMENT)
        deadline = time.monotonic() + 60
        while len(stored(suite_folder)) < 6 and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
        time.sleep(1)  # what was in flight
        kept, before = len(stored(suite_folder)), len(asked(server))
        assert kept >= 6
        run(*arguments(server), here=True).assert_outcomes(passed=24)
        assert len(asked(server)) - before == 24 - kept


def test_an_interrupted_run_exports_what_reached_the_disk(started, tmp_path, suite_folder):
    with FaultyServer(tmp_path, ANSWERS, latency=0.3) as server:
        process = started("test_starter.py", *arguments(server, "--concurrency=1"), environment=ENVIRONMENT)
        folder = suite_folder / "results" / "tiny"
        deadline = time.monotonic() + 60
        while lines(folder / "samples.jsonl") < 3 and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 2, output
    assert "\ntiny   starter" in output
    kept = len(stored(suite_folder))
    assert f"\n{kept} answers are kept, {24 - kept} are missing: the same command goes on" in output
    about = json.loads((folder / "run.json").read_text())
    assert about["scores"][0]["samples"] == lines(folder / "samples.jsonl") >= 3
    pytest.importorskip("pyarrow", reason="needs pytest-codeeval[parquet]")
    assert (folder / "results.parquet").exists()


def stored(folder: Path) -> list[str]:
    """The task ids of the completions in the store."""
    try:
        with sqlite3.connect(f"file:{folder}/results/completions.sqlite3?mode=ro", uri=True) as db:
            return [row[0] for row in db.execute("SELECT task_id FROM completions")]
    except sqlite3.OperationalError:
        return []


def lines(path: Path) -> int:
    return len(path.read_text().splitlines()) if path.exists() else 0
