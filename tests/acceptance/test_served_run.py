"""Whole runs that start a server of their own: a real process in vLLM's place, so that it takes no time to load."""

from __future__ import annotations

import importlib.util
import json
import signal
import sys
import time
import uuid

import pytest

from tests.servers.marked import MARK, all_gone, marked
from tests.servers.pretend_vllm import executable

if importlib.util.find_spec("aiohttp") is None:
    pytest.skip("needs pytest-codeeval[openai]", allow_module_level=True)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture
def arguments(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    return [f"--model-args=vllm={executable(tmp_path)}", "--model=vllm:org/one"]


@pytest.fixture
def mark():
    mark = uuid.uuid4().hex
    yield mark
    assert all_gone(mark, 15) == []


def test_models_take_turns_and_their_servers_are_summed_up(run, arguments, suite_folder, mark):
    result = run(*arguments, "--model=vllm:org/two", "--preset=memory", "--limit=5", "-n2", environment={MARK: mark})
    assert all_gone(mark, 0) == []
    assert result.parseoutcomes() == {"failed": 10}
    said = [line for line in result.stdout.lines if line.startswith("codeeval: vLLM")]
    assert [line.split()[2:4] for line in said] == [["serves", "org/one"], ["is", "done"], ["serves", "org/two"]]
    for name in ("org-one", "org-two"):
        server = json.loads((suite_folder / "results" / name / "run.json").read_text())["server"]
        assert server["generation_tokens"] == 40
        assert "--max-num-seqs=32" in server["command"]
        assert (suite_folder / "results" / name / "server.jsonl").exists()
    again = run(*arguments, "--model=vllm:org/two", "--preset=balanced", "--limit=5", here=True)
    assert "codeeval: starting" not in again.stdout.str()
    assert "server" in json.loads((suite_folder / "results/org-one/run.json").read_text())


def test_a_model_that_was_trained_again_is_asked_again(run, arguments, suite_folder, mark):
    folder = suite_folder / "tiny"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"first")
    told = [arguments[0], f"--model=vllm:{folder}", "--mode=chat", "--limit=3"]
    served = "codeeval: vLLM serves tiny"
    assert served in run(*told, environment={MARK: mark}).stdout.str()
    assert served not in run(*told, here=True).stdout.str()
    (folder / "model.safetensors").write_bytes(b"second")
    # Answers of both are not to be mixed in one score …
    refused = run(*told, here=True)
    assert refused.ret == 4
    refused.stderr.fnmatch_lines(["*'results/tiny' holds results made with other settings (weights was *"])
    # … and the store, which all models share, has none of these weights.
    (suite_folder / "results/tiny").rename(suite_folder / "before")
    assert served in run(*told).stdout.str()
    assert len((suite_folder / "results/tiny/api_calls.jsonl").read_text().splitlines()) == 3


def test_an_older_folder_that_knows_no_weights_is_gone_on_with(run, arguments, suite_folder, mark):
    folder = suite_folder / "tiny"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    told = [arguments[0], f"--model=vllm:{folder}", "--mode=chat", "--limit=3"]
    run(*told, environment={MARK: mark})
    about = suite_folder / "results/tiny/run.json"
    known = json.loads(about.read_text())
    assert len(known["settings"].pop("weights")) == 16
    about.write_text(json.dumps(known))
    assert run(*told, here=True).parseoutcomes() == {"failed": 3}
    assert "weights" in json.loads(about.read_text())["settings"]


@pytest.mark.parametrize(
    ("number", "when"),
    [
        (signal.SIGINT, "answering"),
        (signal.SIGTERM, "loading"),
        (signal.SIGKILL, "answering"),
    ],
)
def test_nothing_is_left_of_a_run_that_is_ended(started, arguments, suite_folder, mark, number, when):
    told = {"load": 60} if when == "loading" else {"latency": 0.5}
    process = started(
        "test_starter.py", *arguments, "--concurrency=1", "-n2", environment={MARK: mark, "PRETEND": json.dumps(told)}
    )
    folder = suite_folder / "results/org-one"
    seen = folder / ("vllm.log" if when == "loading" else "api_calls.jsonl")
    deadline = time.monotonic() + 60
    while not (seen.exists() and seen.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert any("serve org/one" in line for line in marked(mark))
    process.send_signal(number)
    output, _ = process.communicate(timeout=60)
    assert all_gone(mark, 15) == [], output


def test_a_server_that_dies_is_started_once_more_and_all_is_answered(run, arguments, suite_folder, mark):
    told = json.dumps({"after": 6, "once": str(suite_folder / "died")})
    result = run(*arguments, "--mode=chat", environment={MARK: mark, "PRETEND": told})
    assert result.parseoutcomes() == {"failed": 24}
    assert (suite_folder / "died").exists()
    assert result.stdout.str().count("codeeval: vLLM serves org/one") == 2
    result.stdout.fnmatch_lines(["  RuntimeError: the engine is gone"])
    log = (suite_folder / "results/org-one/api_calls.jsonl").read_text().splitlines()
    statuses = [json.loads(line)["status"] for line in log]
    assert statuses.count("ok") == 24
    assert "error" in statuses


def test_a_server_that_dies_again_stops_the_run_with_its_reason(run, arguments, mark):
    told = json.dumps({"after": 6})
    result = run(*arguments, "--mode=chat", "-n2", environment={MARK: mark, "PRETEND": told})
    assert result.ret == 2
    assert result.stdout.str().count("codeeval: vLLM serves org/one") == 2
    result.stdout.fnmatch_lines(
        [
            "  RuntimeError: the engine is gone",
            "the run stopped early: the vLLM server of org/one ended by itself (exit status 1): RuntimeError: the eng*",
        ]
    )
    # The items whose turn had come, and none of all the others.
    assert result.parseoutcomes()["errors"] < 12


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--preset=fast"], "*--preset='fast' is none of performance, balanced, memory*"),
        (["--vllm-args=--port 80"], "*--port is set by the run itself*"),
        (["--vllm-url=localhost:8000"], "*is no URL*"),
    ],
)
def test_what_cannot_be_is_said_before_the_run(run, arguments, more, said):
    result = run(*arguments, *more, here=True)
    assert result.ret == 4
    result.stderr.fnmatch_lines([said])


def test_options_of_vllm_are_for_vllm(run):
    result = run("--model=demo", "--preset=memory", here=True)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*--preset is for models that vLLM serves*"])
