"""Runs against a server on loopback that speaks DashScope's protocol, through DashScope's own SDK."""

from __future__ import annotations

import importlib
import importlib.util
import json
import warnings

import pytest

from pytest_codeeval.benchmarks import STARTER
from pytest_codeeval.core.problem import DataRequest
from tests.servers.dashscope import DashScopeServer

if importlib.util.find_spec("dashscope") is None:
    pytest.skip("needs pytest-codeeval[dashscope]", allow_module_level=True)

KEY = "sk-never-to-be-seen-4711"
ENVIRONMENT = {"DASHSCOPE_API_KEY": KEY, "NO_PROXY": "127.0.0.1", "PYTHONWARNINGS": "ignore"}
PROBLEMS = STARTER.load(DataRequest()).problems
ANSWERS = {
    problem.prompt.strip(): f"Sure:\n\n```python\n{problem.prompt}{problem.canonical_solution}```\n"
    for problem in PROBLEMS
}


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """Load the SDK once for all runs in this process; what it warns of is its own affair."""
    with warnings.catch_warnings(action="ignore"):
        importlib.import_module("dashscope")


def arguments(server: DashScopeServer, *more: str) -> list[str]:
    return ["--model=dashscope:qwen-plus", f"--base-url={server.base_url}", *more]


def test_a_run_asks_each_problem_once_and_a_second_run_none(run, samples, suite_folder):
    kinds = {2: "throttled", 5: "garbage", 8: "internal", 11: "cut", 14: "html"}
    with DashScopeServer(ANSWERS, kinds.get, key=KEY, retry_after=0.05) as server:
        run(*arguments(server), "-n2", environment=ENVIRONMENT).assert_outcomes(passed=24)
        assert len(server.requests) == 24 + len(kinds)
        run(*arguments(server), here=True).assert_outcomes(passed=24)
        assert len(server.requests) == 24 + len(kinds)
    assert {row["cause"] for row in samples("qwen-plus")} == {"passed"}
    holders = [path for path in suite_folder.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    assert holders == []


def test_thinking_is_kept_apart_and_a_refusal_is_the_models(run, samples, suite_folder):
    with DashScopeServer(ANSWERS, {2: "refused"}.get, reasoning="First I think.", streams_only=True) as server:
        told = arguments(server, "--limit=3", "--concurrency=1")
        run(*told, environment=ENVIRONMENT, here=True).assert_outcomes(passed=2, failed=1)
    assert [sent["streamed"] for sent in server.requests] == [False, True, True, True]
    assert sorted(row["cause"] for row in samples("qwen-plus")) == ["passed", "passed", "refusal"]
    log = (suite_folder / "results/qwen-plus/api_calls.jsonl").read_text().splitlines()
    answers = [json.loads(line)["response"] for line in log]
    assert sorted(answer["reasoning"] for answer in answers) == ["", "First I think.", "First I think."]


def test_a_bad_key_costs_one_request(run):
    with DashScopeServer(ANSWERS, key="another") as server:
        result = run(*arguments(server), environment=ENVIRONMENT, here=True)
    assert len(server.requests) == 1
    assert result.ret not in (0, 4, 5)
    result.stdout.fnmatch_lines(["*status 401*InvalidApiKey*check the key in DASHSCOPE_API_KEY*"])
