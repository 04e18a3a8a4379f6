"""`codeeval arena`: its words, and rounds of battles that are played by a program in the place of pytest."""

import json
import sys

import pytest

from pytest_codeeval.cli import main
from pytest_codeeval.cli.arena.plan import Plan
from pytest_codeeval.cli.arena.rounds import play
from pytest_codeeval.cli.arena.words import read_words
from pytest_codeeval.core.errors import UsageError

PLAYERS = ("a", "b", "c")
PAIRS = (("a", "b"), ("a", "c"), ("b", "c"))
QUESTIONS = tuple(f"Q/{n}" for n in range(40))
# Decides what is planned, as an arena would that is hidden behind pytest; but for question 7.
PROGRAM = """
import hashlib, json, pathlib, sys
folder = pathlib.Path(sys.argv[1])
plan = [json.loads(line) for line in open(sys.argv[2].partition("=")[2])]
with (folder / "runs").open("a") as runs:
    runs.write(f"{len(plan)}\\n")
out = []
for row in plan:
    one, other = row["model_a"], row["model_b"]
    if row["question_id"] == "Q/7":
        continue
    drawn = hashlib.sha256(json.dumps(row).encode()).digest()[0]
    first = drawn < (140 if one == "a" else 120)
    for a, b, won in ((one, other, first), (other, one, not first)):
        out.append({**row, "model_a": a, "model_b": b, "winner": "model_a" if won else "model_b"})
(folder / "battles_arena.jsonl").write_text("".join(json.dumps(row) + "\\n" for row in out))
"""


def plan(folder, **bounds):
    given = {"battles": None, "until_ci": None, **bounds}
    return Plan(PLAYERS, QUESTIONS, PAIRS, folder=folder, suite="arena", **given)


def played(folder, **bounds):
    code = play([sys.executable, "-c", PROGRAM, str(folder)], plan(folder, **bounds))
    runs = folder / "runs"
    return code, list(map(int, runs.read_text().split())) if runs.exists() else []


def test_rounds_end_with_the_battles_that_were_asked_for_and_go_on_from_there(tmp_path, capfd):
    code, runs = played(tmp_path, battles=40)
    assert (code, runs[0], runs[-1]) == (0, 15, 40)
    assert "39 of 40 battles are decided, and more were not asked for" in capfd.readouterr().out
    rows = [json.loads(line) for line in (tmp_path / "arena_pairs.jsonl").read_text().splitlines()]
    assert len({(row["question_id"], row["model_a"], row["model_b"]) for row in rows}) == 40
    assert played(tmp_path, battles=40)[1] == [*runs, 40]  # for question 7, which is tried once more
    more = played(tmp_path, battles=60)[1]
    assert more[-1] == 60
    folder = tmp_path / "stuck"
    plan(folder).write([("Q/7", "a", "b")])
    assert played(folder, battles=4)[1] == [1, 4]


def test_what_is_decided_already_is_run_once_more_as_it_may_be_by_other_judges(tmp_path, capfd):
    bounds = plan(tmp_path, battles=3)
    bounds.write([("Q/1", "a", "b"), ("Q/1", "a", "b")])
    assert bounds.planned() == [("Q/1", "a", "b")]
    bounds.write([("Q/1", "a", "b"), ("Q/2", "a", "b"), ("Q/1", "b", "c")])
    assert played(tmp_path, battles=3) == (0, [3])
    assert played(tmp_path, battles=3) == (0, [3, 3])
    assert "3 of 3 battles are decided" in capfd.readouterr().out
    refused = [sys.executable, "-c", "import sys; sys.exit(2)"]  # as a run does in a folder of other judges
    assert play(refused, bounds) == 2
    assert "are decided" not in capfd.readouterr().out
    bounds.path.unlink()
    assert played(tmp_path, until_ci=1000.0)[1][2] == 15


def test_a_round_that_was_stopped_is_played_before_another_is_planned(tmp_path):
    plan(tmp_path).write([("Q/1", "a", "b"), ("Q/2", "b", "c")])
    assert played(tmp_path, battles=5)[1][0] == 2


def test_rounds_end_when_intervals_are_narrow(tmp_path, capfd):
    code, runs = played(tmp_path, until_ci=90.0)
    assert code == 0
    assert 15 < runs[-1] < 120
    assert "all intervals reach" in capfd.readouterr().out


def test_a_round_that_fails_ends_all(tmp_path):
    assert play([sys.executable, "-c", "import sys; sys.exit(3)"], plan(tmp_path, battles=9)) == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["a.yaml", "--battles=0"], "--battles=0 has to be"),
        (["a.yaml", "--battles"], "--battles needs a value"),
        (["a.yaml", "--until-ci=wide"], "--until-ci=wide has to be"),
        (["a.yaml", "b.yaml"], "are two files"),
        (["-x"], "no file is named"),
    ],
)
def test_words_that_cannot_be_are_said(words, said):
    with pytest.raises(UsageError, match=said):
        read_words(words)


def test_words_go_to_pytest_as_they_are(tmp_path):
    words = read_words(["-n", "2", "a.yaml", "--results", str(tmp_path), "-x", "--battles=7", "--without=a,b"])
    assert words.others == ("-n", "2", f"--results={tmp_path}", "-x")
    assert (str(words.file), words.battles, words.without) == ("a.yaml", 7, ("a", "b"))
    assert words.results(None) == tmp_path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("models: [demo, reference]\nsuites: [starter]\n", "2: suites has no arena"),
        ("models: [demo, reference]\narena: {baseline: gpt-4, battles: 4}\n", "baseline 'gpt-4' is none of the models"),
        ("models: [demo]\narena: {battles: 4}\n", "fewer than two"),
        ("models: [demo]\narena: {order: both}\n", "2: there is no key 'order' in arena"),
        ("models: [demo]\narena: {orders: all}\n", "2: arena.orders is 'all', and has to be one of"),
        ("models: [demo]\narena: {mode: }\n", "2: arena.mode has no value"),
    ],
)
def test_files_that_cannot_be_are_said(tmp_path, text, said, capsys):
    file = tmp_path / "arena.yaml"
    file.write_text(text)
    assert main(["arena", str(file)]) == 4
    assert said in capsys.readouterr().err


def test_a_file_of_the_users_own_is_not_overwritten_by_what_evalscopes_comes_to(tmp_path, capsys):
    (tmp_path / "q.jsonl").write_text('{"question_id": 1, "text": "Why?"}\n')
    models = "{a: {model_id_or_path: 'openai:a'}, b: {model_id_or_path: 'openai:b'}}"
    (tmp_path / "cfg_arena.yaml").write_text(f"question_file: q.jsonl\nanswers_gen: {models}\n")
    own = tmp_path / "arena.yaml"
    own.write_text("models: [demo]\n")
    assert main(["arena", str(tmp_path / "cfg_arena.yaml"), f"--results={tmp_path}"]) == 4
    assert "is not of our making" in capsys.readouterr().err
    assert own.read_text() == "models: [demo]\n"
