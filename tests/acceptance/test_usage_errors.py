"""Bad input: one sentence with the remedy, exit code 4, no traceback, nothing written."""

import json
import time

import pytest

CASES = {
    "an unknown model": (["--model=foo"], "--model='foo' names no model known here*"),
    "a misspelt backend": (["--model=replya:x"], "*did you mean 'replay'?*"),
    "a missing key": (["--model=gpt-4o"], "--model=gpt-4o needs a key in the environment: set OPENAI_API_KEY."),
    "a missing key by the table": (["--model=qwen-turbo"], "*set DASHSCOPE_API_KEY."),
    "no such setting": (
        ["--model=openai:x", "--base-url=http://127.0.0.1:1/v1", "--model-args=topk=5"],
        "--model-args topk=5: backend 'openai' has no such setting (did you mean 'top_k'?)*",
    ),
    "no such mode": (["--model=demo", "--mode=chatt"], "--mode='chatt' is none of auto, chat, completion*"),
    "only chats": (["--model=litellm:a/b", "--mode=completion"], "--mode=completion: backend 'litellm' only chats*"),
    "an address for two kinds of servers": (
        ["--model=tiny", "--model=dashscope:qwen-plus", "--base-url=http://127.0.0.1:1/v1"],
        "--base-url=http://127.0.0.1:1/v1 is for all models of a run, and --model=tiny and --model=dashscope:*",
    ),
    "an address for a model in process": (
        ["--model=tiny", "--model=hf:/m", "--base-url=http://127.0.0.1:1/v1"],
        "*--model=hf:/m runs in this process; leave one of them out.",
    ),
    "a key for two services": (
        ["--model=openai:x", "--model=litellm:groq/y", "--model-args=api_key_env=PATH"],
        "--model-args api_key_env=PATH is for all models of a run, and would send one key to the services of*",
    ),
    "a setting of one of two backends": (
        ["--model=tiny", "--model=litellm:z", "--base-url=http://127.0.0.1:1/v1", "--model-args=top_k=5"],
        "--model-args top_k=5: backend 'litellm' has no such setting*holds for all models of a run.",
    ),
    "a mode for one of two backends": (
        ["--model=tiny", "--model=litellm:z", "--base-url=http://127.0.0.1:1/v1", "--mode=completion"],
        "--mode=completion: backend 'litellm' only chats; openai, vllm, hf can do it*for all models of a run.",
    ),
    "no recording": (["--model=replay:nowhere.jsonl"], "--model=replay:nowhere.jsonl names no file*"),
    "k above n": (["--model=demo", "--pass-at=10", "--samples=1"], "--pass-at=10 needs at least that many samples*"),
    "no samples": (["--model=demo", "--samples=0"], "--samples=0 has to be a whole number from 1."),
    "a temperature in words": (["--model=demo", "--temperature=hot"], "--temperature=hot has to be a number*"),
    "an unreadable threshold": (["--model=demo", "--fail-under=x"], "--fail-under='x' is not understood; write*"),
    "a threshold without a model": (
        ["--fail-under=starter:pass@1=0.5"],
        "--fail-under=starter:pass@1=0.5 needs a model to judge; name one with --model, such as --model=demo.",
    ),
    "a threshold with an empty model": (["--model=", "--fail-under=starter:pass@1=0.5"], "--model='' names no model*"),
    "a k that is not reported": (
        ["--model=demo", "--samples=2", "--pass-at=1", "--fail-under=starter:pass@2=0.5"],
        "--fail-under=starter:pass@2=0.5 is about pass@2, which --pass-at=1 does not report; add it there.",
    ),
    "an unknown rule": (["--model=demo", "--pass-if=anny"], "*is none of any, all, majority (did you mean 'any'?)."),
    "an unknown sandbox": (["--model=demo", "--sandbox=plane"], "*is none of auto, strict, *(did you mean 'plain'?)."),
    "an absent package": (["--model=demo", "--allow-packages=no_such"], "--allow-packages='no_such' is not installed*"),
    "an unknown self-test": (["--model=demo", "--self-test=ful"], "*none of off, quick, full (did you mean 'full'?)."),
    "an unknown split": (["--model=demo", "--split=tset"], "--split='tset' is a part of no suite*"),
    "no data folder": (["--model=demo", "--data=nowhere"], "the data folder 'nowhere' is not there; give --data*"),
    "no dataset": (["--model=demo", "--dataset=nowhere.jsonl"], "--dataset='nowhere.jsonl' names no file*"),
    "a language without a dataset": (
        ["--model=demo", "--lang=klingon"],
        "--lang=klingon is the language of a --dataset, and none was given; give one. There are cpp, go, java, *",
    ),
    "a language that is known without a dataset": (
        ["--model=demo", "--lang=rs"],
        "--lang=rs is the language of a --dataset, and none was given; give one.",
    ),
    "no URL": (["--model=demo", "--base-url=here"], "--base-url='here' is no URL; give one such as*"),
    "one model twice": (["--model=demo", "--model=demo"], "*would share the results folder 'demo'*"),
}


