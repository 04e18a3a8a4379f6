"""Whole runs against an OpenAI-compatible server on loopback, asked directly."""

from __future__ import annotations

import importlib.util
import json

import pytest

from pytest_codeeval.benchmarks import STARTER
from pytest_codeeval.core.problem import DataRequest
from tests.servers.process import FaultyServer

if importlib.util.find_spec("aiohttp") is None:
    pytest.skip("needs pytest-codeeval[openai]", allow_module_level=True)

PROBLEMS = STARTER.load(DataRequest()).problems
ANSWERS = [
    {
        "prompt": problem.prompt.strip(),
        "response": f"Sure:\n\n```python\n{problem.prompt}{problem.canonical_solution}```\n",
    }
    for problem in PROBLEMS
]
BODIES = [{"prompt": problem.prompt, "response": problem.canonical_solution} for problem in PROBLEMS if problem.stub]


def test_samples_of_a_problem_come_by_one_request_and_a_second_run_asks_none(run, tmp_path, samples):
    with FaultyServer(tmp_path, ANSWERS) as server:
        arguments = ["--model=tiny", f"--base-url={server.base_url}", "--samples=3", "--temperature=0.8"]
        run(*arguments, here=True).assert_outcomes(passed=24)
        assert sum(request["n"] or 1 for request in server.requests()) == 72
        assert len(server.requests()) < 72
        before = len(server.requests())
        run(*arguments, here=True).assert_outcomes(passed=24)
        assert len(server.requests()) == before
    assert len(samples("tiny")) == 72


def test_faults_are_ridden_out_told_and_logged(run, tmp_path, suite_folder):
    faults = "429@1,500@3,503@5,garbage@7,empty@9,nochoices@11,cut@13,429@17-19"
    with FaultyServer(tmp_path, ANSWERS, faults=faults, retry_after=0.1) as server:
        result = run("--model=openai:tiny", f"--base-url={server.base_url}", "-n2")
        result.assert_outcomes(passed=24)
        answered = [request for request in server.requests() if request["fault"] is None]
    assert len(answered) == len({request["messages"][-1]["content"] for request in answered}) == 24
    # In lines of their own, though pytest captures what an item prints.
    result.stdout.fnmatch_lines(
        [
            "codeeval: tiny could not be asked (status 429): * - retry 1 of 5 in 0.? s",
            "codeeval: tiny answers again, after * failed call* in ? s",
            "tiny: 24 answers, * tokens in, * tokens out, cost unknown",
        ]
    )
    assert "\x1b" not in result.stdout.str()
    log = (suite_folder / "results/tiny/api_calls.jsonl").read_text().splitlines()
    calls = [json.loads(line) for line in log]
    assert [call["status"] for call in calls].count("ok") == 24
    failed = next(call for call in calls if call["status"] == 500)
    assert {"request", "attempt", "seconds", "task_id", "sample_index", "error"} <= failed.keys()


def test_a_base_model_continues_the_stub(run, tmp_path, suite_folder):
    with FaultyServer(tmp_path, BODIES) as server:
        result = run(
            "--model=tiny", f"--base-url={server.base_url}", "--mode=completion", "--model-args=top_k=5", here=True
        )
        assert all(request["more"] == {"top_k": 5} for request in server.requests())
    result.assert_outcomes(passed=len(BODIES), failed=24 - len(BODIES))
    about = json.loads((suite_folder / "results/tiny/run.json").read_text())
    assert about["options"]["models"][0]["mode"] == "completion"


def test_a_run_asks_no_more_before_its_budget_is_passed(run, tmp_path):
    with FaultyServer(tmp_path, ANSWERS) as server:
        arguments = ["--model=tiny", f"--base-url={server.base_url}"]
        prices = "--model-args=input_price=0,output_price=1000"
        result = run(*arguments, prices, "--max-tokens=200", "--max-cost=0.9", here=True)
        assert 0 < len(server.requests()) < 24
        asked = len(server.requests())
        # What was paid for is scored, and the rest is no zero.
        result.assert_outcomes(passed=asked, errors=24 - asked)
        result.stdout.fnmatch_lines([f"{24 - asked} problems could not be evaluated, through no fault of the model*"])
        result.stdout.fnmatch_lines(["*--max-cost=0.9 would be passed: $0.*"])
        result.stdout.fnmatch_lines([f"{asked} answer* kept, {24 - asked} are missing: the same command goes on*"])
        result.stdout.fnmatch_lines([f"tiny: {asked} answer*, cost $0.*"])
        assert result.ret == 1
        result = run(*arguments, "--max-cost=5", "--results=others", here=True)
        assert len(server.requests()) == asked
        result.stdout.fnmatch_lines(["*the prices of tiny are not known here*"])


def test_servers_that_die_or_refuse_are_left_out_and_cost_nothing(run, tmp_path, suite_folder, samples):
    wrong_key, dying = {"require_key": "another"}, {"faults": "die@2"}
    with (
        FaultyServer(tmp_path, ANSWERS, latency=0.05) as well,
        FaultyServer(tmp_path, ANSWERS, latency=0.05, **dying) as dead,
        FaultyServer(tmp_path, ANSWERS, latency=0.05, **wrong_key) as locked,
    ):
        urls = [f"--base-url={server.base_url}" for server in (well, dead, locked)]
        # Without a single retry, so that a charged attempt would be an error.
        run("--model=tiny", *urls, "--retries=0", "-n2").assert_outcomes(passed=24)
        about = json.loads((suite_folder / "results/tiny/run.json").read_text())["server"]["endpoints"]
        assert [one["url"] for one in about] == [well.base_url, dead.base_url, locked.base_url]
        assert [one["answers"] for one in about] == [24 - about[1]["answers"], about[1]["answers"], 0]
        assert [one.get("times_left_out", 0) for one in about] == [0, 1, 1]
        asked = len(well.requests())
        # What one of them has answered is the model's: the first alone has it all.
        run("--model=tiny", urls[0], here=True).assert_outcomes(passed=24)
        assert len(well.requests()) == asked
    assert len(samples("tiny")) == 24
