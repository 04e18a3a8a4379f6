"""Planted judges show in the figures, and move equal models no further apart than the intervals say."""

import itertools
import json
import random

import pytest

from pytest_codeeval.cli import main
from pytest_codeeval.results.rating.battle import Battle
from pytest_codeeval.results.rating.games import judge_figures, settled
from pytest_codeeval.results.rating.leaderboard import leaderboard

MODELS = ("a", "b", "c")
JUDGES = {
    "always the first": lambda chance, lengths: 1.0,
    "always the second": lambda chance, lengths: 0.0,
    "always the longer": lambda chance, lengths: float(lengths[0] > lengths[1]),
    "by chance": lambda chance, lengths: float(chance.random() < 0.5),
    "always a tie": lambda chance, lengths: 0.5,
}


def games(judge, questions=40, seed=5):
    chance = random.Random(seed)
    found = []
    for question in range(questions):
        length = dict(zip(MODELS, map(float, chance.sample(range(50, 500), 3)), strict=True))
        for one, other in itertools.permutations(MODELS, 2):
            lengths = length[one], length[other]
            found.append(Battle(str(question), one, other, JUDGES[judge](chance, lengths), {"length": lengths}))
    return found


@pytest.mark.parametrize("judge", JUDGES)
def test_a_planted_judge_does_not_tell_equal_models_apart(judge):
    board = leaderboard(games(judge))
    assert [one.rank for one in board.standings] == [1, 1, 1]
    assert all(one.low <= 1000 <= one.high if one.low is not None else one.points == 1000 for one in board.standings)
    figures = board.judge
    assert figures.both_orders == 120
    assert any("can hardly tell" in note for note in board.notes) == (figures.consistent < 0.6)
    if judge in ("always the first", "always the second"):
        assert (figures.consistent, figures.first_won) == (0.0, float(judge == "always the first"))
    elif judge == "always the longer":
        assert (figures.consistent, figures.longer_won) == (1.0, 1.0)
    elif judge == "by chance":
        assert 0.35 < figures.consistent < 0.65
        assert 0.4 < figures.first_won < 0.6
    else:
        assert (figures.consistent, figures.decided, figures.first_won) == (1.0, 0, None)


def test_who_won_or_lost_all_stands_above_or_below_those_with_ratings():
    found = []
    for n in range(8):
        found += [Battle(str(n), "best", name, 1.0) for name in ("a", "b", "same", "last")]
        found += [Battle(str(n), name, "last", 1.0) for name in ("a", "b", "same")]
        found += [Battle(str(n), "a", "b", float(n < 7)), Battle(str(n), "a", "same", 0.5)]
    found.append(Battle("9", "late", "best", 1.0))
    board = leaderboard(found)
    places = [(one.model, one.rank, one.points is None) for one in board.standings]
    assert [name for name, _, _ in places] == ["late", "best", "a", "same", "b", "last"]
    ranks = {name: rank for name, rank, _ in places}
    assert (ranks["late"], ranks["best"], ranks["a"], ranks["last"]) == (None, 1, 2, 5)
    ties = leaderboard([Battle(str(n), "a", "b", 0.5) for n in range(9)])
    assert [(one.points, one.low, one.rank) for one in ties.standings] == [(1000.0, None, 1)] * 2
    assert any("no interval" in note for note in ties.notes)


def test_groups_that_cannot_be_compared_have_ranks_of_their_own():
    found = [Battle(str(n), "a", "b", float(n % 10 > 0)) for n in range(40)]
    found += [Battle(str(n), "c", "d", float(n % 10 > 0)) for n in range(40)]
    assert [(one.model, one.rank) for one in leaderboard(found).standings] == [("a", 1), ("c", 1), ("b", 2), ("d", 2)]


def test_two_orders_are_one_battle_and_a_tie_where_they_differ():
    both = [
        Battle("1", "a", "b", 1.0),
        Battle("1", "b", "a", 0.0),
        Battle("2", "a", "b", 1.0),
        Battle("2", "b", "a", 1.0),
    ]
    assert [battle.won for battle in settled(both)] == [1.0, 0.5]
    assert judge_figures(both).consistent == 0.5
    # Of the same order there is nothing to pair.
    assert len(settled([Battle("1", "a", "b", 1.0)] * 2)) == 2


def write(path, found):
    winner = {1.0: "model_a", 0.5: "tie", 0.0: "model_b"}
    rows = [
        {"question_id": int(one.question), "model_a": one.first, "model_b": one.second, "winner": winner[one.won]}
        for one in found
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def test_the_command_says_it_all_and_writes_a_table(tmp_path, capsys):
    path = write(tmp_path / "battles.jsonl", [*games("by chance"), Battle("99", "new", "a", 1.0)])
    table = tmp_path / "elo_rating.csv"
    assert main(["rate", path, "--csv", str(table), "--next", "2"]) == 0
    said = capsys.readouterr().out
    for part in ("rating (95 %)", "judged in both orders: 120", "new has no rating", "next: b and new"):
        assert part in said
    head, *rows = table.read_text().splitlines()
    assert head.startswith("model,rating,rating_q975,rating_q025,num_battles,final_ranking")
    assert rows[0].startswith("new,,,,1,")
    assert main(["rate", path, "--csv", str(table)]) == 4  # nothing is overwritten
    assert main(["rate", path, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["standings"]) == 4


@pytest.mark.parametrize("arguments", [["nowhere.jsonl"], ["--elo-k=0", "x"], ["--elo-k=nan", "x"]])
def test_bad_input_is_a_usage_error(tmp_path, arguments, capsys):
    assert main(["rate", *arguments]) == 4
    assert "Traceback" not in capsys.readouterr().err
