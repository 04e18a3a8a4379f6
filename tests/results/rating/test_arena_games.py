"""An arena's samples as games, what they say of several judges, and the page of them."""

import json
from html import unescape

import pytest

from pytest_codeeval.results import load
from pytest_codeeval.results.page.arena import arena_page
from pytest_codeeval.results.rating.alpha import krippendorff
from pytest_codeeval.results.rating.battle import Battle, read_battles
from pytest_codeeval.results.rating.leaderboard import leaderboard
from pytest_codeeval.results.rating.panel import agreement, panel_of
from pytest_codeeval.results.rating.played import arenas_of, games_of, lines_of
from pytest_codeeval.results.rating.shown import as_csv, as_lines, figures_in_words
from tests.results.runs import EVIL, dataset, row, write_run

SAID = {"judge": "because"}


def game(rival, first, won, **more):
    return {
        "rival": rival,
        "against": f"mark of {rival}",
        "first": first,
        "won": won,
        "judges": {"judge": won},
        "said": SAID,
        "styles": {"length": [10, 20] if first else [20, 10]},
        **more,
    }


def arena(folder, played, text="said"):
    """Write runs, given for each model its games by task."""
    about = {"datasets": {"arena": dataset("arena", battles=True)}}
    for model, tasks in played.items():
        rows = [
            row(
                task,
                suite="arena",
                completion=f"{model}: {text}",
                answer={"mark": f"mark of {model}", "games": games},
                value=0.5,
            )
            for task, games in tasks.items()
        ]
        write_run(folder / model, rows, **about)
    return load(folder)


def test_a_game_that_both_models_tell_of_is_one(tmp_path):
    tasks = {f"Q/{n}": n for n in range(6)}
    mine = {task: [game("b", True, 1.0), game("b", False, float(n % 2))] for task, n in tasks.items()}
    theirs = {task: [game("a", False, 0.0), game("a", True, float(1 - n % 2))] for task, n in tasks.items()}
    results = arena(tmp_path, {"a": mine, "b": theirs})
    assert arenas_of(results) == ["arena"]
    games = games_of(results, "arena")
    assert len(games) == 12
    path = tmp_path / "battles.jsonl"
    path.write_bytes(lines_of(games))
    read = read_battles(path)
    assert [one.won for one in read] == [one.won for one in games]
    board = leaderboard(read)
    assert board.standings[0].model == "a"
    assert (board.judge.both_orders, board.judge.consistent) == (6, 0.5)
    assert as_csv(board).startswith("model,rating,rating_q975")
    assert any("came out the same" in line for line in as_lines(board))


def test_what_is_of_another_answer_or_a_model_that_is_not_here_is_left_out(tmp_path):
    old = game("b", True, 1.0, against="mark of an earlier answer")
    only_mine = game("c", True, 1.0)
    broken = [{"rival": "b"}, 7, game("b", "x", 1.0), game("b", True, 3.0)]
    results = arena(tmp_path, {"a": {"Q/1": [old, only_mine, *broken]}, "b": {"Q/1": []}, "c": {}})
    assert [(one.first, one.second) for one in games_of(results, "arena")] == [("a", "c")]


def test_the_page_shows_battles_and_runs_nothing(tmp_path):
    evil = {
        "a": {"Q/1": [game("b", True, 1.0, said={"judge": EVIL})]},
        "b": {"Q/1": [game("a", False, 0.0)]},
    }
    results = arena(tmp_path, evil, EVIL)
    games = games_of(results, "arena")
    page = "".join(arena_page(results, "arena", games, leaderboard([one.battle for one in games])))
    assert "<script" not in page.replace("&lt;script", "")
    assert "<img" not in page
    assert "default-src 'none'" in page
    assert "\u202e" not in page
    assert "a: </script>" in unescape(page)
    assert "a won" in page


def test_alpha_is_that_of_the_literature():
    """The example of Krippendorff, "Computing Krippendorff's alpha-reliability" (2011): 0.849 by intervals."""
    whole = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    units = [[float(one) for one in unit if one is not None] for unit in zip(*whole, strict=True)]
    assert krippendorff(units) == pytest.approx(0.849, abs=0.0005)
    assert krippendorff([[1.0, 1.0], [0.0, 0.0]]) == 1.0
    assert krippendorff([[1.0, 1.0], [1.0, 1.0]]) is None
    assert krippendorff([[1.0], []]) is None


def test_judges_are_told_apart_and_so_is_their_own_family():
    def both(question, one, other, first, second):
        return [
            Battle(question, "gpt-4", "claude-3", one, verdicts={"gpt-4o": one, "claude-sonnet": other}),
            Battle(question, "claude-3", "gpt-4", first, verdicts={"gpt-4o": first, "claude-sonnet": second}),
        ]

    games = [one for n in range(4) for one in both(str(n), 1.0, 0.0, 0.0, 1.0)]
    claude, gpt = panel_of(games)
    assert (gpt.name, gpt.kin_games, gpt.kin_won, gpt.kin_won_by_others) == ("gpt-4o", 8, 1.0, 0.0)
    assert (claude.kin_won, claude.figures.consistent) == (1.0, 1.0)
    assert agreement(games) < 0
    same = [
        Battle("1", "a", "b", 1.0, verdicts={"x": 1.0, "y": 1.0}),
        Battle("2", "a", "b", 0.0, verdicts={"x": 0.0, "y": 0.0}),
    ]
    assert agreement(same) == 1.0


def test_what_no_judge_decided_says_nothing_of_judges(tmp_path):
    path = tmp_path / "battles.jsonl"
    lines = [{"question_id": 1, "model_a": "a", "model_b": "b", "winner": "model_a", "judged": False}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    board = leaderboard(read_battles(path))
    assert (board.judge.decided, board.standings[0].battles) == (0, 1)


def test_where_answers_were_rated_by_themselves_none_stood_first(tmp_path):
    results = arena(tmp_path, {"a": {"Q/1": [game("b", True, 1.0, apart=True)]}, "b": {"Q/1": []}})
    path = tmp_path / "battles.jsonl"
    path.write_bytes(lines_of(games_of(results, "arena")))
    figures = leaderboard(read_battles(path)).judge
    assert (figures.decided, figures.first_won) == (1, None)
    assert figures_in_words(figures)[0] == "1 game decided"