@pytest.mark.parametrize(("arguments", "message"), CASES.values(), ids=CASES.keys())
def test_bad_input_is_one_sentence(run, suite_folder, monkeypatch, arguments, message):
    for name in ("OPENAI_API_KEY", "DASHSCOPE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    result = run(*arguments, here=True)
    assert result.ret == 4
    result.stderr.fnmatch_lines([f"ERROR: {message}"])
    result.stderr.no_fnmatch_line("*Traceback*")
    assert not (suite_folder / "results").exists()


def test_bad_input_is_said_once_with_workers(run):
    result = run("--model=demo", "--samples=0", "-n2")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: --samples=0*"])


def test_a_results_folder_that_cannot_be_written(run, suite_folder):
    (suite_folder / "occupied").write_text("a file")
    result = run("--model=demo", "--results=occupied", here=True)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: the results folder 'occupied/demo' cannot be written (Not a directory)*"])
    assert (suite_folder / "occupied").read_text() == "a file"


def test_missing_data_says_both_remedies(run, suite_folder):
    (suite_folder / "empty").mkdir()
    result = run("--model=reference", "--data=empty", "-n2", suite="humaneval", environment={"HF_HUB_OFFLINE": "1"})
    assert result.ret == 4
    said = (
        "codeeval: HumanEval was not found: run `codeeval data fetch humaneval --data empty`, or give --data DIR*hub*"
    )
    result.stdout.fnmatch_lines([said])
    result.stdout.no_fnmatch_line("*Traceback*")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("not json", "*own.jsonl, line 2: not valid JSON*"),
        ('{"task_id": "b"}', "*own.jsonl, line 2: field 'prompt' is missing"),
        ('{"prompt": "x", "test": "assert ("}', "*own.jsonl, line 2: field 'test' is not Python*"),
        ('{"prompt": "x", "test": "def check(f): assert f()"}', "*line 2: field 'entry_point' is missing*"),
        ('{"prompt": "x", "entry_point": "f", "test": "pass"}', "*line 2: field 'test' never uses the solution*"),
        ('{"prompt": "x", "entry_point": "f", "test": "f(1)\\nreturn"}', "*line 2: field 'test' is not Python*"),
        ('{"prompt": 3}', "*own.jsonl, line 2: field 'prompt' is not a text"),
        ('{"task_id": "a", "prompt": "x"}', "*own.jsonl, line 2: task_id 'a' stands at *line 1 already"),
    ],
)
def test_a_malformed_row_is_named_by_file_and_line(run, suite_folder, row, message):
    (suite_folder / "own.jsonl").write_text('{"task_id": "a", "prompt": "x"}\n' + row + "\n")
    result = run("--model=reference", "--dataset=own.jsonl", suite="dataset", here=True)
    assert result.ret == 4
    result.stdout.fnmatch_lines([f"codeeval: {message}"])


def test_a_folder_made_with_other_settings_is_left_alone(run, suite_folder, samples):
    recording = suite_folder / "own.jsonl"
    recording.write_text(json.dumps({"task_id": "Starter/0", "response": "no idea"}) + "\n")
    run("--model=replay:own.jsonl", here=True)
    before = samples("replay-own")
    recording.write_text(json.dumps({"task_id": "Starter/0", "response": "another"}) + "\n")
    result = run("--model=replay:own.jsonl", here=True)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: 'results/replay-own' holds results made with other settings (model was *"])
    assert samples("replay-own") == before


def test_a_folder_that_another_run_writes_to_is_left_alone(run, started, suite_folder):
    other = started("test_starter.py", "--model=demo")
    lock = suite_folder / "results" / "demo" / "run.json"
    deadline = time.monotonic() + 60
    while not lock.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    result = run("--model=demo", here=True)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: another run is writing to 'results/demo'*"])
    assert other.wait(timeout=60) == 1


def test_another_dataset_under_the_same_name_is_refused(run, suite_folder, samples):
    rows = suite_folder / "own.jsonl"
    rows.write_text('{"task_id": "a", "prompt": "x", "canonical_solution": "1"}\n')
    run("--model=reference", "--dataset=own.jsonl", suite="dataset", here=True)
    before = samples("reference")
    rows.write_text('{"task_id": "a", "prompt": "y", "canonical_solution": "2"}\n')
    result = run("--model=reference", "--dataset=own.jsonl", suite="dataset", here=True)
    assert result.ret == 4
    result.stdout.fnmatch_lines(["the run stopped early: 'results/reference' holds results of another dataset-own*"])
    assert samples("reference") == before
