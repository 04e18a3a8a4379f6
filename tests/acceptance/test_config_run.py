"""A whole job from one file: models of several kinds, each asked in its own way, on several suites in one run."""

from __future__ import annotations

import importlib.util
import json

import pytest

from pytest_codeeval.benchmarks import STARTER
from pytest_codeeval.cli import main
from pytest_codeeval.core.problem import DataRequest
from pytest_codeeval.generation.calls import FILE_NAME as CALLS
from tests.servers.process import FaultyServer

for _package in ("aiohttp", "pydantic", "yaml", "vl_convert"):
    if importlib.util.find_spec(_package) is None:
        pytest.skip("needs pytest-codeeval[openai,config,charts]", allow_module_level=True)

PROBLEMS = STARTER.load(DataRequest()).problems[:3]
ANSWERS = [
    {"prompt": p.prompt.strip(), "response": f"```python\n{p.prompt}{p.canonical_solution}```"} for p in PROBLEMS
]

JOB = """
models:
  - model: replay:said.jsonl
    name: recorded
  - model: openai:tiny
    name: cold
    base_url: {url}
    temperature: 0
  - model: openai:tiny
    name: hot
    base_url: {url}
    temperature: 0.9
    system: Be brief.
  - model: openai:gone
    base_url: http://127.0.0.1:1/v1
    retries: 0
  - demo
suites:
  - suite: starter
    limit: 3
  - suite: starter-general
    limit: 2
  - suite: agents-tools
    limit: 1
workers: 2
data: no-data
results: out
html: page.html
report: report.html
charts: charts
self_test: off
fail_under:
  starter:pass@1: 0.5
"""


@pytest.fixture
def server(tmp_path, suite_folder):
    (suite_folder / "jobs/no-data").mkdir(parents=True)
    said = [{"task_id": p.task_id, "completion": p.canonical_solution} for p in PROBLEMS]
    (suite_folder / "jobs/said.jsonl").write_text("".join(json.dumps(row) + "\n" for row in said))
    with FaultyServer(tmp_path, ANSWERS) as server:
        (suite_folder / "jobs/eval.yaml").write_text(JOB.format(url=server.base_url))
        yield server


def test_one_file_is_the_whole_job(run, server, suite_folder):
    first = run("--config=jobs/eval.yaml", suite="")
    assert first.ret == 1  # the server that is gone is nobody's score
    folder = suite_folder / "jobs/out"
    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == [
        "cold",
        "demo",
        "gone",
        "hot",
        "recorded",
    ]
    assert (suite_folder / "jobs/page.html").stat().st_size > 10_000
    assert (suite_folder / "jobs/report.html").stat().st_size > 10_000
    assert (suite_folder / "jobs/charts/tables.md").exists()

    # A model that cannot be asked leaves the others to go on, each on all suites and asked in its own way.
    first.stdout.fnmatch_lines(
        [
            "codeeval: gone could not be asked: Connection refused*",
            "6 problems could not be evaluated, through no fault of the model; they are in no score:",
            "--fail-under starter:pass@1=0.5: not judged: no problem of starter could be evaluated with gone",
        ]
    )
    scores = {name: scored(folder / name) for name in ("recorded", "cold", "hot", "demo", "gone")}
    right = {f"Starter/{n}": "passed" for n in range(3)}
    assert scores["recorded"] == right
    assert {name: found | right for name, found in scores.items() if name in ("cold", "hot")} == {
        name: scores[name] for name in ("cold", "hot")
    }
    assert [len(scores[name]) for name in ("cold", "hot", "demo", "gone")] == [6, 6, 6, 0]
    asked = [
        (request["temperature"], request["messages"][0]["content"] == "Be brief.") for request in server.requests()
    ]
    assert sorted(asked) == [(0, False)] * 6 + [(0.9, True)] * 6
    logged = {name: [call["request"]["params"] for call in rows_of(folder / name / CALLS)] for name in ("cold", "hot")}
    assert {name: {params["temperature"] for params in found} for name, found in logged.items()} == {
        "cold": {0},
        "hot": {0.9},
    }
    options = {name: json.loads((folder / name / "run.json").read_text())["options"] for name in scores}
    assert [options[name]["params"]["temperature"] for name in ("cold", "hot")] == [0, 0.9]

    # The same file in one process, for one of its models: nothing is asked twice.
    second = run("--config=jobs/eval.yaml", "--models=hot", "-n0", suite="", here=True)
    second.stdout.fnmatch_lines(["codeeval: model hot, results in jobs/out/hot"])
    assert len(server.requests()) == 12
    assert scored(folder / "hot") == scores["hot"]


def test_an_entry_of_a_file_that_has_no_such_suite_is_refused_not_left_without_its_settings(run, suite_folder, capsys):
    told = (
        "suites: test_starter.py has no suite 'start' (did you mean 'starter'?); it has starter: write that as suite:"
    )
    (suite_folder / "eval.yaml").write_text("models: [demo]\nsuites: [{suite: start, file: test_starter.py, limit: 1}]")
    refused = run("--config=eval.yaml", suite="starter", here=True)
    assert refused.ret == 4
    refused.stderr.fnmatch_lines([f"ERROR: {told.replace('[', '[[]')}*"])
    # What the run alone can tell is told by a check of the file as well.
    assert main(["config", "check", "eval.yaml"]) == 4
    assert f"eval.yaml: {told}" in capsys.readouterr().err


def scored(folder):
    """Return the outcome of each problem that has one."""
    return {row["task_id"]: row["outcome"] for row in rows_of(folder / "samples.jsonl")}


def rows_of(path):
    """Return the rows of a file, none if it is not there."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
