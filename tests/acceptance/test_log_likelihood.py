"""Whole runs on loopback in which models are asked how likely choices are."""

from __future__ import annotations

import importlib.util
import json

import pytest

from tests.acceptance.small import small_data
from tests.servers.scoring import scoring, sum_behind

if importlib.util.find_spec("aiohttp") is None:
    pytest.skip("needs pytest-codeeval[openai]", allow_module_level=True)


def arguments(server, folder, *more):
    return ["--model=openai:tiny", f"--base-url={server.base_url}", f"--data={folder}", "--mode=score", *more]


def likeliest(number):
    """Return the letter of the choice that the server finds likeliest."""
    sums = [
        sum_behind(f"Question: Which of these is number {number}?\nAnswer:", f" item {number + n}") for n in range(4)
    ]
    return "ABCD"[sums.index(max(sums))]


def test_choices_are_scored_once_kept_and_replayed(run, tmp_path, samples):
    folder = small_data(tmp_path / "data")
    right = sum(likeliest(number) == "A" for number in range(10, 14))
    with scoring(vllm=True, bos=True) as server:
        asked = arguments(server, folder, "-k", "challenge", "--fail-under=arc-challenge:acc=0")
        first = run(*asked, "-n2", suite="arc")
        assert first.ret == 0
        first.assert_outcomes(passed=right, failed=4 - right)
        first.stdout.fnmatch_lines(["*acc (95 %)*acc_norm (95 %)*", f"*arc-challenge *4*{right / 4:.1%}*"])
        first.stdout.fnmatch_lines(["arc-challenge: by log-likelihood*"])
        count = len(server.requests)
        bodies = [body for body in server.requests if "prompt_logprobs" in body]
        assert len(bodies) == 4
        run(*asked, suite="arc", here=True).assert_outcomes(passed=right, failed=4 - right)
        assert len(server.requests) == count
        with_shots = run(*asked, "--shots=2", suite="arc", here=True)
        assert with_shots.ret == 4
        with_shots.stderr.fnmatch_lines(["*holds results made with other settings (shots *"])
        assert len(server.requests) == count
    rows = samples("tiny")
    assert {row["task_id"]: row["answer"] for row in rows} == {
        f"ARC-Challenge/{place}": likeliest(number) for place, number in enumerate(range(10, 14))
    }
    expected = sum_behind("Question: Which of these is number 10?\nAnswer:", " item 10")
    (ten,) = (row for row in rows if row["task_id"] == "ARC-Challenge/0")
    assert ten["scores"][0]["logprob"] == pytest.approx(expected)

    recorded = tmp_path / "recorded.jsonl"
    recorded.write_text("".join(json.dumps(row) + "\n" for row in rows))
    replay = (f"--model=replay:{recorded}", f"--data={folder}", "-k", "challenge")
    run(*replay, "--mode=score", suite="arc", here=True).assert_outcomes(passed=right, failed=4 - right)
    assert [row["measures"] for row in samples("replay-recorded")] == [row["measures"] for row in rows]
    # Without the mode there would be words to score, and there are none: no score, and no chance.
    words = run(*replay, "--results=words", suite="arc", here=True)
    words.assert_outcomes(errors=4)
    words.stdout.fnmatch_lines(["*has log-likelihoods and no words; replay it with --mode=score*"])


def test_a_server_that_drops_them_is_an_error_and_no_score(run, tmp_path):
    folder = small_data(tmp_path / "data")
    with scoring(fault="drops") as server:
        result = run(*arguments(server, folder, "-k", "challenge"), suite="arc", here=True)
    assert result.ret == 2  # the run ends there: all others would be the same
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [f"*{server.base_url} drops the log-probabilities of prompts*use a server that gives *"]
    )
    assert "%" not in result.stdout.str().partition("code evaluation")[2]


def test_what_cannot_be_is_said_before_anything_is_asked(run, tmp_path, monkeypatch):
    folder = small_data(tmp_path / "data")
    with scoring() as server:
        refused = run(*arguments(server, folder), suite="gsm8k", here=True)
        said = refused.stdout.str() + refused.stderr.str()
        assert (refused.ret, server.requests) == (4, [])
        assert "--mode=score: gsm8k has no choices that can be scored; use --mode=auto." in said
        for more, what in (
            (["--samples=2"], "--samples=2: with --mode=score a model gives the same each time*"),
            (["--mode=chat", "--shots=2"], "--shots=2 is for choices that are scored; give --mode=score*"),
        ):
            other = run(*arguments(server, folder, *more), suite="arc", here=True)
            assert (other.ret, server.requests) == (4, [])
            other.stderr.fnmatch_lines([f"*{what}"])
    monkeypatch.setenv("DASHSCOPE_API_KEY", "k")
    chats = run("--model=dashscope:qwen-turbo", "--mode=score", f"--data={folder}", suite="arc", here=True)
    assert chats.ret == 4
    chats.stderr.fnmatch_lines(["*--mode=score: backend 'dashscope' gives no log-probabilities of a prompt*"])
