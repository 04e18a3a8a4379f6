"""Whole runs of the arena: models and a judge on loopback servers, killed on the way, and what stands at the end."""

import importlib.util
import json
import re
import signal
import time
from collections import Counter

import pytest

from pytest_codeeval.cli import main
from tests.servers.talking import asked_of, talking

if importlib.util.find_spec("aiohttp") is None:
    pytest.skip("needs pytest-codeeval[openai]", allow_module_level=True)

GOOD = {"strong": 9, "middle": 5}
RECORDED = "quality 1, and a text from elsewhere"
SILENT = "Why 7?"


def model_says(body):
    return f"quality {GOOD[body['model']]}: {asked_of(body)} <img src=x>\n\nVERDICT: A"


def judge_says(body):
    """Prefer the better answer, but the first of all to question 3, and say nothing of question 7."""
    shown = body["messages"][1]["content"]
    if " OF A " not in shown:
        return "VERDICT: 1"
    if SILENT in shown:
        return "Who knows."
    first, second = (int(found) for found in re.findall(r">>>\nquality (\d)", shown))
    return f"{first} and {second}\n\nVERDICT: {'A' if 'Why 3?' in shown or first > second else 'B'}"


@pytest.fixture
def asked(suite_folder):
    """Write questions and recorded answers; return the arguments of a run on two servers."""
    questions = [{"question_id": n, "text": f"Why {n}?", "category": "generic"} for n in range(1, 9)]
    (suite_folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in questions))
    said = [{"question_id": n, "model_id": "old", "choices": [{"index": 0, "turns": [RECORDED]}]} for n in range(1, 9)]
    (suite_folder / "old.jsonl").write_text("".join(json.dumps(row) + "\n" for row in said))

    def asked(model, judge):
        players = ("--model=openai:strong", "--model=openai:middle", "--model=replay:old.jsonl")
        servers = (f"--base-url={model.base_url}", "--judge=openai:referee", f"--judge-url={judge.base_url}")
        return ["test_arena.py", "--dataset=questions.jsonl", *players, *servers, "--retries=1"]

    return asked


def distinct(server):
    return Counter(json.dumps([body["model"], body["messages"]]) for body in server.requests)


def test_an_arena_that_was_killed_asks_nothing_twice_and_says_who_is_better(run, started, asked, suite_folder, capsys):
    with talking(model_says) as model, talking(judge_says) as judge:
        process = started(*asked(model, judge), "-n0")
        while len(judge.requests) < 12:
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
        result = run(*asked(model, judge)[1:], "-n2", suite="arena")
        assert result.ret == 1
        assert result.parseoutcomes() == {"passed": 21, "errors": 3}
        said = result.stdout.str()
        assert "the judge referee gave no verdict, asked twice" in said
        # What was under way when the run was killed may have been asked again, and no more than that.
        again = {text: times for text, times in distinct(judge).items() if times > 1 and SILENT not in text}
        assert len(again) <= 4
        assert max(distinct(model).values()) == 1
        assert len(model.requests) == 16  # nobody was asked for what was recorded
    lines = (suite_folder / "results/battles_arena-own.jsonl").read_text().splitlines()
    games = [json.loads(line) for line in lines]
    assert len(games) == 7 * 3 * 2
    third = {row["winner"] for row in games if row["question_id"] == "Arena/3"}
    assert third == {"model_a"}
    standing = re.findall(r"^\d +(strong|middle|replay:old) ", said, re.MULTILINE)
    assert standing == ["strong", "middle", "replay:old"]
    assert "judged in both orders: 21, of which 85.7% came out the same" in said
    page = (suite_folder / "results/leaderboard_arena-own.html").read_text()
    assert "&lt;img src=x&gt;" in page
    assert "<img" not in page
    assert main(["rate", str(suite_folder / "results/battles_arena-own.jsonl")]) == 0
    assert "of which 85.7% came out the same" in capsys.readouterr().out


def test_the_arena_runs_without_a_model_and_refuses_what_is_none(run, suite_folder):
    players = ("--model=demo", "--model=reference", "--judge=demo")
    config = suite_folder / "arena.yaml"
    config.write_text("models: [demo, reference]\njudges: [demo]\narena: {battles: 6}\nsuites: [arena]\n")
    assert main(["config", "check", str(config)]) == 0
    assert run(*players, suite="arena", here=True).ret == 0
    table = (suite_folder / "results/elo_rating_arena.csv").read_text()
    assert table.startswith(
        "model,rating,rating_q975,rating_q025,num_battles,final_ranking,elo_rating_online\nreference,"
    )
    alone = run("--model=demo", "--judge=demo", suite="arena", here=True)
    assert alone.ret == 4
    alone.stdout.fnmatch_lines(["*the arena sets models side by side, and one is named; name more, each by --model.*"])
