"""Which models meet over which questions, and what cannot be."""

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.match import Orders
from pytest_codeeval.plugin.arena import Arena
from tests.plugin.options import settings

PLAYERS = ("a", "b", "c")


def test_each_meets_each_or_the_baseline_alone():
    assert Arena().match("b", PLAYERS, "Q/1").rivals == ("a", "c")
    arena = Arena(baseline="c")
    assert [arena.match(player, PLAYERS, "Q/1").rivals for player in PLAYERS] == [("c",), ("c",), ("a", "b")]


def test_a_file_says_who_meets(tmp_path):
    file = tmp_path / "pairs.jsonl"
    file.write_text('{"question_id": "Q/1", "model_a": "c", "model_b": "a"}\n')
    arena = settings(models=["demo", "reference"], arena_pairs=str(file), arena_orders="random").arena
    assert arena.how == "shown one order (drawn by 0)"
    assert (Arena().how, Arena(mode="single").how) == ("", "rating each answer")
    assert (arena.orders, arena.match("a", PLAYERS, "Q/1").rivals) == (Orders.RANDOM, ("c",))
    assert arena.match("b", PLAYERS, "Q/1").rivals == arena.match("a", PLAYERS, "Q/2").rivals == ()
    file = tmp_path / "broken.jsonl"
    file.write_text('{"question_id": 1, "model_a": "a", "model_b": "a"}\n')
    with pytest.raises(UsageError, match="needs question_id, model_a and model_b"):
        Arena(pairs=str(file)).match("a", PLAYERS, "Q/1")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"arena_mode": "pairwize"}, "--arena-mode='pairwize' is none of pairwise, single"),
        ({"arena_orders": "all"}, "--arena-orders='all' is none of both, random, one"),
        ({"arena_pairs": "nowhere"}, "is no file"),
        ({"arena_seed": "x"}, "--arena-seed=x has to be a whole number"),
    ],
)
def test_what_cannot_be_is_said(asked, said):
    with pytest.raises(UsageError, match=said):
        settings(models=["demo"], **asked)


@pytest.mark.parametrize(
    ("arena", "players", "samples", "said"),
    [
        (Arena(), ("a",), None, "one is named; name more"),
        (Arena(baseline="bb"), ("a", "b"), None, "is none of the models a, b"),
        (Arena(), ("a", "b"), 3, "a battle is of one answer"),
    ],
)
def test_what_gives_no_battle_is_refused(arena, players, samples, said):
    with pytest.raises(UsageError, match=said):
        arena.check(players, samples)
