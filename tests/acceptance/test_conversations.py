"""Whole runs of suites of two turns against servers on loopback: what is asked, kept, resumed and replayed."""

from __future__ import annotations

import importlib.util
import json
import signal
import threading
import time
from collections import Counter

import pytest

from tests.acceptance.small import MT_BENCH, TEMPERATURES, small_data
from tests.servers.talking import asked_of, talking
from tests.servers.worded import error

if importlib.util.find_spec("aiohttp") is None:
    pytest.skip("needs pytest-codeeval[openai]", allow_module_level=True)

FIRST, SECOND = ({turns[n]: number for number, (_, *turns) in MT_BENCH.items()} for n in range(2))


def model_says(body):
    """Think and answer; of question 141 nothing at all."""
    question = asked_of(body)
    if question in FIRST:
        return "" if FIRST[question] == 141 else f"<think>a plan</think>\nFirst of {FIRST[question]}."
    return f"Second of {SECOND[question]}."


def judge_says(body):
    """Rate first answers 8, and second ones 4.5."""
    return "Well.\n\n[[4.5]]" if "ANSWER 2" in asked_of(body) else "Well.\n\n[[8]]"


def arguments(model, judge, folder, *more):
    return [
        *("--model=openai:tiny", f"--base-url={model.base_url}", "--judge=openai:referee"),
        *(f"--judge-url={judge.base_url}", f"--data={folder}", "--retries=1", *more),
    ]


def test_a_second_turn_is_asked_kept_resumed_and_replayed(run, tmp_path, samples):
    folder = small_data(tmp_path / "data")
    with talking(model_says) as model, talking(judge_says) as judge:
        asked = arguments(model, judge, folder, "--samples=2", "--system=Be brief.", "--stop=@@", "--stop=%%")
        first = run(*asked, "-n2", suite="mt_bench")
        first.assert_outcomes(passed=2, failed=1)
        second_turns = [body["messages"] for body in model.requests if asked_of(body) in SECOND]
        assert {json.dumps(said) for said in second_turns} == {
            json.dumps(
                [
                    {"role": "system", "content": "Be brief."},
                    {"role": "user", "content": turns[0]},
                    {"role": "assistant", "content": f"First of {number}."},
                    {"role": "user", "content": turns[1]},
                ]
            )
            for number, (_, *turns) in MT_BENCH.items()
            if number != 141
        }
        for body in model.requests:
            question = asked_of(body)
            category = MT_BENCH[(FIRST | SECOND)[question]][0]
            assert (body["temperature"], body["stop"]) == (TEMPERATURES[category], ["@@", "%%"])
        before = len(model.requests), len(judge.requests)
        again = run(*asked, suite="mt_bench", here=True)
        again.assert_outcomes(passed=2, failed=1)
        assert (len(model.requests), len(judge.requests)) == before
        rows = {(row["task_id"], row["sample_index"]): row for row in samples("tiny")}
        assert len(rows) == 6
        row = rows["MT-Bench/81", 1]
        assert row["measures"] == {"rating": 6.25, "turn 1": 8.0, "turn 2": 4.5}
        assert (row["completion"], [turn["finish_reason"] for turn in row["turns"]]) == ("Second of 81.", ["stop"])
        empty = rows["MT-Bench/141", 0]
        assert (empty["outcome"], empty["value"], empty["turns"]) == ("no_answer", 1.0, [])
        assert empty["detail"].startswith("turn 1: the answer is empty, so that the next one was not asked")

        recorded = f"--model=replay:{tmp_path / 'recorded.jsonl'}"
        (tmp_path / "recorded.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows.values()))
        replayed = [recorded, "--judge=openai:referee", f"--judge-url={judge.base_url}", f"--data={folder}"]
        run(*replayed, suite="mt_bench", here=True).assert_outcomes(passed=2, failed=1)
        assert (len(model.requests), len(judge.requests)) == before
    names = ("value", "measures", "outcome", "cause", "detail", "completion", "turns")
    for row in samples("replay-recorded"):
        original = rows[row["task_id"], row["sample_index"]]
        assert [row[name] for name in names] == [original[name] for name in names]


def test_fastchats_answers_are_replayed(run, tmp_path, samples):
    folder, path = small_data(tmp_path / "data"), tmp_path / "vicuna.jsonl"
    said = [
        {"question_id": n, "model_id": "vicuna", "choices": [{"index": 0, "turns": [f"First of {n}.", "More."]}]}
        for n in MT_BENCH
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in said))
    with talking(judge_says) as judge:
        asked = (
            f"--model=replay:{path}",
            "--judge=openai:referee",
            f"--judge-url={judge.base_url}",
            f"--data={folder}",
        )
        run(*asked, suite="mt_bench", here=True).assert_outcomes(passed=3)
        shown = [asked_of(body) for body in judge.requests]
    assert sum("First of 81." in text and "More." in text for text in shown) == 1
    assert {row["value"] for row in samples("replay-vicuna")} == {6.25}


def test_what_was_killed_in_a_second_turn_and_in_a_judgment_goes_on(run, started, tmp_path, samples):
    """Nothing is lost, and nothing asked twice but what nobody had answered yet."""
    folder = small_data(tmp_path / "data")
    held = {name: threading.Event() for name in ("model", "judge")}
    go_on = {name: threading.Event() for name in ("model", "judge")}
    answered = {"model": Counter(), "judge": Counter()}

    def holding(name, says, is_meant):
        def reply(body):
            if is_meant(body) and not go_on[name].is_set():
                held[name].set()
                assert go_on[name].wait(60)
                return error(500, "nobody waits for this any more")
            answered[name][json.dumps(body, sort_keys=True)] += 1
            return says(body)

        return talking(reply)

    second = holding("model", model_says, lambda body: SECOND.get(asked_of(body)) == 101)
    verdict = holding("judge", judge_says, lambda body: go_on["model"].is_set() and "Second of 101." in asked_of(body))
    with second as model, verdict as judge:
        asked = arguments(model, judge, folder, "--concurrency=1")
        for name in ("model", "judge"):
            process = started("test_mt_bench.py", *asked, *(["-n2"] if name == "model" else []))
            assert held[name].wait(60)
            time.sleep(1)  # what was answered otherwise is stored by now
            process.send_signal(signal.SIGKILL)
            process.wait()
            go_on[name].set()
        run(*asked, suite="mt_bench", here=True).assert_outcomes(passed=2, failed=1)
    # An empty answer is asked for once more, in the same words.
    empty = sum(count for body, count in answered["model"].items() if "lever" in body)
    assert empty <= 2
    assert {count for body, count in answered["model"].items() if "lever" not in body} == {1}
    assert set(answered["judge"].values()) == {1}
    assert {row["task_id"]: row["value"] for row in samples("tiny")} == {
        "MT-Bench/81": 6.25,
        "MT-Bench/101": 6.25,
        "MT-Bench/141": 1.0,
    }


def test_a_server_that_dies_between_the_turns_is_an_error(run, tmp_path, samples):
    folder = small_data(tmp_path / "data")

    def says(body):
        return error(500, "out of memory") if asked_of(body) == "Now about snow." else model_says(body)

    with talking(says) as model, talking(judge_says) as judge:
        result = run(*arguments(model, judge, folder), "-n2", suite="mt_bench")
    assert result.ret == 1
    result.assert_outcomes(passed=1, failed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["1 problem could not be evaluated, through no fault of the model*", "  MT-Bench/81: *"]
    )
    assert {row["task_id"] for row in samples("tiny")} == {"MT-Bench/101", "MT-Bench/141"}
