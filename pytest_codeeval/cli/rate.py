"""`codeeval rate`: ratings of models from battles that were judged."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.text import counted, printable

if TYPE_CHECKING:
    from pytest_codeeval.results.rating.battle import Battle
    from pytest_codeeval.results.rating.leaderboard import Leaderboard
    from pytest_codeeval.results.rating.played import Game
    from pytest_codeeval.results.results import Results


def add_command(commands: Any) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser("rate", help="rate models by battles that were judged, in FastChat's form")
    command.add_argument(
        "battles",
        metavar="BATTLES",
        help="a JSON object a line: model_a, model_b, winner, question_id; or the results folder of an arena",
    )
    command.add_argument("--suite", metavar="NAME", help="of a results folder with several arenas, this one")
    command.add_argument("--page", metavar="FILE", help="of a results folder, write the page of its battles")
    command.add_argument("--elo-k", type=float, default=4.0, metavar="K", help="the step of online Elo (default 4)")
    command.add_argument("--csv", metavar="FILE", help="write the leaderboard to a new file, in FastChat's columns")
    command.add_argument("--next", type=int, default=0, metavar="N", help="name the N pairs to set side by side next")
    command.add_argument("--json", action="store_true", help="print all of it as a JSON object")
    command.set_defaults(command=_rate)


def _rate(given: argparse.Namespace) -> int:
    from pytest_codeeval.results.rating.battle import models_of
    from pytest_codeeval.results.rating.choosing import next_pairs
    from pytest_codeeval.results.rating.games import settled
    from pytest_codeeval.results.rating.leaderboard import leaderboard
    from pytest_codeeval.results.rating.shown import as_json, as_lines

    if not 0 < given.elo_k <= 1000:
        raise UsageError(f"--elo-k={given.elo_k:g} has to be a number above 0, and 1000 at most; 4 and 32 are usual.")
    if given.next < 0:
        raise UsageError(f"--next={given.next} has to be a number of pairs, 0 or more.")
    path = Path(given.battles)
    if path.is_dir():
        found = _of_arena(given, path)
        games = [game.battle for game in found.games]
    else:
        games = _of_file(given, path)
    board = leaderboard(games, given.elo_k)
    if given.page is not None:
        from pytest_codeeval.results.page.arena import arena_page
        from pytest_codeeval.results.page.report import write_page

        write_page(arena_page(found.results, found.suite, found.games, board), Path(given.page))
    pairs = next_pairs(models_of(games), settled(games), given.next)
    if given.csv is not None:
        _write_csv(board, Path(given.csv))
    if given.json:
        print(json.dumps(as_json(board, pairs)))
        return 0
    for line in as_lines(board):
        print(printable(line))
    for one, other in pairs:
        print(printable(f"next: {one} and {other}"))
    return 0


@dataclass(frozen=True, slots=True)
class _Found:
    results: Results
    suite: str
    games: Sequence[Game]


def _of_file(given: argparse.Namespace, path: Path) -> list[Battle]:
    from pytest_codeeval.results.rating.battle import read_battles

    for name in ("page", "suite"):
        if getattr(given, name) is not None:
            raise UsageError(f"--{name} is for the results folder of an arena, which has the answers; name that.")
    if not path.is_file():
        raise UsageError(f"{given.battles!r} is not there; name a file of battles, or the results folder of an arena.")
    games = read_battles(path)
    if not games:
        raise UsageError(f"{given.battles!r} has no battles; each line needs model_a, model_b and winner.")
    return games


def _of_arena(given: argparse.Namespace, path: Path) -> _Found:
    from pytest_codeeval.results import load
    from pytest_codeeval.results.rating.played import arenas_of, games_of

    results = load(path)
    suites = arenas_of(results)
    suite = given.suite or (suites[0] if len(suites) == 1 else "")
    if suite not in suites:
        named = f"has no arena {suite}" if suite else f"has {counted(len(suites), 'arena')}"
        raise UsageError(f"{given.battles!r} {named} ({', '.join(suites) or 'none'}); name one by --suite.")
    games = games_of(results, suite)
    if not games:
        raise UsageError(f"{given.battles!r} has no battle of {suite} that was decided; run it first.")
    return _Found(results, suite, games)


def _write_csv(board: Leaderboard, path: Path) -> None:
    from pytest_codeeval.results.rating.shown import as_csv

    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(as_csv(board))
    except FileExistsError:
        raise UsageError(f"{str(path)!r} is there, and nothing is overwritten; name another file.") from None
    except OSError as error:
        raise UsageError(f"{str(path)!r} cannot be written: {error.strerror}; name another file.") from None
